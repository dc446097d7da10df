"""The leaky rectified linear unit."""

from typing import ClassVar

import jax.numpy as jnp
from jaxtyping import Float

from thalweg.spec import spec, tunable
from thalweg.types import Array, Scalar


@spec
class LeakyReLU:
    """Pass what is positive, let a little of what is not leak through.

        f(x) = x where x > 0, else slope x;    f'(x) = 1 where x > 0, else slope

    The slope at 0 is that of the negative side. It never saturates, so no unit dies; its outputs have both signs,
    though they are not centred on zero.

    Args:
        slope: On the negative side, in [0, 1]; 0 is `ReLU`.

    Raises:
        InputError: If `slope` is outside its range.

    Example:
        >>> LeakyReLU(0.5)(jnp.array([-2.0, 0.0, 3.0])).tolist()
        [-1.0, 0.0, 3.0]

    Source: Maas, Hannun and Ng, "Rectifier nonlinearities improve neural network acoustic models", 2013; CS231n
    notes, "Neural Networks Part 1", "Commonly used activation functions".
    """

    slope: Scalar = tunable(0.01, low=0.0, high=1.0)

    saturating: ClassVar[bool] = False
    ends: ClassVar[tuple[float, float] | None] = None

    def __call__(self, x: Float[Array, "..."]) -> Float[Array, "..."]:
        """Return f of every entry of `x`, in the shape and type of `x`."""
        x = jnp.asarray(x)
        return jnp.where(x > 0, x, jnp.asarray(self.slope, x.dtype) * x)
