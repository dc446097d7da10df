"""CD-k: chains that start at the data and take k steps."""

from typing import Any

import jax
import jax.numpy as jnp

from thalweg.pretrain.boltzmann.machine import Machine, sample_hidden, sample_visible
from thalweg.spec import spec, tunable
from thalweg.types import Array, Scalar


@spec
class ContrastiveDivergence:
    """Estimate the machine's own statistics from chains that start at the batch.

        v_0 = data,    h_t ~ p(h | v_t),    v_(t+1) ~ p(v | h_t),    statistics of v_k

    With few steps the chains are still near the data: the gradient is biased and cheap, the noise small. Modes of the
    model that lie far from all data are never met, so nothing takes their probability away.

    Args:
        steps: k, at least 1. More steps cost more and are nearer the gradient of the likelihood.

    Raises:
        InputError: If `steps` is no whole number or below 1.

    Example:
        >>> ContrastiveDivergence(3)
        ContrastiveDivergence(steps=3)

    Source: Hinton, "Training products of experts by minimizing contrastive divergence", 2002.
    """

    steps: Scalar = tunable(1, low=1, high=1_000_000, whole=True)

    def start(self, machine: Machine, key: Any) -> Array:
        """Return the chains that are kept between batches: none.

        Args:
            machine: The machine.
            key: Not used.

        Returns:
            An array of no rows.
        """
        del key
        return jnp.zeros((0, len(machine.visible_bias)), machine.weights.dtype)

    def run(self, machine: Machine, batch: Array, weight: Array, chains: Array, key: Any) -> tuple[Array, Array, Array]:
        """Return visible states that stand for the machine's own.

        Args:
            machine: The machine.
            batch: (n, visible) data.
            weight: (n,) of the rows, of sum 1.
            chains: Of no rows.
            key: A JAX key.

        Returns:
            (states (n, visible), their weights (n,), the chains to keep).
        """
        return gibbs_steps(machine, batch, self.steps, key), weight, chains


def gibbs_steps(machine: Machine, v: Array, steps: Scalar, key: Any) -> Array:
    """Draw hidden and then visible states, again and again.

    Args:
        machine: The machine.
        v: (n, visible) states to start from.
        steps: How many times; the number may be traced.
        key: A JAX key.

    Returns:
        (n, visible) states.
    """

    def once(step, state):
        up, down = jax.random.split(jax.random.fold_in(key, step))
        return sample_visible(machine, sample_hidden(machine, state, up), down)

    return jax.lax.fori_loop(0, jnp.asarray(steps).astype(jnp.int32), once, v)
