"""Normal weights scaled for units that are linear around zero."""

import math

import jax
import jax.numpy as jnp
from jaxtyping import Float, Key

from thalweg.spec import spec
from thalweg.types import Array, Shape


@spec
class GlorotNormal:
    """Draw weights from a normal distribution of variance 2 / (fan_in + fan_out).

        w ~ N(0, 2 / (fan_in + fan_out))

    A compromise between keeping the size of activations forward (1 / fan_in) and of gradients backward
    (1 / fan_out). It equals the 1 / fan_in that some lectures call Xavier only where fan_in = fan_out.
    Not truncated, so the variance is exactly the one stated.

    Example:
        >>> GlorotNormal()(jax.random.key(0), (3, 5), fan_in=3, fan_out=5).shape
        (3, 5)

    Source: Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks",
    2010, equation 12.
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
        return math.sqrt(2 / (fan_in + fan_out)) * jax.random.normal(key, shape, jnp.result_type(float))
