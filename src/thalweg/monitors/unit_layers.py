"""Which of a network's layers have units to look at, and what such a unit is."""

from typing import NamedTuple

import jax

from thalweg.network.in_place import at_each_place
from thalweg.network.sequential import Sequential, output_shape
from thalweg.types import Shape


class UnitLayer(NamedTuple):
    """A layer with weights, or a block of them, with the layers behind it that work on each place."""

    layer: str  # its name
    until: str  # name of the last of those layers, whose outputs are the units'; the layer itself where none follows
    shape: Shape  # of these outputs; the last axis runs over the units, those before it over places


def unit_layers(network: Sequential, input_shape: Shape) -> tuple[UnitLayer, ...]:
    """Return the layers of a network that have units, in order: those that weigh and sum up their inputs.

    A unit is looked at behind the normalisation and the activation that follow, for that is what the next layer sees. A
    residual block counts as one layer.

    Args:
        network: Its layers are looked at in their order.
        input_shape: Shape of one preprocessed example.

    Returns:
        The layers.

    Raises:
        InputError: If a layer cannot take what the ones before it put out.

    Example:
        >>> from thalweg.activations.relu import ReLU
        >>> from thalweg.layers.activation import Activation
        >>> from thalweg.layers.dense import Dense
        >>> unit_layers(Sequential((Dense(8), Activation(ReLU()))), (6,))
        (UnitLayer(layer='dense_1', until='activation_1', shape=(8,)),)
    """
    params, _ = jax.eval_shape(lambda: network.init(jax.random.key(0), input_shape))
    found: list[UnitLayer] = []
    shape, open_to_more = input_shape, False
    for name, layer in zip(network.names(), network.layers, strict=True):
        before, shape = shape, output_shape(layer, shape)
        if at_each_place(layer):
            open_to_more = open_to_more and shape == before
            if open_to_more:
                found[-1] = found[-1]._replace(until=name)
        else:
            open_to_more = bool(jax.tree.leaves(params[name]))
            if open_to_more:
                found.append(UnitLayer(name, name, shape))
    return tuple(found)


def shape_behind(network: Sequential, input_shape: Shape, layer: str) -> Shape:
    """Return the shape of one example's outputs of a layer.

    Args:
        network: Its layers are looked at in their order.
        input_shape: Shape of one preprocessed example.
        layer: Its name, one of `network.names()`.

    Returns:
        The shape.

    Raises:
        InputError: If a layer cannot take what the ones before it put out.

    Example:
        >>> from thalweg.layers.dense import Dense
        >>> shape_behind(Sequential((Dense(8), Dense(2))), (6,), "dense_1")
        (8,)
    """
    shape = input_shape
    for one in network.layers[: network.names().index(layer) + 1]:
        shape = output_shape(one, shape)
    return shape
