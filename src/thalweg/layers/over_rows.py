"""Sums over the rows of a matrix and their reverse, as the machine computes them best.

On CPUs XLA adds up the columns of a long matrix several times slower than memory gives them; a product with a row of
ones goes through it at full speed. A GPU rounds products, and has fast sums.
"""

import functools

import jax
import jax.numpy as jnp

from thalweg.platform import backend
from thalweg.types import Array

_LEAST, _MOST = 32, 1024  # rows of one product


def summed(x: Array, weight: Array | None = None) -> jax.Array:
    """Return the weighted sum of the rows.

        y_j = sum_i w_i x_ij

    Args:
        x: (n, d); floats.
        weight: (n,), of the type of `x`; None for 1 each.

    Returns:
        (d,), in the type of `x`.

    Example:
        >>> summed(jnp.array([[1.0, 2.0], [3.0, 4.0]]), jnp.array([1.0, 0.5])).tolist()
        [2.5, 4.0]
    """
    weight = jnp.ones(x.shape[0], x.dtype) if weight is None else jnp.asarray(weight)
    block = _block(x.shape[0])
    if backend() != "cpu" or block < _LEAST:
        return jnp.sum(weight[:, None] * x, axis=0)
    sums = jnp.matmul(weight.reshape(-1, 1, block), jnp.reshape(x, (-1, block, x.shape[1])))
    return jnp.sum(sums, axis=(0, 1))


def _block(rows: int) -> int:
    """Return how many rows to add up at a time: a running sum of very many loses digits, and blocks must be equal."""
    return rows if rows <= _MOST else max(k for k in range(1, _MOST + 1) if rows % k == 0)


@functools.partial(jax.custom_vjp, nondiff_argnums=(1,))
def repeated(row: Array, count: int) -> jax.Array:
    """Return a matrix of equal rows. Its gradient, in reverse mode alone, is a sum over them as `summed` takes it.

    Args:
        row: (d,); floats.
        count: Rows, n.

    Returns:
        (n, d), in the type of `row`.

    Example:
        >>> repeated(jnp.array([1.0, 2.0]), 2).tolist()
        [[1.0, 2.0], [1.0, 2.0]]
    """
    return jnp.broadcast_to(jnp.asarray(row)[None, :], (count, row.shape[0]))


repeated.defvjp(lambda row, count: (repeated(row, count), None), lambda count, kept, gradient: (summed(gradient),))
