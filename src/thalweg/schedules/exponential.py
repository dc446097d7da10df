"""A rate that falls by the same share at every step."""

import jax.numpy as jnp
from jaxtyping import Float

from thalweg.spec import spec, tunable
from thalweg.types import Array, Scalar


@spec
class Exponential:
    """Let the rate fall exponentially over the run.

        factor = end ^ (step / total)

    In the notes' form eps0 e^(-k t) this is k = -ln(end) / total: what the rate has come to at the end is given
    instead of k, so the same spec suits a short run and a long one.

    Args:
        end: Factor where the run ends, in (0, 1]; 1 means a constant rate.

    Raises:
        InputError: If `end` is outside its range (when the spec is made).

    Example:
        >>> [round(float(Exponential(0.01)(step, 10)), 3) for step in (0, 5, 10)]
        [1.0, 0.1, 0.01]

    Source: CS231n notes, "Neural Networks Part 3", "Annealing the learning rate", "Exponential decay".
    """

    end: Scalar = tunable(0.01, low=0.0, high=1.0, open_low=True)

    def __call__(self, step: Scalar, total: Scalar) -> Float[Array, ""]:
        """Return the factor for a step.

        Args:
            step: Number of the step, from 0.
            total: Number of steps of the whole run; at least 1.

        Returns:
            The factor, a scalar in (0, 1], in the default float type.
        """
        dtype = jnp.result_type(float)
        passed = jnp.asarray(step, dtype) / jnp.asarray(total, dtype)
        return jnp.exp(jnp.log(jnp.asarray(self.end, dtype)) * passed)
