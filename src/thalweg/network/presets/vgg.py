"""VGG networks: 3 x 3 convolutions, and pooling between groups of them."""

from thalweg.layers.dense import Dense
from thalweg.layers.dropout import Dropout
from thalweg.layers.max_pooling import MaxPooling
from thalweg.network.presets.blocks import bent, normed, rectifier
from thalweg.network.sequential import Sequential

_GROUPS = ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3))  # filters, convolutions


def vgg16(outputs: int) -> Sequential:
    """Return VGG-16: thirteen convolutions of 3 x 3 and three dense layers.

    Two convolutions of 3 x 3 see as much as one of 5 x 5, and three as much as one of 7 x 7, with fewer weights and
    more bends. For 1000 classes of colour images of 224 x 224 it has 138,357,544 parameters, most of them in the first
    dense layer. Images need at least 32 x 32 pixels. There is no normalisation: it needs small rates and a careful
    start.

    Args:
        outputs: Numbers an example that come out; at least 1.

    Returns:
        The network.

    Raises:
        InputError: If `outputs` is below 1.

    Example:
        >>> sum("convolution" in name for name in vgg16(1000).names())
        13

    Source: Simonyan and Zisserman, "Very deep convolutional networks for large-scale image recognition", 2015, table 1,
    configuration D.
    """
    layers = []
    for filters, convolutions in _GROUPS:
        layers += [*bent(filters) * convolutions, MaxPooling(fit="floor")]
    head = (Dense(4096), *rectifier(), Dropout(0.5))
    return Sequential((*layers, *head, *head, Dense(outputs)))


def small_vgg(outputs: int) -> Sequential:
    """Return a network in the manner of VGG for small images: six normalised convolutions and two dense layers.

    Made for images of 32 x 32; they need at least 8 x 8 pixels.

    Args:
        outputs: Numbers an example that come out; at least 1.

    Returns:
        The network.

    Raises:
        InputError: If `outputs` is below 1.

    Example:
        >>> sum("convolution" in name for name in small_vgg(10).names())
        6

    Source: Simonyan and Zisserman, 2015, for the manner; Ioffe and Szegedy, "Batch normalization", 2015.
    """
    layers = []
    for filters in (32, 64, 128):
        layers += [*normed(filters), *normed(filters), MaxPooling(fit="floor"), Dropout(0.2)]
    return Sequential((*layers, Dense(128), *rectifier(), Dropout(0.5), Dense(outputs)))
