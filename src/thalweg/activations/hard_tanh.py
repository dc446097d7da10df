"""The hard hyperbolic tangent."""

from typing import ClassVar

import jax.numpy as jnp
from jaxtyping import Float

from thalweg.spec import spec
from thalweg.types import Array


@spec
class HardTanh:
    """Cut off beyond -1 and 1, and leave the rest as it is.

        f(x) = -1 where x <= -1, x between, 1 where x >= 1;    f'(x) = 1 between, else 0

    The slope at -1 and at 1 is 0. Cheaper than `Tanh`, and exactly flat where that is nearly so. Odd, so centred on
    zero.

    Example:
        >>> HardTanh()(jnp.array([-1e4, 0.5, 3.0])).tolist()
        [-1.0, 0.5, 1.0]

    Source: Collobert, "Large scale machine learning", 2004.
    """

    saturating: ClassVar[bool] = True  # flat at large inputs of both signs
    ends: ClassVar[tuple[float, float] | None] = (-1.0, 1.0)

    def __call__(self, x: Float[Array, "..."]) -> Float[Array, "..."]:
        """Return f of every entry of `x`, in the shape and type of `x`."""
        x = jnp.asarray(x)
        # A clip would have slope 0.5 where it begins to cut.
        return jnp.where(jnp.abs(x) < 1, x, jnp.sign(x))
