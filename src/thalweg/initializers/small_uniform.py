"""Uniform weights of one small size, whatever the width."""

import jax
import jax.numpy as jnp
from jaxtyping import Float, Key

from thalweg.spec import spec, tunable
from thalweg.types import Array, Scalar, Shape


@spec
class SmallUniform:
    """Draw weights evenly from one fixed, small interval.

        w ~ U(-limit, limit),    Var w = limit^2 / 3

    As `SmallNormal`: fine for shallow nets, while in depth activations and gradients shrink towards 0.

    Args:
        limit: End of the interval; positive.

    Raises:
        InputError: If `limit` is not positive.

    Example:
        >>> SmallUniform(0.1)(jax.random.key(0), (3, 5), fan_in=3, fan_out=5).shape
        (3, 5)

    Source: CS231n notes, "Neural Networks Part 2", "Small random numbers".
    """

    limit: Scalar = tunable(0.01, low=0.0, open_low=True)

    def __call__(self, key: Key[Array, ""], shape: Shape, *, fan_in: int, fan_out: int) -> Float[Array, "..."]:
        """Return the drawn array.

        Args:
            key: Random key.
            shape: Shape of the array.
            fan_in: Inputs of each unit; not used here.
            fan_out: Outputs that each input feeds; not used here.

        Returns:
            The weights, in the default float type.
        """
        del fan_in, fan_out
        dtype = jnp.result_type(float)
        return jnp.asarray(self.limit, dtype) * jax.random.uniform(key, shape, dtype, -1, 1)
