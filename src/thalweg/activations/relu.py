"""The rectified linear unit."""

from typing import ClassVar

import jax
import jax.numpy as jnp
from jaxtyping import Float

from thalweg.spec import spec
from thalweg.types import Array


@spec
class ReLU:
    """Pass what is positive, stop what is not.

        f(x) = max(0, x),    f'(x) = 1 where x > 0, else 0

    The slope at 0 is 0; with `half_slope_at_zero` it is 0.5, the mean of both sides, as one course has it. It does
    not saturate above 0; below it a unit that no example activates gets no gradient and stays dead. Its outputs are all
    positive, so not centred on zero.

    Args:
        half_slope_at_zero: Whether the slope at exactly 0 is 0.5 instead of 0.

    Raises:
        InputError: If `half_slope_at_zero` is not true or false.

    Example:
        >>> ReLU()(jnp.array([-2.0, 0.0, 3.0])).tolist()
        [0.0, 0.0, 3.0]

    Source: CS231n notes, "Neural Networks Part 1", "Commonly used activation functions".
    """

    half_slope_at_zero: bool = False

    saturating: ClassVar[bool] = False
    ends: ClassVar[tuple[float, float] | None] = (0.0, float("inf"))

    def __call__(self, x: Float[Array, "..."]) -> Float[Array, "..."]:
        """Return f of every entry of `x`, in the shape and type of `x`."""
        if self.half_slope_at_zero:
            x = jnp.asarray(x)
            return jnp.maximum(x, jnp.zeros((), x.dtype))  # where both are equal, half of the gradient goes to each
        return jax.nn.relu(x)
