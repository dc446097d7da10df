"""How likely a deep belief network makes rows, from below."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from thalweg.errors import InputError
from thalweg.keys import role, root
from thalweg.platform import jit
from thalweg.pretrain.boltzmann.machine import free_energy
from thalweg.pretrain.boltzmann.rows import checked_rows
from thalweg.pretrain.boltzmann.untied import UntiedNetwork, generative_total, lowest_of, recognition_total, states_up
from thalweg.types import Array


def likelihood_bound(network: UntiedNetwork, rows: Any, log_z: float, *, draws: int = 10, seed: int = 0) -> float:
    """Return a lower bound of the mean log-likelihood of some rows, given log Z of the top machine.

        log p(v) >= E_q[sum_k (log p(x_k | x_(k+1)) - log q(x_(k+1) | x_k)) - F_top(x_(L-1))] - log Z_top,    x_0 = v

    The bound is short of log p(v) by KL(q(x | v), p(x | v)). Of a single machine it is the log-likelihood itself.

    Args:
        network: The untied network; `untie` makes one of a stack.
        rows: (n, visible) states. Those of units of 0 and 1 should be 0 or 1; draw them once where data lie between.
        log_z: Of `network.top`, exact or estimated.
        draws: Ways up that the mean is taken over, each row's; at least 1.
        seed: Of them, 0 to 4294967295.

    Returns:
        The mean, nats a row; of real units of a log density. It has the noise of the draws, and no bias.

    Raises:
        InputError: If there is no draw, or the rows are not for the network.

    Example:
        >>> from thalweg.pretrain.boltzmann.machine import Machine
        >>> machine = Machine(jnp.zeros((3, 2)), jnp.zeros(3), jnp.zeros(2))
        >>> round(likelihood_bound(UntiedNetwork((), machine), np.eye(3), 5 * np.log(2)), 4)  # 3 log(1/2)
        -2.0794

    Source: Hinton, Osindero and Teh, "A fast learning algorithm for deep belief nets", 2006, equation 8; Salakhutdinov
    and Murray, "On the quantitative analysis of deep belief networks", 2008, section 4.2.
    """
    if draws < 1:
        raise InputError(f"the bound needs 1 draw or more; got {draws}.")
    units, visible = lowest_of(network)
    x = jnp.asarray(checked_rows(units, rows, visible), network.top.weights.dtype)
    keys = jax.random.split(role(root(seed), "bound"), draws)
    return float(np.mean(np.asarray(_terms(network, x, keys), np.float64)) - log_z)


def _terms_plainly(network: UntiedNetwork, v: Array, keys: Array) -> Array:
    """Return what the mean is taken of, (draws, n)."""

    def once(key: Any) -> Array:
        states = states_up(network, v, key)
        found = -free_energy(network.top, states[-1])
        for layer, below, above in zip(network.layers, states[:-1], states[1:], strict=True):
            down, bias = generative_total(layer, above), layer.generative_bias
            likely = ((down - bias[None]) * below).sum(axis=-1) - layer.units.own_energy(below, bias)
            up = recognition_total(layer, below)
            found = found + likely - layer.units.log_sum(down, bias)
            # log q = x u - log(1 + e^u): of probabilities that round to 0 or 1 the logs would be infinite.
            found = found - (above * up - jax.nn.softplus(up)).sum(axis=-1)
        return found

    return jax.lax.map(once, keys)


_terms = jit(_terms_plainly)
