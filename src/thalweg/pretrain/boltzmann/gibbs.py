"""Samples of a machine, drawn by chains."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from thalweg.errors import InputError
from thalweg.keys import role, root
from thalweg.platform import jit
from thalweg.pretrain.boltzmann.contrastive_divergence import gibbs_steps
from thalweg.pretrain.boltzmann.machine import Machine, sample_hidden, visible_mean
from thalweg.pretrain.boltzmann.rows import checked_rows
from thalweg.types import Array


class Samples(NamedTuple):
    """Where chains were at some moments."""

    states: Float[np.ndarray, "moments chains visible"]
    means: Float[
        np.ndarray, "moments chains visible"
    ]  # of p(v | h), of which the states are drawn: smoother to look at


def run_chains(machine: Machine, begin: Any, *, steps: int = 1000, moments: int = 1, seed: int = 0) -> Samples:
    """Run chains, and look at them now and then.

        h ~ p(h | v),    v ~ p(v | h)

    Args:
        machine: The machine.
        begin: (chains, visible) where they begin: rows of data, the chains of a training, or noise.
        steps: Between one moment and the next, at least 1.
        moments: How often to look, at least 1.
        seed: Of the chains, 0 to 4294967295.

    Returns:
        The chains at each moment.

    Raises:
        InputError: If a number is below 1, or the rows are not for the machine.

    Example:
        >>> sure = Machine(jnp.zeros((2, 1)), jnp.array([50.0, -50.0]), jnp.zeros(1))
        >>> run_chains(sure, np.zeros((1, 2)), steps=3).states.tolist()
        [[[1.0, 0.0]]]

    Source: Hinton, "A practical guide to training restricted Boltzmann machines", 2010, section 2.
    """
    for name, number in (("steps", steps), ("moments", moments)):
        if number < 1:
            raise InputError(f"chains need {name} of 1 or more; got {number}.")
    v = checked_rows(machine.units, begin, len(machine.visible_bias))
    keys = jax.random.split(role(root(seed), "chains"), moments)
    found = _run(machine, jnp.asarray(v, machine.weights.dtype), jnp.asarray(steps, jnp.int32), keys)
    return Samples(*(np.asarray(part) for part in found))


def _run_plainly(machine: Machine, v: Array, steps: Array, keys: Array) -> tuple[Array, Array]:
    def moment(v: Array, key: Any) -> tuple[Array, tuple[Array, Array]]:
        walk, up, down = jax.random.split(key, 3)
        v = gibbs_steps(machine, v, steps - 1, walk)
        mean = visible_mean(machine, h := sample_hidden(machine, v, up))
        v = machine.units.sample(down, h @ machine.weights.T + machine.visible_bias[None])
        return v, (v, mean)

    _, found = jax.lax.scan(moment, v, keys)
    return found


_run = jit(_run_plainly)
