"""Small functions whose plain forms are wrong at one place: at a kink, or beside a whole number."""

from typing import Any

import jax
import jax.numpy as jnp

from thalweg.types import Array


def absolute(x: Array) -> Array:
    """Return abs(x) with slope 0 at 0; that of `jnp.abs` is 1 there.

    Args:
        x: Of any shape; floats.

    Returns:
        The sizes, in the shape and type of `x`.

    Example:
        >>> jax.vmap(jax.grad(absolute))(jnp.array([-2.0, 0.0, 3.0])).tolist()
        [-1.0, 0.0, 1.0]
    """
    x = jnp.asarray(x)
    return x * jax.lax.stop_gradient(jnp.sign(x))


def whole(x: Array) -> Array:
    """Return the largest whole number that is at most x, up to rounding.

    A float32 product such as 0.1 * 30 or 1/3 * 9 may miss the whole number it stands for; one that lies less than a
    millionth below it counts as it.

    Args:
        x: Of any shape, at least 0; floats.

    Returns:
        The whole numbers, in the shape and type of `x`.

    Example:
        >>> whole(jnp.array([2.9999999, 2.99, 3.0])).tolist()
        [3.0, 2.0, 3.0]
    """
    return jnp.floor(x * (1 + 1e-6))


def is_floats(value: Any) -> bool:
    """Say whether a value is an array of floats, of NumPy or JAX, traced or not.

    Args:
        value: Anything.

    Returns:
        True for an array, a number of one included.

    Example:
        >>> is_floats(jnp.ones(2)), is_floats(jnp.arange(2)), is_floats(1.0)
        (True, False, False)
    """
    return hasattr(value, "shape") and hasattr(value, "dtype") and jnp.issubdtype(value.dtype, jnp.floating)
