"""The hyperbolic tangent."""

from typing import ClassVar

import jax.numpy as jnp
from jaxtyping import Float

from thalweg.spec import spec
from thalweg.types import Array


@spec
class Tanh:
    """Squash to (-1, 1), centred on zero.

        f(x) = (e^x - e^-x) / (e^x + e^-x) = 2 sigmoid(2 x) - 1,    f'(x) = 1 - f(x)^2

    It saturates on both sides: beyond abs(x) = 3 the slope is under 0.01 and learning through the unit stalls.

    Example:
        >>> import jax.numpy as jnp
        >>> Tanh()(jnp.array([-1e4, 0.0, 1e4])).tolist()
        [-1.0, 0.0, 1.0]

    Source: CS231n notes, "Neural Networks Part 1", "Commonly used activation functions".
    """

    saturating: ClassVar[bool] = True  # flat at large inputs of both signs
    ends: ClassVar[tuple[float, float] | None] = (-1.0, 1.0)

    def __call__(self, x: Float[Array, "..."]) -> Float[Array, "..."]:
        """Return f of every entry of `x`, in the shape and type of `x`."""
        return jnp.tanh(x)
