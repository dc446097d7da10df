"""The rectified linear unit."""

from typing import ClassVar

import jax
from jaxtyping import Float

from thalweg.spec import spec
from thalweg.types import Array


@spec
class ReLU:
    """Pass what is positive, stop what is not.

        f(x) = max(0, x),    f'(x) = 1 where x > 0, else 0

    The slope at 0 is 0 (the maximum written with `jnp.maximum` would have 0.5 there). It does not saturate
    above 0; below it a unit that no example activates gets no gradient and stays dead. Its outputs are all
    positive, so not centred on zero.

    Example:
        >>> import jax.numpy as jnp
        >>> ReLU()(jnp.array([-2.0, 0.0, 3.0])).tolist()
        [0.0, 0.0, 3.0]

    Source: CS231n notes, "Neural Networks Part 1", "Commonly used activation functions".
    """

    saturating: ClassVar[bool] = False  # flat at large inputs of both signs

    def __call__(self, x: Float[Array, "..."]) -> Float[Array, "..."]:
        """Return f of every entry of `x`, in the shape and type of `x`."""
        return jax.nn.relu(x)
