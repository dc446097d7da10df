"""A deep belief network whose ways up and down have weights of their own, and both ways."""

from typing import Any, NamedTuple

import jax
from jaxtyping import Float

from thalweg.pretrain.boltzmann.machine import Machine
from thalweg.pretrain.boltzmann.stack import BeliefNetwork
from thalweg.pretrain.boltzmann.units import VisibleUnits
from thalweg.types import Array


class UntiedLayer(NamedTuple):
    """Two layers of units, and what leads from each to the other."""

    recognition_weights: Float[Array, "lower upper"]
    recognition_bias: Float[Array, " upper"]
    generative_weights: Float[Array, "lower upper"]
    generative_bias: Float[Array, " lower"]
    units: VisibleUnits  # the lower ones


class UntiedNetwork(NamedTuple):
    """Layers from the lowest, and the machine on top of them, whose weights lead both ways."""

    layers: tuple[UntiedLayer, ...]
    top: Machine


def untie(network: BeliefNetwork) -> UntiedNetwork:
    """Give each machine but the top one weights for the way up and the same for the way down.

        R_k = G_k = W_k,    p(v, x_1 ... x_(L-1)) = p(v | x_1) p(x_1 | x_2) ... p_top(x_(L-1))

    Of a machine below the top its hidden biases go up and its visible ones down: how likely its hidden units are
    without the data is from now on what the machine above says.

    Args:
        network: As the greedy training leaves it. Of a single machine nothing is untied: it is the top.

    Returns:
        The untied network: the same way up and the same distribution of rows as the stack.

    Example:
        >>> import jax.numpy as jnp
        >>> machine = Machine(jnp.ones((3, 2)), jnp.zeros(3), jnp.zeros(2))
        >>> top = Machine(jnp.ones((2, 4)), jnp.zeros(2), jnp.zeros(4))
        >>> len(untie(BeliefNetwork((machine, top))).layers)
        1

    Source: Hinton, Osindero and Teh, "A fast learning algorithm for deep belief nets", 2006, section 5.
    """
    *below, top = network.machines
    layers = tuple(UntiedLayer(m.weights, m.hidden_bias, m.weights, m.visible_bias, m.units) for m in below)
    return UntiedNetwork(layers, top)


def recognition(network: UntiedNetwork) -> BeliefNetwork:
    """Return the way up, layer by layer, such as `up_pass` and `begun_from` take it.

        W_k = R_k, c_k = recognition bias

    Args:
        network: The untied network.

    Returns:
        Its top machine, and below it what only looks like machines: the way down has weights of its own, so that
        chains or likelihoods of them mean nothing.

    Example:
        >>> import jax.numpy as jnp
        >>> stack = BeliefNetwork((Machine(jnp.ones((3, 2)), jnp.zeros(3), jnp.zeros(2)),) * 2)
        >>> len(recognition(untie(stack)).machines)
        2
    """
    below = tuple(
        Machine(layer.recognition_weights, layer.generative_bias, layer.recognition_bias, layer.units)
        for layer in network.layers
    )
    return BeliefNetwork((*below, network.top))


def lowest_of(network: UntiedNetwork) -> tuple[VisibleUnits, int]:
    """Return what the visible units are, and how many.

    Args:
        network: The untied network.

    Returns:
        (the units, their number).
    """
    if network.layers:
        lowest = network.layers[0]
        return lowest.units, len(lowest.generative_bias)
    return network.top.units, len(network.top.visible_bias)


def recognition_total(layer: UntiedLayer, below: Float[Array, "n lower"]) -> Float[Array, "n upper"]:
    """Return what each upper unit gets on the way up.

        r_k + x_k R_k,    of which q(x_(k+1) = 1 | x_k) is the sigmoid

    Args:
        layer: The two layers of units.
        below: States of the lower ones.

    Returns:
        The totals.
    """
    return below @ layer.recognition_weights + layer.recognition_bias[None]


def generative_total(layer: UntiedLayer, above: Float[Array, "n upper"]) -> Float[Array, "n lower"]:
    """Return what each lower unit gets on the way down.

        g_k + G_k x_(k+1),    of which `units.mean` makes E[x_k | x_(k+1)]

    Args:
        layer: The two layers of units.
        above: States of the upper ones.

    Returns:
        The totals.
    """
    return above @ layer.generative_weights.T + layer.generative_bias[None]


def states_up(network: UntiedNetwork, v: Float[Array, "n visible"], key: Any) -> tuple[Array, ...]:
    """Draw states on the way up, each layer's given those below.

    Args:
        network: The untied network.
        v: Visible states.
        key: A JAX key.

    Returns:
        The states from v on to those that the top machine sees.
    """
    states = [v]
    for place, layer in enumerate(network.layers):
        p = jax.nn.sigmoid(recognition_total(layer, states[-1]))
        states.append(jax.random.bernoulli(jax.random.fold_in(key, place), p).astype(p.dtype))
    return tuple(states)


def states_down(network: UntiedNetwork, highest: Float[Array, "n highest"], key: Any) -> tuple[Array, ...]:
    """Draw states on the way down, each layer's given those above.

    Args:
        network: The untied network.
        highest: What the top machine shows on its visible units.
        key: A JAX key.

    Returns:
        The states from the visible ones on to the highest, in the order of `states_up`.
    """
    states = [highest]
    for place, layer in reversed(tuple(enumerate(network.layers))):
        states.append(layer.units.sample(jax.random.fold_in(key, place), generative_total(layer, states[-1])))
    return tuple(reversed(states))
