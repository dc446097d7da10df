"""Running means of gradients and of their squares, as several rules keep them."""

import jax.numpy as jnp

from thalweg.types import Array, Scalar


def mixed(beta: Scalar, old: Array, new: Array) -> Array:
    """Return beta old + (1 - beta) new.

    Args:
        beta: Share of the old, in [0, 1).
        old: The running mean.
        new: What comes in.

    Returns:
        The next running mean, in the type of `old`.
    """
    beta = jnp.asarray(beta, old.dtype)
    return beta * old + (1 - beta) * new


def filled(beta: Scalar, steps: Array, dtype: jnp.dtype) -> Array:
    """Return 1 - beta^t: how much of a running mean that began at 0 is filled after t steps.

    Written out, it would lose all but four digits to cancellation at beta = 0.999 and t = 1 in float32.

    Args:
        beta: Share kept each step, in [0, 1).
        steps: t, a whole number of at least 1.
        dtype: Of the result.

    Returns:
        A scalar in (0, 1].
    """
    beta = jnp.asarray(beta, dtype)
    return -jnp.expm1(steps.astype(dtype) * jnp.log1p(-(1 - beta)))
