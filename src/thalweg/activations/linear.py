"""The activation that changes nothing."""

from typing import ClassVar

import jax.numpy as jnp
from jaxtyping import Float

from thalweg.spec import spec
from thalweg.types import Array


@spec
class Linear:
    """Return the input as it is.

        f(x) = x,    f'(x) = 1

    It never saturates. Two dense layers with only this between them are no more than one.

    Example:
        >>> Linear()(jnp.array([-2.0, 3.0])).tolist()
        [-2.0, 3.0]

    Source: CS231n notes, "Neural Networks Part 1".
    """

    saturating: ClassVar[bool] = False
    ends: ClassVar[tuple[float, float] | None] = None

    def __call__(self, x: Float[Array, "..."]) -> Float[Array, "..."]:
        """Return f of every entry of `x`, in the shape and type of `x`."""
        return jnp.asarray(x)
