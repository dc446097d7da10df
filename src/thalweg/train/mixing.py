"""Which examples of a batch are mixed with which."""

import jax
import jax.numpy as jnp
from jaxtyping import Float, Int

from thalweg.types import Array


def partners(key: Array, mask: Float[Array, " b"]) -> Int[Array, " b"]:
    """Draw whom each example is mixed with: the real rows among themselves, in any order; padding stays by itself.

    So each real row is the other one of exactly one real row, perhaps of itself, and no row that pads a batch, which
    is a copy of a real one, gets into another.

    Args:
        key: Random key of this step.
        mask: 1 for real rows, 0 for padding.

    Returns:
        The place of each row's partner.
    """
    real = mask > 0
    places = jnp.argsort(~real, stable=True)  # those of the real rows, then the others
    drawn = jnp.argsort(jnp.where(real, jax.random.uniform(key, mask.shape), 2.0))  # the real rows in a drawn order
    mixed = jnp.zeros_like(places).at[places].set(drawn)
    return jnp.where(real, mixed, jnp.arange(len(mask), dtype=places.dtype))
