"""One rate throughout."""

import jax.numpy as jnp
from jaxtyping import Float

from thalweg.spec import spec
from thalweg.types import Array, Scalar


@spec
class Constant:
    """Use the base rate at every step.

        factor = 1

    Example:
        >>> float(Constant()(7, 100))
        1.0

    Source: CS231n notes, "Neural Networks Part 3", "Annealing the learning rate".
    """

    def __call__(self, step: Scalar, total: Scalar) -> Float[Array, ""]:
        """Return the factor for a step.

        Args:
            step: Number of the step, from 0; not used.
            total: Number of steps of the whole run; not used.

        Returns:
            A scalar 1 in the default float type.
        """
        del step, total
        return jnp.ones(())
