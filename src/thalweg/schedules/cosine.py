"""A rate that falls along half a cosine."""

import jax.numpy as jnp
from jaxtyping import Float

from thalweg.spec import spec, tunable
from thalweg.types import Array, Scalar


@spec
class Cosine:
    """Let the rate fall slowly, then fast, then slowly to a floor.

        factor = floor + (1 - floor) (1 + cos(pi step / total)) / 2

    The first step has factor 1; the floor is reached where the run ends, after its last step.

    Args:
        floor: Factor at the end, in [0, 1]; 1 means a constant rate.

    Raises:
        InputError: If `floor` is outside its range (when the spec is made).

    Example:
        >>> [round(float(Cosine()(step, 100)), 3) for step in (0, 50, 99)]
        [1.0, 0.5, 0.0]

    Source: Loshchilov and Hutter, "SGDR", 2017, equation 5, without restarts.
    """

    floor: Scalar = tunable(0.0, low=0.0, high=1.0)

    def __call__(self, step: Scalar, total: Scalar) -> Float[Array, ""]:
        """Return the factor for a step.

        Args:
            step: Number of the step, from 0.
            total: Number of steps of the whole run; at least 1.

        Returns:
            The factor, a scalar in [floor, 1], in the default float type.
        """
        dtype = jnp.result_type(float)
        passed = jnp.minimum(jnp.asarray(step, dtype) / jnp.asarray(total, dtype), 1)
        floor = jnp.asarray(self.floor, dtype)
        return floor + (1 - floor) * (1 + jnp.cos(jnp.pi * passed)) / 2
