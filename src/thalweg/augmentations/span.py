"""A stretch of pixels along one side of an image."""

import jax.numpy as jnp
from jaxtyping import Bool, Float

from thalweg.types import Array


def span(length: Float[Array, " n"], place: Float[Array, " n"], side: int) -> Bool[Array, "n side"]:
    """Return which pixels along one side lie in a span of a given length, at a given share of its free way.

    Args:
        length: (n,) pixels; rounded to whole ones, and cut to the side.
        place: (n,) shares in [0, 1).
        side: Pixels.

    Returns:
        (n, side).

    Example:
        >>> span(jnp.asarray([2.0]), jnp.asarray([0.5]), 4).tolist()
        [[False, True, True, False]]
    """
    length = jnp.clip(jnp.round(length), 0, side)
    first = jnp.floor(place * (side - length + 1))
    at = jnp.arange(side).astype(length.dtype)[None, :]
    return (at >= first[:, None]) & (at < (first + length)[:, None])
