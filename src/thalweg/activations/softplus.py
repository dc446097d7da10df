"""The softplus."""

from typing import ClassVar

import jax
from jaxtyping import Float

from thalweg.spec import spec
from thalweg.types import Array


@spec
class Softplus:
    """Bend smoothly from 0 to x: a rectified unit without the kink.

        f(x) = log(1 + e^x),    f'(x) = 1 / (1 + e^-x)

    Computed as max(x, 0) + log(1 + e^-abs(x)): e^x itself overflows float32 from 89 on. Its outputs are all positive,
    so not centred on zero.

    Example:
        >>> import jax.numpy as jnp
        >>> Softplus()(jnp.array([-1e4, 0.0, 1e4])).round(4).tolist()
        [0.0, 0.693..., 10000.0]

    Source: Dugas et al., "Incorporating second-order functional knowledge for better option pricing", 2001; Glorot,
    Bordes and Bengio, "Deep sparse rectifier neural networks", 2011.
    """

    saturating: ClassVar[bool] = False  # on one side only
    ends: ClassVar[tuple[float, float] | None] = None

    def __call__(self, x: Float[Array, "..."]) -> Float[Array, "..."]:
        """Return f of every entry of `x`, in the shape and type of `x`."""
        return jax.nn.softplus(x)
