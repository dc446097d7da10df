"""The rows of a tile that are nearest to each query of a block, by distances in 32 bits."""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from thalweg.platform import jit

QUERIES = 512  # in a block
_GROUP = 64  # columns of which the least is looked at first


class Candidates(NamedTuple):
    """The nearest rows so far, the nearest first."""

    rows: Int[np.ndarray, "n c"]
    value: Float[np.ndarray, "n c"]  # float32; infinite for a row that a query may not have


def rows_of_tile(memory: int, queries: int, width: int) -> int:
    """Return how many training rows are looked at together.

    Args:
        memory: Bytes that they, and their distances to a block of queries, may take.
        queries: How many there are.
        width: Columns.

    Returns:
        A number of rows.
    """
    return max(_GROUP, memory // (4 * max(min(QUERIES, queries), width)) // _GROUP * _GROUP)


def merged(
    before: Candidates,
    fast: Callable[..., Array],
    queries: tuple[np.ndarray, np.ndarray, np.ndarray],
    rows: tuple[np.ndarray, np.ndarray, np.ndarray],
    begin: int,
    most: int,
) -> Candidates:
    """Take the nearest of a tile of training rows to those that were found before.

    Args:
        before: Those of earlier tiles; of none at first.
        fast: Distances in 32 bits, from rows and sizes to (n, m).
        queries: Rows (n, d), sizes (n,) and folds (n,).
        rows: The same of the tile.
        begin: The place of the tile's first row.
        most: How many candidates to keep.

    Returns:
        The nearest, `most` of them or all rows there were.
    """
    tile = tuple(map(jnp.asarray, rows))  # goes to the device once
    found = []
    for first in range(0, len(queries[0]), QUERIES):
        some = (jnp.asarray(part[first : first + QUERIES]) for part in queries)
        found.append(_nearest_of_tile(*some, *tile, fast=fast, most=min(most, len(rows[0]))))
    value, place = (np.concatenate([np.asarray(one[k]) for one in found]) for k in (0, 1))
    near = place.astype(np.int64) + begin
    near, value = (np.concatenate(pair, axis=1) for pair in ((before.rows, near), (before.value, value)))
    order = np.argsort(value, axis=1, kind="stable")[:, :most]
    return Candidates(np.take_along_axis(near, order, 1), np.take_along_axis(value, order, 1))


def _nearest_of_tile_plainly(
    queries: Array,
    sizes: Array,
    folds: Array,
    rows: Array,
    row_sizes: Array,
    row_folds: Array,
    fast: Callable[..., Array],
    most: int,
) -> tuple[Array, Array]:
    """Return the nearest of a tile's rows.

    Sorting all columns takes longer than measuring them. Every one of the nearest lies in one of the groups whose least
    is among the nearest, so only the columns of these are sorted.
    """
    values = fast(queries, sizes, rows, row_sizes)
    values = jnp.where(folds[:, None] == row_folds[None], jnp.inf, values)
    missing = max(most, -(-len(rows) // _GROUP) * _GROUP) - len(rows)
    missing += -(len(rows) + missing) % _GROUP
    values = jnp.pad(values, ((0, 0), (0, missing)), constant_values=jnp.inf)
    groups = values.reshape(len(values), -1, _GROUP)
    _, chosen = jax.lax.top_k(-groups.min(axis=-1), min(most, groups.shape[1]))
    picked = jnp.take_along_axis(groups, chosen[:, :, None], axis=1).reshape(len(values), -1)
    columns = (chosen[:, :, None] * _GROUP + jnp.arange(_GROUP, dtype=chosen.dtype)[None, None]).reshape(
        len(values), -1
    )
    least, place = jax.lax.top_k(-picked, most)
    return -least, jnp.minimum(jnp.take_along_axis(columns, place, axis=1), len(rows) - 1)


_nearest_of_tile = jit(_nearest_of_tile_plainly, static=("fast", "most"))
