"""Layers behind which an input is still that input."""

from thalweg.layers.batch_norm import BatchNorm
from thalweg.layers.dropout import Dropout
from thalweg.layers.flatten import Flatten
from thalweg.layers.gaussian_noise import GaussianNoise
from thalweg.layers.reshape import Reshape
from thalweg.network.named import bare
from thalweg.types import Layer

_IN_PLACE = (Flatten, Reshape, Dropout, GaussianNoise, BatchNorm)


def in_place(layer: Layer) -> bool:
    """Say whether a layer leaves every input where it is: scaled, shifted, noisy or dropped, and never mixed or bent.

    Args:
        layer: Named or not.

    Returns:
        True if output k hangs on input k alone, and in prediction as a straight line.

    Example:
        >>> from thalweg.layers.dense import Dense
        >>> in_place(Dropout(0.2)), in_place(Dense(3))
        (True, False)
    """
    return isinstance(bare(layer), _IN_PLACE)
