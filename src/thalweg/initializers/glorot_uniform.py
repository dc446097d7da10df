"""Uniform weights scaled for units that are linear around zero."""

import math

import jax
import jax.numpy as jnp
from jaxtyping import Float, Key

from thalweg.spec import spec
from thalweg.types import Array, Shape


@spec
class GlorotUniform:
    """Draw weights evenly from an interval whose variance is 2 / (fan_in + fan_out).

        w ~ U(-a, a),    a = sqrt(6 / (fan_in + fan_out))

    A uniform draw from (-a, a) has variance a^2 / 3: the same as `GlorotNormal`, without its tails.

    Example:
        >>> GlorotUniform()(jax.random.key(0), (3, 5), fan_in=3, fan_out=5).shape
        (3, 5)

    Source: Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks",
    2010, equation 16.
    """

    def __call__(self, key: Key[Array, ""], shape: Shape, *, fan_in: int, fan_out: int) -> Float[Array, "..."]:
        """Return the drawn array.

        Args:
            key: Random key.
            shape: Shape of the array.
            fan_in: Inputs of each unit; at least 1.
            fan_out: Outputs that each input feeds; at least 1.

        Returns:
            The weights, in the default float type.
        """
        limit = math.sqrt(6 / (fan_in + fan_out))
        return jax.random.uniform(key, shape, jnp.result_type(float), -limit, limit)
