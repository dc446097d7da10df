"""The rate of one layer, or of several."""

import re
from fnmatch import fnmatchcase
from typing import Any

import jax

from thalweg.errors import InputError, shown
from thalweg.spec import spec, tunable
from thalweg.types import Params, Scalar


@spec
class LayerRate:
    """Name some layers, and what their updates are multiplied by.

    Args:
        layer: A layer's name ("dense_1"); a pattern of names with * and ? ("dense_*"); its position among the network's
            layers, from 0, or from -1 backwards; or several positions as Python slices them ("0:4", ":-1").
        factor: Their rate over the update rule's; at least 0. At 0 they are frozen.

    Raises:
        InputError: If `layer` is empty, or `factor` below 0.

    Example:
        >>> params = {"dense_1": {"w": 1.0}, "activation_1": {}, "dense_2": {"w": 1.0}}
        >>> [LayerRate(layer, 0.1).chosen(params, tuple(params)) for layer in ("dense_*", -1, ":2")]
        [('dense_1', 'dense_2'), ('dense_2',), ('dense_1',)]
    """

    layer: int | str
    factor: Scalar = tunable(low=0.0)

    def __post_init__(self):
        """Check that something is named."""
        if self.layer == "":
            raise InputError("LayerRate.layer must name a layer, such as 'dense_1', 'dense_*', 0 or ':-1'; got ''.")

    def chosen(self, params: Params, layers: tuple[str, ...]) -> tuple[str, ...]:
        """Return the layers it names, those without parameters left out.

        Args:
            params: Arrays by name, nested by layer.
            layers: The network's layers in order.

        Returns:
            Their names in order; at least one.

        Raises:
            InputError: If it names no layer that has parameters; the message lists those that have.
        """
        trained = [name for name in layers if jax.tree.leaves(params[name])]
        named = [name for name in _named(self.layer, layers) if name in trained]
        if not named:
            places = ", ".join(f"{name} ({layers.index(name)})" for name in trained) or "none"
            raise InputError(
                f"LayerRate.layer must name a layer with parameters; got {shown(self.layer)}. The layers that have "
                f"some, each with its position: {places}."
            )
        return tuple(named)


def _named(layer: Any, layers: tuple[str, ...]) -> tuple[str, ...]:
    if layer in layers:
        return (layer,)
    text = str(layer).strip()
    if re.fullmatch("[+-]?[0-9]{1,9}", text):
        place = int(text)
        return layers[place : place + 1 or None] if -len(layers) <= place < len(layers) else ()
    if re.fullmatch("([+-]?[0-9]{1,9})?(:([+-]?[0-9]{1,9})?){1,2}", text):
        ends = [int(end) if end else None for end in text.split(":")]
        return layers[slice(*ends)] if ends[2:] != [0] else ()
    return tuple(name for name in layers if fnmatchcase(name, text))
