"""No penalty."""

import jax.numpy as jnp
from jaxtyping import Float

from thalweg.spec import spec
from thalweg.types import Array, Params


@spec
class NoPenalty:
    """Charge nothing, whatever the parameters are.

        R = 0

    Example:
        >>> float(NoPenalty()({"dense_1": {"w": jnp.ones((2, 3))}}))
        0.0

    Source: CS231n notes, "Neural Networks Part 2", "Regularization".
    """

    def __call__(self, params: Params) -> Float[Array, ""]:
        """Return 0.

        Args:
            params: Arrays by name, nested by layer; not used.

        Returns:
            A scalar 0 in the default float type.
        """
        del params
        return jnp.zeros(())
