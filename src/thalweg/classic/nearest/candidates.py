"""The rows of a tile that are nearest to each query of a block, by distances in 32 bits."""

from collections import deque
from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from thalweg.platform import jit

# Distances of a block of queries to a tile of rows. Memory in larger pieces than 32 MB comes from the system anew each
# time, page by page, which takes as long as the distances do.
PAIRS = 2**22
_BLOCKS = 32, 512  # fewest and most queries in a block
NO_ROW = -1  # the place of what only fills a tile up
_BEGUN = 4  # blocks that are under way while the results of earlier ones are taken
_GROUP = 16  # columns of which the least is looked at first


class Candidates(NamedTuple):
    """The nearest rows so far, the nearest first."""

    rows: Int[np.ndarray, "n c"]  # int32; -1 for none
    value: Float[np.ndarray, "n c"]  # float32; infinite for a row that a query may not have


def rows_of_tile(memory: int, width: int) -> int:
    """Return how many training rows are looked at together.

    Args:
        memory: Bytes that they may take in 32 bits.
        width: Columns.

    Returns:
        A number of rows.
    """
    return max(_GROUP, memory // (4 * width) // _GROUP * _GROUP)


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
        queries: Rows (n, d), sizes (n,) and folds (n,), from 0.
        rows: The same of the tile.
        begin: The place of the tile's first row.
        most: How many candidates to keep.

    Returns:
        The nearest, `most` of them or all rows there were.
    """
    missing = -len(rows[0]) % _GROUP
    filled = (np.concatenate([part, np.full_like(part[:1], -1, shape=(missing, *part.shape[1:]))]) for part in rows)
    tile = tuple(map(jnp.asarray, filled if missing else rows))  # goes to the device once
    fewest, block = _BLOCKS
    block = min(block, max(fewest, PAIRS // len(rows[0])))
    kept = len(queries[0]), min(most, before.rows.shape[1] + min(most, len(rows[0])))
    after = Candidates(np.empty(kept, np.int32), np.empty(kept, np.float32))
    begun: deque[tuple[slice, tuple[Array, Array]]] = deque()
    for first in range(0, len(queries[0]), block):
        part = slice(first, first + block)
        some = (jnp.asarray(of[part]) for of in queries)
        begun.append((part, _nearest_of_tile(*some, *tile, fast=fast, most=min(most, len(rows[0])))))
        if len(begun) == _BEGUN:
            _take(after, before, *begun.popleft(), begin, len(rows[0]))
    for one in begun:
        _take(after, before, *one, begin, len(rows[0]))
    return after


def _take(
    after: Candidates, before: Candidates, part: slice, found: tuple[Array, Array], begin: int, count: int
) -> None:
    """Fill in, for some of the queries, the nearest of earlier tiles and of one more."""
    value, place = map(np.asarray, found)
    near = np.where(place < count, place + np.int32(begin), np.int32(NO_ROW))
    if before.rows.shape[1]:
        near, value = (
            np.concatenate(pair, axis=1) for pair in ((before.rows[part], near), (before.value[part], value))
        )
        order = np.argsort(value, axis=1, kind="stable")[:, : after.rows.shape[1]]
        near, value = np.take_along_axis(near, order, 1), np.take_along_axis(value, order, 1)
    after.rows[part], after.value[part] = near, value


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
    is among the nearest, so only the columns of these are sorted. Columns as many apart as there are groups are one
    group: so the least of all groups are found side by side.
    """
    lacking = (folds[:, None] == row_folds[None]) | (row_folds < 0)[None]
    values = fast(queries, sizes, rows, row_sizes)
    values = jnp.where(jnp.isnan(values), -jnp.inf, values)  # of numbers too large for 32 bits: 64 have to tell
    values = jnp.where(lacking, jnp.inf, values).reshape(len(queries), _GROUP, -1)
    count = values.shape[2]
    _, chosen = jax.lax.top_k(-values.min(axis=1), min(most, count))
    picked = jnp.take_along_axis(values, chosen[:, None], axis=2).reshape(len(values), -1)
    firsts = jnp.arange(_GROUP, dtype=chosen.dtype) * count
    columns = (firsts[None, :, None] + chosen[:, None]).reshape(len(values), -1)
    least, place = jax.lax.top_k(-picked, most)
    return -least, jnp.take_along_axis(columns, place, axis=1)


_nearest_of_tile = jit(_nearest_of_tile_plainly, static=("fast", "most"))
