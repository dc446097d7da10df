"""A network of convolutions alone."""

from thalweg.layers.convolution import Convolution
from thalweg.layers.dropout import Dropout
from thalweg.layers.global_average_pooling import GlobalAveragePooling
from thalweg.network.presets.blocks import bent
from thalweg.network.sequential import Sequential


def all_convolutional(outputs: int) -> Sequential:
    """Return a network without pooling inside and without dense layers.

    Convolutions of stride 2 halve the image, and the scores are the means of the last maps, one a class. For ten
    classes of colour images it has 1,369,738 parameters. There is no normalisation; the last maps are not bent, unlike
    in the paper, as scores below 0 may be wanted.

    Args:
        outputs: Numbers an example that come out; at least 1.

    Returns:
        The network.

    Raises:
        InputError: If `outputs` is below 1.

    Example:
        >>> all_convolutional(10).names()[-2:]
        ('convolution_9', 'global_average_pooling_1')

    Source: Springenberg et al., "Striving for simplicity: the all convolutional net", 2015, table 1, model C.
    """
    return Sequential(
        (
            Dropout(0.2),
            *bent(96),
            *bent(96),
            *bent(96, stride=2),
            Dropout(0.5),
            *bent(192),
            *bent(192),
            *bent(192, stride=2),
            Dropout(0.5),
            *bent(192),
            *bent(192, 1),
            Convolution(outputs, 1),
            GlobalAveragePooling(),
        )
    )
