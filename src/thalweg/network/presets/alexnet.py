"""AlexNet, the network that won the ImageNet challenge of 2012."""

from thalweg.layers.dense import Dense
from thalweg.layers.dropout import Dropout
from thalweg.layers.max_pooling import MaxPooling
from thalweg.network.presets.blocks import bent, rectifier
from thalweg.network.sequential import Sequential


def alexnet(outputs: int, *, groups: int = 2) -> Sequential:
    """Return AlexNet: five convolutions and three dense layers.

    It was spread over two machines, each with half of the filters: their convolutions see the maps of their own half
    alone where `groups` is 2. For 1000 classes of colour images of 224 x 224 or 227 x 227 it has 60,965,224 parameters
    so, and 62,378,344 with one group. Images need at least 63 x 63 pixels. The normalisation over neighbouring maps of
    the paper is left out.

    Args:
        outputs: Numbers an example that come out; at least 1.
        groups: 1 or 2.

    Returns:
        The network.

    Raises:
        InputError: If `outputs` or `groups` is below 1, or `groups` divides no number of filters.

    Example:
        >>> alexnet(1000).layers[0].filters
        96

    Source: Krizhevsky, Sutskever and Hinton, "ImageNet classification with deep convolutional neural networks", 2012,
    section 3.5.
    """
    shrunk = MaxPooling(3, 2, fit="floor")
    return Sequential(
        (
            # Two zeros around an image of 224 make the 55 x 55 places that the paper names.
            *bent(96, 11, stride=4, padding=2),
            shrunk,
            *bent(256, 5, groups=groups),
            shrunk,
            *bent(384),
            *bent(384, groups=groups),
            *bent(256, groups=groups),
            shrunk,
            Dropout(0.5),
            Dense(4096),
            *rectifier(),
            Dropout(0.5),
            Dense(4096),
            *rectifier(),
            Dense(outputs),
        )
    )
