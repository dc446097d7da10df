"""A network with some of its layers exchanged."""

from collections.abc import Callable

from thalweg.network.chain import chains
from thalweg.network.named import Named
from thalweg.network.sequential import Sequential
from thalweg.spec import replaced
from thalweg.types import Layer


def with_layers(network: Sequential, change: Callable[[Layer], Layer]) -> Sequential:
    """Return a network with each of its layers changed, those in blocks too; names stay.

    Args:
        network: With any layers.
        change: Gets a layer without its name that holds no others, and returns the one for its place.

    Returns:
        The network; equal to the given one where no layer is changed.

    Example:
        >>> from thalweg.layers.dense import Dense
        >>> with_layers(Sequential((Named("wide", Dense(8)),)), lambda layer: Dense(4)).layers[0].layer.units
        4
    """
    return replaced(network, layers=tuple(_changed(layer, change) for layer in network.layers))


def _changed(layer: Layer, change: Callable[[Layer], Layer]) -> Layer:
    if isinstance(layer, Named):
        return replaced(layer, layer=_changed(layer.layer, change))
    held = chains(layer)
    if held:
        inner = {field: tuple(_changed(one, change) for one in layers) for field, layers in held.items()}
        return replaced(layer, **inner)
    return change(layer)
