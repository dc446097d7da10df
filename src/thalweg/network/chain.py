"""Layers one after the other, as a network and the branches of a residual block hold them."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from thalweg.errors import InputError
from thalweg.keys import role
from thalweg.network.named import Named, bare
from thalweg.spec import kind_of
from thalweg.types import Array, Context, Layer, Params, Shape, State


class Traced(NamedTuple):
    """What layers computed on the way."""

    outputs: Array  # (n, ...)
    state: dict[str, State]
    activations: dict[str, Array]  # each layer's output by layer name, in order


def layer_names(layers: tuple[Layer, ...]) -> tuple[str, ...]:
    """Return the name of each layer: the one that `Named` gives it, else its kind and place among its kind.

    Args:
        layers: In order.

    Returns:
        The names.

    Example:
        >>> from thalweg.layers.dense import Dense
        >>> layer_names((Dense(8), Named("head", Dense(10)), Dense(3)))
        ('dense_1', 'head', 'dense_2')
    """
    seen: Counter[str] = Counter()
    names = []
    for layer in layers:
        if isinstance(layer, Named):
            names.append(layer.name)
            continue
        kind = kind_of(type(layer))
        seen[kind] += 1
        names.append(f"{kind}_{seen[kind]}")
    return tuple(names)


def check_names(layers: tuple[Layer, ...], field: str) -> None:
    """Refuse two layers of one name.

    Args:
        layers: In order.
        field: What holds them: "Sequential.layers".

    Raises:
        InputError: If two have one name.
    """
    twice = [name for name, count in Counter(layer_names(layers)).items() if count > 1]
    if twice:
        raise InputError(f"{field}: two layers are called {twice[0]!r}; give one another name.")


def begin(layers: tuple[Layer, ...], key: Any, shape: Shape) -> tuple[dict[str, Params], dict[str, State], Shape]:
    """Draw the parameters and states of layers.

    Args:
        layers: In order; no initialiser of theirs has to be chosen.
        key: Random key; each layer draws from its own branch, named by the layer.
        shape: Of one example of the first one's inputs.

    Returns:
        (params, state) by layer name, and the shape of one example of the last one's outputs.

    Raises:
        InputError: If a layer cannot take what the ones before it put out; the message begins with its name.
    """
    params, state = {}, {}
    for name, layer in zip(layer_names(layers), layers, strict=True):
        try:
            params[name], state[name] = layer.init(role(key, name), shape)
            shape = shape_after(layer, params[name], state[name], shape)
        except InputError as error:
            raise InputError(f"{name}: {error}") from None
    return params, state, shape


def follow(
    layers: tuple[Layer, ...],
    params: Params,
    state: State,
    x: Array,
    *,
    context: Context,
    taps: Mapping[str, Array] | None = None,
) -> Traced:
    """Apply layers one after the other and keep each one's output.

    Args:
        layers: In order.
        params: By layer name.
        state: By layer name.
        x: A batch (n, ...).
        context: Its `key`, if any, is branched by layer name; of `frozen` each layer gets its own.
        taps: Arrays added to the outputs of the layers they name.

    Returns:
        Outputs, next state and activations.
    """
    after, activations = {}, {}
    x = jnp.asarray(x)
    for name, layer in zip(layer_names(layers), layers, strict=True):
        key = None if context.key is None else role(context.key, name)
        # A frozen block is frozen whole: what is no mapping is handed on to the layers inside.
        frozen = context.frozen.get(name) if isinstance(context.frozen, Mapping) else context.frozen
        own = context._replace(key=key, frozen=frozen)
        x, after[name] = layer.apply(params[name], state[name], x, context=own)
        if taps is not None and name in taps:
            x = x + taps[name]
        activations[name] = x
    return Traced(x, after, activations)


def chains(layer: Layer) -> dict[str, tuple[Layer, ...]]:
    """Return the chains of layers that a layer holds, by the field: those of a residual block, and {} of most.

    Args:
        layer: Named or not.

    Returns:
        The layers of each.
    """
    inner = bare(layer)
    return {field: getattr(inner, field) for field in getattr(inner, "chains", ())}


def every(layers: tuple[Layer, ...]) -> Iterator[Any]:
    """Give layers, each followed by those inside it, without their names.

    Args:
        layers: In order.

    Yields:
        Each layer.

    Example:
        >>> from thalweg.layers.dense import Dense
        >>> [type(layer).__name__ for layer in every((Named("head", Dense(10)),))]
        ['Dense']
    """
    for layer in layers:
        yield bare(layer)
        for held in chains(layer).values():
            yield from every(held)


def shape_after(layer: Any, params: Params, state: State, shape: Shape) -> Shape:
    """Return the shape of one example's outputs of a layer with these parameters, computing nothing.

    Args:
        layer: Or anything with `apply`.
        params: Its own, or their shapes.
        state: Its own, or their shapes.
        shape: Of one example of its inputs.

    Returns:
        Shape without the batch axis.
    """

    def forward(params, state, x):
        return layer.apply(params, state, x, context=Context(False, None, jnp.ones(2)))[0]

    # Two examples, for a batch of one could be taken for a feature axis by a careless layer.
    return jax.eval_shape(forward, params, state, jax.ShapeDtypeStruct((2, *shape), jnp.zeros(()).dtype)).shape[1:]
