"""The sigmoid-weighted linear unit."""

from typing import ClassVar

import jax
from jaxtyping import Float

from thalweg.spec import spec
from thalweg.types import Array


@spec
class SiLU:
    """Weigh each input by its own sigmoid.

        f(x) = x / (1 + e^-x),    f'(x) = s(x) (1 + x (1 - s(x))),    s the sigmoid

    Smooth, without a kink; lowest at -0.278 near x = -1.28. Not zero-centred. Also called swish.

    Example:
        >>> import jax.numpy as jnp
        >>> SiLU()(jnp.array([-1e4, 0.0, 1.0])).round(4).tolist()
        [-0.0, 0.0, 0.731...]

    Source: Elfwing, Uchibe and Doya, "Sigmoid-weighted linear units for neural network function approximation in
    reinforcement learning", 2018, equation 1.
    """

    saturating: ClassVar[bool] = False  # on one side only
    ends: ClassVar[tuple[float, float] | None] = None

    def __call__(self, x: Float[Array, "..."]) -> Float[Array, "..."]:
        """Return f of every entry of `x`, in the shape and type of `x`."""
        return jax.nn.silu(x)
