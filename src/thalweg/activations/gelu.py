"""The Gaussian error linear unit."""

from typing import ClassVar

import jax
from jaxtyping import Float

from thalweg.spec import spec
from thalweg.types import Array


@spec
class GELU:
    """Weigh each input by the share of a standard normal that lies below it.

        f(x) = x P(z < x) = x (1 + erf(x / sqrt(2))) / 2
        f(x) = x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2    (with tanh_form)

    With P and the bell's density d of the exact form: f'(x) = P(z < x) + x d(x). Not zero-centred. Smooth, without
    a kink; lowest at -0.17 near x = -0.75. The second form approximates the first within 5e-4; many published
    networks were trained with it.

    Args:
        tanh_form: Whether the approximation is used.

    Raises:
        InputError: If `tanh_form` is not true or false.

    Example:
        >>> import jax.numpy as jnp
        >>> GELU()(jnp.array([-1e4, 0.0, 1.0])).round(4).tolist()
        [-0.0, 0.0, 0.841...]

    Source: Hendrycks and Gimpel, "Gaussian error linear units (GELUs)", 2016, section 2.
    """

    tanh_form: bool = False

    saturating: ClassVar[bool] = False  # on one side only
    ends: ClassVar[tuple[float, float] | None] = None

    def __call__(self, x: Float[Array, "..."]) -> Float[Array, "..."]:
        """Return f of every entry of `x`, in the shape and type of `x`."""
        return jax.nn.gelu(x, approximate=self.tanh_form)
