"""Normal weights scaled for rectified units."""

import math

import jax
import jax.numpy as jnp
from jaxtyping import Float, Key

from thalweg.spec import spec
from thalweg.types import Array, Shape


@spec
class HeNormal:
    """Draw weights from a normal distribution of variance 2 / fan_in.

        w ~ N(0, 2 / fan_in)

    A rectified unit passes half of its inputs' second moment on; the 2 makes up for it, so that activations
    keep their size through any depth. Not truncated, so the variance is exactly the one stated.

    Example:
        >>> HeNormal()(jax.random.key(0), (3, 5), fan_in=3, fan_out=5).shape
        (3, 5)

    Source: He, Zhang, Ren and Sun, "Delving Deep into Rectifiers", 2015, equation 10.
    """

    def __call__(self, key: Key[Array, ""], shape: Shape, *, fan_in: int, fan_out: int) -> Float[Array, "..."]:
        """Return the drawn array.

        Args:
            key: Random key.
            shape: Shape of the array.
            fan_in: Inputs of each unit; at least 1.
            fan_out: Outputs that each input feeds; not used here.

        Returns:
            The weights, in the default float type.
        """
        del fan_out
        return math.sqrt(2 / fan_in) * jax.random.normal(key, shape, jnp.result_type(float))
