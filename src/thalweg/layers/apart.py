"""Computations that read their inputs from memory, instead of computing them anew for each entry that they read.

On a CPU, XLA writes chains of simple operations into every place that uses their result. Where a result is used several
times, or in another order than it was made in, that takes many times as long as making it once.
"""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from thalweg.platform import backend
from thalweg.types import Array


def apart(function: Callable[..., Any], *arrays: Array) -> Any:
    """Return what a function of arrays returns; on a CPU they are computed to the end before it begins.

    It is one branch of a condition, for the compiler moves nothing into a branch. That the condition is always true it
    cannot see. (It takes a mere barrier away before it looks for what to write where.)

    Args:
        function: Of the arrays; returns arrays.
        arrays: Floats, the first with at least one entry.

    Returns:
        What the function returns of them.

    Example:
        >>> apart(lambda x, y: x * y, jnp.ones(2), jnp.array([3.0, 4.0])).tolist()
        [3.0, 4.0]
    """
    if backend() != "cpu":
        return function(*arrays)
    entry = lax.slice_in_dim(jnp.ravel(arrays[0]), 0, 1)[0]
    width = 8 * entry.dtype.itemsize
    ones = lax.population_count(lax.bitcast_convert_type(entry, jnp.dtype(f"uint{width}")))
    shapes = jax.eval_shape(function, *arrays)

    def never(*given: Array) -> Any:
        del given
        return jax.tree.map(lambda one: jnp.zeros(one.shape, one.dtype), shapes)

    return lax.cond(ones <= width, function, never, *arrays)
