"""The logistic sigmoid."""

from typing import ClassVar

import jax
from jaxtyping import Float

from thalweg.spec import spec
from thalweg.types import Array


@spec
class Sigmoid:
    """Squash to (0, 1).

        f(x) = 1 / (1 + e^-x),    f'(x) = f(x) (1 - f(x))

    It saturates on both sides: the slope is at most 0.25 (at 0) and 4.5e-5 at abs(x) = 10. Its outputs are all
    positive, so not centred on zero. Prefer `ReLU` or `Tanh` between layers.

    Example:
        >>> import jax.numpy as jnp
        >>> Sigmoid()(jnp.array([-1e4, 0.0, 1e4])).tolist()
        [0.0, 0.5, 1.0]

    Source: CS231n notes, "Neural Networks Part 1", "Commonly used activation functions".
    """

    saturating: ClassVar[bool] = True  # flat at large inputs of both signs
    ends: ClassVar[tuple[float, float] | None] = (0.0, 1.0)

    def __call__(self, x: Float[Array, "..."]) -> Float[Array, "..."]:
        """Return f of every entry of `x`, in the shape and type of `x`."""
        return jax.nn.sigmoid(x)
