"""PCD: chains of their own that go on from batch to batch."""

from typing import Any

import jax.numpy as jnp

from thalweg.errors import InputError
from thalweg.pretrain.boltzmann.contrastive_divergence import gibbs_steps
from thalweg.pretrain.boltzmann.machine import Machine
from thalweg.spec import spec, tunable
from thalweg.types import Array, Scalar


@spec
class PersistentChains:
    """Estimate the machine's own statistics from chains that never start anew.

        chains <- k steps of h ~ p(h | v), v ~ p(v | h) from where they were,    statistics of the chains

    While the parameters change slowly the chains stay near the model's distribution, and what they visit without data
    there becomes less likely. At a high rate they lag behind: let it fall towards the end.

    Args:
        chains: How many, at least 1.
        steps: k at each batch, at least 1.

    Raises:
        InputError: If a number is outside its range.

    Example:
        >>> PersistentChains(50)
        PersistentChains(chains=50, steps=1)

    Source: Tieleman, "Training restricted Boltzmann machines using approximations to the likelihood gradient", 2008.
    """

    chains: int = 100
    steps: Scalar = tunable(1, low=1, high=1_000_000, whole=True)

    def __post_init__(self):
        """Check the number of chains."""
        if self.chains < 1:
            raise InputError(f"PersistentChains.chains must be at least 1; got {self.chains}.")

    def start(self, machine: Machine, key: Any) -> Array:
        """Draw where the chains begin: visible units by their biases alone.

        Args:
            machine: The machine.
            key: A JAX key.

        Returns:
            (chains, visible) states.
        """
        return machine.units.sample(key, jnp.tile(machine.visible_bias, (self.chains, 1)))

    def run(self, machine: Machine, batch: Array, weight: Array, chains: Array, key: Any) -> tuple[Array, Array, Array]:
        """Return visible states that stand for the machine's own.

        Args:
            machine: The machine.
            batch: Not used.
            weight: Not used.
            chains: (m, visible) as the last batch left them.
            key: A JAX key.

        Returns:
            (states (m, visible), their weights (m,), the chains to keep).
        """
        del batch, weight
        moved = gibbs_steps(machine, chains, self.steps, key)
        return moved, jnp.full(len(moved), 1 / len(moved), moved.dtype), moved
