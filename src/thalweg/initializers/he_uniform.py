"""Uniform weights scaled for rectified units."""

import math

import jax
import jax.numpy as jnp
from jaxtyping import Float, Key

from thalweg.spec import spec
from thalweg.types import Array, Shape


@spec
class HeUniform:
    """Draw weights evenly from an interval whose variance is 2 / fan_in.

        w ~ U(-a, a),    a = sqrt(6 / fan_in)

    The same variance as `HeNormal`, without its tails.

    Example:
        >>> HeUniform()(jax.random.key(0), (3, 5), fan_in=3, fan_out=5).shape
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
        limit = math.sqrt(6 / fan_in)
        return jax.random.uniform(key, shape, jnp.result_type(float), -limit, limit)
