"""The largest entry of each window, written so that CPUs compute it and its gradient entry by entry.

As a reduction over the axes of a window, XLA takes three to four times as long on a CPU, most of it to count how many
entries are equal to the largest.
"""

import functools
import itertools
import operator
from collections.abc import Iterator

import jax
import jax.numpy as jnp

from thalweg.types import Array

_MOST = 25  # places of a window that are written out; a program of more takes long to compile


def largest(seen: Array, inside: tuple[int, ...]) -> jax.Array:
    """Return the largest entry along some axes. Where several are equal, each gets an equal share of the gradient.

    Args:
        seen: Windows; floats.
        inside: The axes that run inside a window, from the first.

    Returns:
        The array without these axes.

    Example:
        >>> largest(jnp.array([[1.0, 3.0], [2.0, 2.0]]), (0,)).tolist()
        [2.0, 3.0]
    """
    places = functools.reduce(operator.mul, (seen.shape[axis] for axis in inside))
    return jnp.max(seen, axis=inside) if places > _MOST else _largest(seen, inside)


@functools.partial(jax.custom_jvp, nondiff_argnums=(1,))
def _largest(seen: Array, inside: tuple[int, ...]) -> jax.Array:
    return functools.reduce(jnp.maximum, _places(seen, inside))


@_largest.defjvp
def _slope(inside: tuple[int, ...], point: tuple[Array], change: tuple[Array]) -> tuple[jax.Array, jax.Array]:
    (seen,), (moved,) = point, change
    top = _largest(seen, inside)
    count = functools.reduce(operator.add, [(one == top).astype(top.dtype) for one in _places(seen, inside)])
    kept = jnp.where(seen == jnp.expand_dims(top, inside), moved, jnp.zeros((), top.dtype))
    return top, jnp.sum(kept, axis=inside) / count


def _places(seen: Array, inside: tuple[int, ...]) -> Iterator[jax.Array]:
    """Give the entries at each place of the windows."""
    for place in itertools.product(*(range(seen.shape[axis]) for axis in inside)):
        at = dict(zip(inside, place, strict=True))
        yield jnp.asarray(seen)[tuple(at.get(axis, slice(None)) for axis in range(seen.ndim))]
