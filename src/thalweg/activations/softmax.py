"""The softmax over the features of an example."""

from typing import ClassVar

import jax
from jaxtyping import Float

from thalweg.spec import spec
from thalweg.types import Array


@spec
class Softmax:
    """Turn the numbers along the last axis into positive ones that add up to 1.

        f(x)_c = e^(x_c) / sum_j e^(x_j),    df_c/dx_j = f_c ([c = j] - f_j)

    Unlike the other activations it looks at all features of an example at once. As the head of a classifier it
    belongs to the loss, which takes raw scores: after this layer the loss would apply it twice. Within a network it
    weighs alternatives against each other. It saturates: where one entry leads by 10 all slopes are below 5e-5.

    Example:
        >>> import jax.numpy as jnp
        >>> Softmax()(jnp.array([[0.0, 1e4, 0.0]])).tolist()
        [[0.0, 1.0, 0.0]]

    Source: CS231n notes, "Linear Classification", "Softmax classifier"; Bridle, 1990.
    """

    saturating: ClassVar[bool] = True  # flat where one entry leads by far
    ends: ClassVar[tuple[float, float] | None] = None

    def __call__(self, x: Float[Array, "..."]) -> Float[Array, "..."]:
        """Return f of every entry of `x`, in the shape and type of `x`."""
        return jax.nn.softmax(x, axis=-1)
