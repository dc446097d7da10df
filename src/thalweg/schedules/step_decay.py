"""A rate that falls in steps."""

import jax.numpy as jnp
from jaxtyping import Float

from thalweg.numerics import whole
from thalweg.spec import spec, tunable
from thalweg.types import Array, Scalar


@spec
class StepDecay:
    """Multiply the rate by a factor each time a share of the run has passed.

        factor = f ^ floor(step / (every total))

    The share is of the whole run, so the same spec suits a short run and a long one. With every = 1/3 the rate
    drops at a third and at two thirds.

    Args:
        factor: What the rate is multiplied by at each drop, in (0, 1].
        every: Share of the run between drops, in (0, 1]; 1 means no drop.

    Raises:
        InputError: If a number is outside its range (when the spec is made).

    Example:
        >>> [round(float(StepDecay(0.1, every=0.5)(step, 10)), 3) for step in (0, 4, 5, 9)]
        [1.0, 1.0, 0.1, 0.1]

    Source: CS231n notes, "Neural Networks Part 3", "Annealing the learning rate", "Step decay".
    """

    factor: Scalar = tunable(0.1, low=0.0, high=1.0, open_low=True)
    every: Scalar = tunable(1 / 3, low=0.0, high=1.0, open_low=True)

    def __call__(self, step: Scalar, total: Scalar) -> Float[Array, ""]:
        """Return the factor for a step.

        Args:
            step: Number of the step, from 0.
            total: Number of steps of the whole run; at least 1.

        Returns:
            The factor, a scalar in (0, 1], in the default float type.
        """
        dtype = jnp.result_type(float)
        period = jnp.asarray(self.every, dtype) * jnp.asarray(total, dtype)
        drops = whole(jnp.asarray(step, dtype) / period)
        return jnp.power(jnp.asarray(self.factor, dtype), drops)
