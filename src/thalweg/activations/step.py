"""The step of the perceptron."""

from typing import ClassVar

import jax.numpy as jnp
from jaxtyping import Float

from thalweg.spec import spec
from thalweg.types import Array


@spec
class Step:
    """Answer 1 to what is positive and 0 to all else.

        f(x) = 1 where x > 0, else 0;    f'(x) = 0

    The perceptron's unit. Its outputs are 0 or 1, so not centred on zero. Its slope is 0 everywhere (at 0, where
    there is none, 0 is taken), so nothing before it learns by gradients: the perceptron's own rule, not
    back-propagation, trains it.

    Example:
        >>> Step()(jnp.array([-2.0, 0.0, 3.0])).tolist()
        [0.0, 0.0, 1.0]

    Source: Rosenblatt, "The perceptron", 1958; CS231n lecture 4, "A bit of history".
    """

    saturating: ClassVar[bool] = True  # flat everywhere
    ends: ClassVar[tuple[float, float] | None] = (0.0, 1.0)

    def __call__(self, x: Float[Array, "..."]) -> Float[Array, "..."]:
        """Return f of every entry of `x`, in the shape and type of `x`."""
        x = jnp.asarray(x)
        return jnp.asarray(x > 0, x.dtype)
