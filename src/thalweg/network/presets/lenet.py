"""LeNet-5, the network that read cheques."""

from thalweg.layers.dense import Dense
from thalweg.layers.max_pooling import MaxPooling
from thalweg.network.presets.blocks import bent, rectifier
from thalweg.network.sequential import Sequential
from thalweg.types import Shape


def lenet5(input_shape: Shape, outputs: int) -> Sequential:
    """Return LeNet-5 in its modern form: ReLU for tanh, the largest entry for a weighted mean, every map to every map.

    Digits of 28 x 28 get two zeros around them, so that the first maps are as large as they; images of 32 x 32 and more
    need none. For ten classes it has 61,706 parameters on grey images of either size.

    Args:
        input_shape: (height, width, channels).
        outputs: Numbers an example that come out; at least 1.

    Returns:
        The network.

    Raises:
        InputError: If `outputs` is below 1.

    Example:
        >>> lenet5((28, 28, 1), 10).names()[:3]
        ('convolution_1', 'activation_1', 'max_pooling_1')

    Source: LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied to document recognition", 1998, section
    II.B.
    """
    around = 2 if min(input_shape[:2]) < 32 else 0
    halved = MaxPooling(fit="floor")
    return Sequential(
        (
            *bent(6, 5, padding=around),
            halved,
            *bent(16, 5, padding=0),
            halved,
            Dense(120),
            *rectifier(),
            Dense(84),
            *rectifier(),
            Dense(outputs),
        )
    )
