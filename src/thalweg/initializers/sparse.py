"""Few connections a unit, the rest zero."""

import math

import jax
import jax.numpy as jnp
from jaxtyping import Float, Key

from thalweg.errors import InputError
from thalweg.spec import spec, tunable
from thalweg.types import Array, Scalar, Shape


@spec
class Sparse:
    """Wire each unit to a fixed number of random inputs, and leave all other weights at 0.

        w_ij ~ N(0, std^2) for `connections` inputs i of unit j, else 0

    What reaches a unit then does not depend on how many inputs there are, and units differ from each other more. All
    but the last axis of an array count as inputs; a unit with fewer is wired to all of them.

    Args:
        connections: Inputs of each unit that are wired; at least 1.
        std: Standard deviation of the wired weights; positive.

    Raises:
        InputError: If a number is outside its range.

    Example:
        >>> w = Sparse(2)(jax.random.key(0), (50, 3), fan_in=50, fan_out=3)
        >>> (w != 0).sum(axis=0).tolist()
        [2, 2, 2]

    Source: Martens, "Deep learning via Hessian-free optimization", 2010, section 5; CS231n notes, "Neural Networks
    Part 2", "Sparse initialization".
    """

    connections: int = 15
    std: Scalar = tunable(1.0, low=0.0, open_low=True)

    def __post_init__(self):
        """Check the number of connections."""
        if self.connections < 1:
            raise InputError(f"Sparse.connections must be at least 1; got {self.connections}.")

    def __call__(self, key: Key[Array, ""], shape: Shape, *, fan_in: int, fan_out: int) -> Float[Array, "..."]:
        """Return the drawn array.

        Args:
            key: Random key.
            shape: Shape of the array; its last axis is the units.
            fan_in: Inputs of each unit; not used here.
            fan_out: Outputs that each input feeds; not used here.

        Returns:
            The weights, in the default float type.
        """
        del fan_in, fan_out
        dtype = jnp.result_type(float)
        chosen, drawn = jax.random.split(key)
        flat = (math.prod(shape[:-1]), shape[-1])
        rank = jnp.argsort(jnp.argsort(jax.random.uniform(chosen, flat), axis=0), axis=0)
        w = jnp.asarray(self.std, dtype) * jax.random.normal(drawn, flat, dtype)
        return jnp.where(rank < min(self.connections, flat[0]), w, jnp.zeros((), dtype)).reshape(shape)
