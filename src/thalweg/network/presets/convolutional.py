"""A small convolutional network that trains in minutes on a processor of two cores."""

from thalweg.layers.dense import Dense
from thalweg.layers.dropout import Dropout
from thalweg.layers.max_pooling import MaxPooling
from thalweg.network.presets.blocks import normed
from thalweg.network.sequential import Sequential


def small_convolutional(outputs: int) -> Sequential:
    """Return three normalised convolutions of 3 x 3, each pooled, and one dense layer.

    They have 32, 64 and 128 filters. Images need at least 8 x 8 pixels. For ten classes of colour images of 32 x 32 it
    has 113,962 parameters.

    Args:
        outputs: Numbers an example that come out; at least 1.

    Returns:
        The network.

    Raises:
        InputError: If `outputs` is below 1.

    Example:
        >>> sum("convolution" in name for name in small_convolutional(10).names())
        3

    Source: CS231n notes, "Convolutional Networks", "Layer patterns"; Ioffe and Szegedy, "Batch normalization", 2015.
    """
    layers = []
    for filters in (32, 64, 128):
        layers += [*normed(filters), MaxPooling(fit="floor")]
    return Sequential((*layers, Dropout(0.3), Dense(outputs)))
