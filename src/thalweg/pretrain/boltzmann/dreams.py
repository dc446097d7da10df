"""Rows that a deep belief network draws by itself."""

from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from thalweg.errors import InputError
from thalweg.keys import role, root
from thalweg.platform import jit
from thalweg.pretrain.boltzmann.contrastive_divergence import gibbs_steps
from thalweg.pretrain.boltzmann.machine import sample_hidden, visible_mean
from thalweg.pretrain.boltzmann.rows import checked_rows
from thalweg.pretrain.boltzmann.untied import UntiedNetwork, generative_total, lowest_of, states_down, states_up
from thalweg.types import Array


class Dreams(NamedTuple):
    """Rows of the network's own."""

    states: Float[np.ndarray, "chains visible"]
    means: Float[np.ndarray, "chains visible"]  # of which the states are drawn: smoother to look at


def dream(network: UntiedNetwork, begin: Any, *, steps: int = 1000, seed: int = 0) -> Dreams:
    """Run chains in the top machine, and go down from where they end.

        x_(L-1) ~ p_top by Gibbs sampling,    x_k ~ p(x_k | x_(k+1)),    v = x_0

    Args:
        network: The untied network; `untie` makes one of a stack.
        begin: (chains, visible) rows at whose way up the chains begin: data, or noise.
        steps: Of Gibbs sampling, at least 1. After few the rows are still like those they began at.
        seed: Of all draws, 0 to 4294967295.

    Returns:
        A row a chain.

    Raises:
        InputError: If there is no step, or the rows are not for the network.

    Example:
        >>> from thalweg.pretrain.boltzmann.machine import Machine
        >>> sure = Machine(jnp.zeros((2, 1)), jnp.array([50.0, -50.0]), jnp.zeros(1))
        >>> dream(UntiedNetwork((), sure), np.zeros((1, 2)), steps=3).states.tolist()
        [[1.0, 0.0]]

    Source: Hinton, Osindero and Teh, "A fast learning algorithm for deep belief nets", 2006, section 7.
    """
    if steps < 1:
        raise InputError(f"dreams need steps of 1 or more; got {steps}.")
    units, visible = lowest_of(network)
    v = jnp.asarray(checked_rows(units, begin, visible), network.top.weights.dtype)
    found = _dreamt(network, v, jnp.asarray(steps, jnp.int32), role(root(seed), "dreams"))
    return Dreams(*(np.asarray(part) for part in found))


def _dreamt_plainly(network: UntiedNetwork, v: Array, steps: Array, key: Any) -> tuple[Array, Array]:
    top = network.top
    walked = gibbs_steps(top, states_up(network, v, role(key, "up"))[-1], steps - 1, role(key, "walk"))
    mean = visible_mean(top, hidden := sample_hidden(top, walked, role(key, "hidden")))
    highest = top.units.sample(role(key, "highest"), hidden @ top.weights.T + top.visible_bias[None])
    states = states_down(network, highest, role(key, "down"))
    if network.layers:
        mean = network.layers[0].units.mean(generative_total(network.layers[0], states[1]))
    return states[0], mean


_dreamt = jit(_dreamt_plainly)
