"""Networks whose layers draw nothing in training."""

from thalweg.layers.drop_connect import DropConnect
from thalweg.layers.dropout import Dropout
from thalweg.layers.gaussian_noise import GaussianNoise
from thalweg.network.mapped import with_layers
from thalweg.network.sequential import Sequential
from thalweg.spec import replaced
from thalweg.types import Layer


def without_noise(network: Sequential) -> Sequential:
    """Return a network with the shares it drops and the noise it adds at 0.

    Args:
        network: With or without such layers.

    Returns:
        The network, of the same layers and parameters; equal to the given one if that draws nothing.

    Example:
        >>> from thalweg.layers.dense import Dense
        >>> without_noise(Sequential((Dense(8), Dropout(0.5), Dense(2)))).layers[1]
        Dropout(drop=0.0)
    """
    return with_layers(network, _quiet)


def _quiet(layer: Layer) -> Layer:
    if isinstance(layer, GaussianNoise):
        return replaced(layer, std=0.0)
    return replaced(layer, drop=0.0) if isinstance(layer, Dropout | DropConnect) else layer
