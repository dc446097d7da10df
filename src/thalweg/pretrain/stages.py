"""A network as layers that are pre-trained one after the other: hidden stages, and a head that is not."""

from typing import Any, NamedTuple

import jax.numpy as jnp

from thalweg.activations.sigmoid import Sigmoid
from thalweg.errors import InputError
from thalweg.layers.activation import Activation
from thalweg.layers.dense import Dense
from thalweg.layers.dropout import Dropout
from thalweg.network.chain import follow
from thalweg.network.named import bare
from thalweg.network.sequential import Sequential
from thalweg.trees import named_leaves
from thalweg.types import Array, Context, Layer, Params


class Stage(NamedTuple):
    """A dense layer and what follows it up to the next one."""

    names: tuple[str, ...]  # in the network; the dense layer's first
    layers: tuple[Layer, ...]  # without names

    def apply(self, params: Params, x: Array, context: Context) -> Array:
        """Return the outputs of the stage's layers.

        Args:
            params: Of the network, by layer name.
            x: (n, d) inputs of the stage.
            context: Of the call; its key, if any, is branched by layer.

        Returns:
            (n, units) outputs.
        """
        chain = Sequential(self.layers)
        own = {ours: params[name] for ours, name in zip(chain.names(), self.names, strict=True)}
        return follow(self.layers, own, {name: {} for name in own}, x, context=context).outputs


class Stages(NamedTuple):
    """All of a network's layers."""

    before: Stage  # what the inputs go through first, without parameters; maybe no layer
    hidden: tuple[Stage, ...]  # at least one
    head: Stage  # the last dense layer alone


def stages_of(network: Any, params: Params, state: Params, *, start: str) -> Stages:
    """Part a network at its dense layers.

    Args:
        network: Its layers, in order.
        params: By layer name.
        state: By layer name.
        start: The kind of the start that asks, for messages.

    Returns:
        The stages.

    Raises:
        InputError: If the last layer is not dense, no dense one comes before it, or another layer learns or remembers.
    """
    found = [[]]
    for name, layer in zip(network.names(), network.layers, strict=True):
        inner = bare(layer)
        if isinstance(inner, Dense):
            found.append([])
        elif named_leaves(params[name]) or named_leaves(state[name]):
            raise InputError(
                f"the start {start} is for networks of dense layers and layers that learn nothing; {name} has "
                "parameters or averages of its own. Leave it out, or use --set start=as_drawn."
            )
        found[-1].append((name, inner))
    before, *dense = (Stage(tuple(n for n, _ in part), tuple(layer for _, layer in part)) for part in found)
    if len(dense) < 2 or len(dense[-1].names) > 1:
        raise InputError(
            f"the start {start} is for networks of one hidden dense layer or more that end with a dense layer; got "
            f"the layers {', '.join(network.names())}. Add a dense layer, or use --set start=as_drawn."
        )
    return Stages(before, tuple(dense[:-1]), dense[-1])


def check_sigmoids(stages: Stages, *, start: str) -> None:
    """Refuse hidden stages that are not a dense layer and a sigmoid; dropout may follow.

    Args:
        stages: Of a network.
        start: The kind of the start that asks, for messages.

    Raises:
        InputError: With the first stage that is something else.
    """
    for names, layers in stages.hidden:
        sigmoid = layers[1:2] == (Activation(Sigmoid()),)
        if not sigmoid or not all(isinstance(layer, Dropout) for layer in layers[2:]):
            raise InputError(
                f"the start {start} gives each hidden dense layer what a machine of units of 0 and 1 learned, and "
                f"these are sigmoids; got {', '.join(names)}. Let an activation with the sigmoid follow {names[0]}, or "
                "use --set start=as_drawn."
            )


def inputs_of(stages: Stages, x: Array) -> Array:
    """Return what the first dense layer sees.

    Args:
        stages: Of a network.
        x: (n, ...) inputs of the network.

    Returns:
        (n, d) numbers.
    """
    x = jnp.asarray(x)
    if stages.before.layers:
        x = stages.before.apply({name: {} for name in stages.before.names}, x, at_inference(x))
    return x.reshape(len(x), -1)


def at_inference(x: Array) -> Context:
    """Return the context of a call that trains nothing.

    Args:
        x: (n, ...), whose rows all count.

    Returns:
        The context.
    """
    return Context(False, None, jnp.ones(len(x), x.dtype))
