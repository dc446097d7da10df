"""The scaled exponential linear unit."""

from typing import ClassVar

import jax.numpy as jnp
from jaxtyping import Float

from thalweg.spec import spec
from thalweg.types import Array

# The fixed point's two numbers, by equation 14 of the paper's appendix.
_ALPHA = 1.6732632423543772848170429916717
_SCALE = 1.0507009873554804934193349852946


@spec
class SELU:
    """Bend what is negative, and scale so that mean 0 and variance 1 reproduce themselves from layer to layer.

        f(x) = s x where x > 0, else s a (e^x - 1);    s = 1.0507..., a = 1.67326...

    With normal weights of variance 1 / fan_in (`LecunNormal`), mean 0 and variance 1 is a fixed point of the layer,
    and activations drift back to it. It saturates on the negative side, at -1.758, and is
    centred on zero at that fixed point. The slope at 0 is s a.

    Example:
        >>> SELU()(jnp.array([-1e4, 0.0, 1.0])).round(4).tolist()
        [-1.7580..., 0.0, 1.0506...]

    Source: Klambauer, Unterthiner, Mayr and Hochreiter, "Self-normalizing neural networks", 2017, equation 2.
    """

    saturating: ClassVar[bool] = False  # on one side only
    ends: ClassVar[tuple[float, float] | None] = None
    self_normalizing: ClassVar[bool] = True  # asks for weights of variance 1 / fan_in

    def __call__(self, x: Float[Array, "..."]) -> Float[Array, "..."]:
        """Return f of every entry of `x`, in the shape and type of `x`."""
        x = jnp.asarray(x)
        # Where x is large e^x overflows, and 0 times infinity in the gradient would be NaN.
        below = _ALPHA * jnp.expm1(jnp.where(x > 0, 0, x))
        return _SCALE * jnp.where(x > 0, x, below)
