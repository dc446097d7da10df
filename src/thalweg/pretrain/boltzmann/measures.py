"""How well a machine does, as far as it can be said without its partition function."""

import jax
import jax.numpy as jnp
from jaxtyping import Float, Int

from thalweg.pretrain.boltzmann.machine import Machine, free_energy, hidden_probabilities, visible_mean
from thalweg.types import Array


def reconstruction_error(machine: Machine, v: Float[Array, "n visible"]) -> Float[Array, " n"]:
    """Return how far each row is from what the machine makes of its hidden probabilities.

        sum_i (v_i - E[v_i | h = p(h | v)])^2

    It falls while a machine learns, and falls too where chains merely mix slowly: no measure of the likelihood.

    Args:
        machine: The machine.
        v: Visible states.

    Returns:
        The squared errors, summed over the units.

    Source: Hinton, "A practical guide to training restricted Boltzmann machines", 2010, section 5.
    """
    return jnp.square(v - visible_mean(machine, hidden_probabilities(machine, v))).sum(axis=-1)


def pseudo_log_likelihood(
    machine: Machine, v: Float[Array, "n visible"], flipped: Int[Array, " n"]
) -> Float[Array, " n"]:
    """Return an estimate of each row's pseudo-log-likelihood, from one unit of it.

        sum_i log p(v_i | all others),    estimated by D log sigmoid(F(v with v_i flipped) - F(v)) for a random i

    It needs no partition function, for Z cancels. For units of 0 and 1 only.

    Args:
        machine: Of D visible units of 0 and 1.
        v: Visible states.
        flipped: The unit i of each row, from 0; drawn evenly, the mean is that of the sum.

    Returns:
        The estimates, nats.

    Example:
        >>> machine = Machine(jnp.zeros((2, 1)), jnp.zeros(2), jnp.zeros(1))
        >>> round(pseudo_log_likelihood(machine, jnp.ones((1, 2)), jnp.array([0])).item(), 4)  # 2 log(1/2)
        -1.3863

    Source: Besag, "Statistical analysis of non-lattice data", 1975.
    """
    flips = jax.nn.one_hot(flipped, v.shape[1], dtype=v.dtype)
    other = v + flips * (1 - 2 * v)
    return v.shape[1] * jax.nn.log_sigmoid(free_energy(machine, other) - free_energy(machine, v))
