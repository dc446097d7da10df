"""The partition function of a small machine, by all states of its smaller layer."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Int

from thalweg.errors import InputError
from thalweg.platform import jit
from thalweg.pretrain.boltzmann.machine import Machine, free_energy, visible_total
from thalweg.pretrain.boltzmann.rows import checked_rows
from thalweg.types import Array

LIMIT = 25  # units; 2^25 states of 784 units take about a minute
_BLOCK = 12  # 2^12 states at a time


def exact_log_partition(machine: Machine) -> float:
    """Return log Z by enumeration: all states of one layer are looked at, those of the other summed in closed form.

        Z = sum_v exp(-F(v)) = sum_h exp(c'h) prod_i (1 + exp(b_i + W_i h))

    Of real visible units the integral over v is closed, too, and hidden states are enumerated.

    Args:
        machine: One of whose layers has at most 25 units; for real visible units the hidden one.

    Returns:
        log Z, nats.

    Raises:
        InputError: If there would be too many states.

    Example:
        >>> machine = Machine(jnp.zeros((3, 2)), jnp.zeros(3), jnp.zeros(2))
        >>> round(exact_log_partition(machine), 4)  # 2^5 states of energy 0
        3.4657

    Source: Salakhutdinov and Murray, "On the quantitative analysis of deep belief networks", 2008, section 5.1, which
    enumerates the states of 25 hidden units.
    """
    visible, hidden = machine.weights.shape
    by_visible = machine.units.finite and visible < hidden
    fewer = visible if by_visible else hidden
    if fewer > LIMIT:
        layer = "its smaller layer" if machine.units.finite else "the hidden layer, for visible units are real numbers,"
        raise InputError(
            f"the exact Z of a machine needs a pass over all states of {layer} which may have {LIMIT} units; got "
            f"{fewer}. Estimate it by estimate_log_partition."
        )
    return float(_by_visible(machine) if by_visible else _by_hidden(machine))


def mean_log_likelihood(machine: Machine, rows: Any, log_z: float) -> float:
    """Return the mean log-likelihood of some rows, given log Z.

        mean_n (-F(v_n)) - log Z

    Args:
        machine: The machine.
        rows: (n, visible) states. Those of units of 0 and 1 should be 0 or 1; draw them once where data lie between.
        log_z: Exact or estimated.

    Returns:
        The mean, nats a row; of real units a log density.

    Raises:
        InputError: If the rows are not for the machine.

    Example:
        >>> machine = Machine(jnp.zeros((3, 2)), jnp.zeros(3), jnp.zeros(2))
        >>> round(mean_log_likelihood(machine, np.eye(3), exact_log_partition(machine)), 4)  # 3 log(1/2)
        -2.0794
    """
    x = checked_rows(machine.units, rows, len(machine.visible_bias))
    return float(np.mean(np.asarray(_free(machine, jnp.asarray(x, machine.weights.dtype)), np.float64))) * -1 - log_z


def _log_sum(count: int, log_weight: Any, dtype: Any) -> Array:
    """Return the log of the sum of exp(log_weight) over all 2^count states, a block at a time."""
    small = min(count, _BLOCK)

    def block(number: Array) -> Array:
        places = number * 2**small + jnp.arange(2**small, dtype=jnp.int32)
        return jax.nn.logsumexp(log_weight(_bits(places, count).astype(dtype)))

    return jax.nn.logsumexp(jax.lax.map(block, jnp.arange(2 ** (count - small), dtype=jnp.int32)))


def _bits(numbers: Int[Array, " n"], count: int) -> Int[Array, "n count"]:
    return (numbers[:, None] >> jnp.arange(count, dtype=jnp.int32)[None]) & 1


def _by_visible_plainly(machine: Machine) -> Array:
    return _log_sum(machine.weights.shape[0], lambda v: -free_energy(machine, v), machine.weights.dtype)


def _by_hidden_plainly(machine: Machine) -> Array:
    def log_weight(h):
        return h @ machine.hidden_bias + machine.units.log_sum(visible_total(machine, h), machine.visible_bias)

    return _log_sum(machine.weights.shape[1], log_weight, machine.weights.dtype)


_free, _by_visible, _by_hidden = jit(free_energy), jit(_by_visible_plainly), jit(_by_hidden_plainly)
