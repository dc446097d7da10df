"""Every layer of a network with what goes into it and comes out, those inside residual blocks among them."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from thalweg.keys import role
from thalweg.network.chain import chains, layer_names
from thalweg.network.named import bare
from thalweg.types import Array, Context, Layer, Params, State


class LayerInside(NamedTuple):
    """One layer at work on one batch."""

    name: str  # "dense_1", or "residual_1/branch/dense_1"
    layer: Any  # without its name
    params: Params
    state: State
    key: Array | None
    inputs: Array  # (n, ...)
    outputs: Array  # (n, ...)


def every_inside(layers: tuple[Layer, ...], before: str = "") -> Iterator[tuple[str, Any]]:
    """Give layers by name, a block's own before the block.

    Args:
        layers: In order.
        before: Put before each name.

    Yields:
        (name, layer without its name), as `layers_inside` names them.

    Example:
        >>> from thalweg.layers.flatten import Flatten
        >>> list(every_inside((Flatten(),)))
        [('flatten_1', Flatten())]
    """
    for name, layer in zip(layer_names(layers), layers, strict=True):
        for field, held in chains(layer).items():
            yield from every_inside(held, f"{before}{name}/{field}/")
        yield before + name, bare(layer)


def layers_inside(
    layers: tuple[Layer, ...], params: Params, state: State, x: Array, *, context: Context, before: str = ""
) -> Iterator[LayerInside]:
    """Apply layers one after the other and give each as it works, a block's own layers before the block.

    Args:
        layers: In order.
        params: By layer name.
        state: By layer name.
        x: A batch (n, ...).
        context: Its `key`, if any, is branched by layer name.
        before: Put before each name.

    Yields:
        Each layer.

    Example:
        >>> import jax.numpy as jnp
        >>> from thalweg.layers.flatten import Flatten
        >>> context = Context(False, None, jnp.ones(1))
        >>> [one.name for one in layers_inside((Flatten(),), {"flatten_1": {}}, {"flatten_1": {}}, jnp.ones((1, 2, 2)),
        ...                                    context=context)]
        ['flatten_1']
    """
    for name, layer in zip(layer_names(layers), layers, strict=True):
        key = None if context.key is None else role(context.key, name)
        own = context._replace(key=key)
        for field, held in chains(layer).items():
            # What a block computes twice so, a compiler computes once.
            inner = own._replace(key=None if key is None else role(key, field))
            given = (params[name][field], state[name][field], x)
            yield from layers_inside(held, *given, context=inner, before=f"{before}{name}/{field}/")
        y, _ = layer.apply(params[name], state[name], x, context=own)
        yield LayerInside(before + name, bare(layer), params[name], state[name], key, x, y)
        x = y
