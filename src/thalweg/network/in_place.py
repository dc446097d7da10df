"""Layers behind which an input is still that input, or a place still that place."""

from thalweg.layers.activation import Activation
from thalweg.layers.batch_norm import BatchNorm
from thalweg.layers.dropout import Dropout
from thalweg.layers.flatten import Flatten
from thalweg.layers.gaussian_noise import GaussianNoise
from thalweg.layers.group_norm import GroupNorm
from thalweg.layers.layer_norm import LayerNorm
from thalweg.layers.prelu import PReLU
from thalweg.layers.reshape import Reshape
from thalweg.network.named import bare
from thalweg.types import Layer

_IN_PLACE = (Flatten, Reshape, Dropout, GaussianNoise, BatchNorm)
_AT_EACH_PLACE = (Activation, PReLU, LayerNorm, GroupNorm)  # beside those


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


def at_each_place(layer: Layer) -> bool:
    """Say whether a layer's output at a place of an image or a sequence hangs on its input there alone.

    The statistics of a normalisation are not counted, and the names of the places are not: `Flatten` leaves all where
    they are.

    Args:
        layer: Named or not.

    Returns:
        True for activations and normalisations too, beside the layers that leave every input where it is.

    Example:
        >>> from thalweg.activations.relu import ReLU
        >>> from thalweg.layers.dense import Dense
        >>> at_each_place(Activation(ReLU())), at_each_place(Dense(3))
        (True, False)
    """
    return in_place(layer) or isinstance(bare(layer), _AT_EACH_PLACE)
