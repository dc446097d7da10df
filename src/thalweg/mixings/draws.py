"""How much of each example is its own: drawn from a beta distribution."""

from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Float

from thalweg.types import Array, Scalar


def own_parts(key: Array, n: int, alpha: Scalar, share: Scalar, dtype: Any) -> Float[Array, " n"]:
    """Draw n numbers from Beta(alpha, alpha), each with a given probability, and 1 else.

        mean of a draw = 1/2,    variance = 1 / (4 (2 alpha + 1))

    Args:
        key: Random key.
        n: How many.
        alpha: At least 0.001, far below which a draw is no number; may be traced.
        share: The probability, in [0, 1]; may be traced.
        dtype: Of the numbers.

    Returns:
        (n,) in [0, 1].
    """
    choosing, drawing = jax.random.split(key)
    alpha, share = (jnp.asarray(one, dtype) for one in (alpha, share))
    drawn = jax.random.beta(drawing, alpha, alpha, (n,), dtype)
    return jnp.where(jax.random.uniform(choosing, (n,), dtype) < share, drawn, jnp.ones((), dtype))
