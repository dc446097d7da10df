"""The exponential linear unit."""

from typing import ClassVar

import jax.numpy as jnp
from jaxtyping import Float

from thalweg.spec import spec, tunable
from thalweg.types import Array, Scalar


@spec
class ELU:
    """Pass what is positive, bend what is not towards -alpha.

        f(x) = x where x > 0, else alpha (e^x - 1);    f'(x) = 1 where x > 0, else alpha e^x

    It saturates on the negative side, at -alpha; its mean output is nearer to zero than a rectified unit's, though
    not at it. The slope at 0 is alpha; with alpha = 1 there is no kink.

    Args:
        alpha: Depth of the negative side; positive.

    Raises:
        InputError: If `alpha` is outside its range.

    Example:
        >>> ELU()(jnp.array([-1e4, 0.0, 3.0])).tolist()
        [-1.0, 0.0, 3.0]

    Source: Clevert, Unterthiner and Hochreiter, "Fast and accurate deep network learning by exponential linear
    units", 2016, equation 15.
    """

    alpha: Scalar = tunable(1.0, low=0.0, open_low=True)

    saturating: ClassVar[bool] = False  # on one side only
    ends: ClassVar[tuple[float, float] | None] = None

    def __call__(self, x: Float[Array, "..."]) -> Float[Array, "..."]:
        """Return f of every entry of `x`, in the shape and type of `x`."""
        x = jnp.asarray(x)
        # Where x is large e^x overflows, and 0 times infinity in the gradient would be NaN.
        below = jnp.asarray(self.alpha, x.dtype) * jnp.expm1(jnp.where(x > 0, 0, x))
        return jnp.where(x > 0, x, below)
