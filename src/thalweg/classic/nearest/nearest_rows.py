"""The nearest training rows of each query: found in 32 bits, proved in 64.

Blocks of queries are held against one tile of training rows after the other, so that memory is bounded however many
there are. The few candidates that are nearest in 32 bits are measured again in 64. Where the error bound of the 32 bits
leaves room for a row that is no candidate, the query is measured against all rows in 64 bits: so the answer is that of
exact arithmetic in 64 bits, with the row of the smaller index first where two are equally far.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, Num

from thalweg.classic.nearest.distances import Distance, Made, distance_of
from thalweg.errors import InputError
from thalweg.platform import jit

MEMORY = 2**28  # bytes of distances at a time
QUERIES = 512  # in a block
EXTRA = 8  # candidates beyond k, which prove that no other row is nearer
_GROUP = 64  # columns of which the least is looked at first
_WIDE = 2**25  # numbers in 64 bits at a time


class Nearest(NamedTuple):
    """The nearest rows of each query, the nearest first."""

    rows: Int[np.ndarray, "n k"]  # places in the training rows
    distance: Float[np.ndarray, "n k"]  # float64
    recomputed: int  # queries that were measured against all rows in 64 bits


def nearest_rows(
    train: Num[np.ndarray, "m d"],
    queries: Num[np.ndarray, "n d"],
    k: int,
    *,
    distance: str = "l2",
    train_fold: Int[np.ndarray, " m"] | None = None,
    query_fold: Int[np.ndarray, " n"] | None = None,
    memory: int = MEMORY,
) -> Nearest:
    """Return the k nearest training rows of each query.

    Args:
        train: Training rows.
        queries: Rows to find neighbours of.
        k: How many, from 1 to the number of rows that a query may have.
        distance: "l1", "l2" or "cosine".
        train_fold: A number a training row; with `query_fold` a query never has a neighbour of its own number. So one
            pass over the rows of all folds, held against themselves, gives the neighbours of every fold.
        query_fold: A number a query.
        memory: Bytes that distances may take at a time.

    Returns:
        Neighbours that are exact in 64 bits; of rows equally far the smaller index comes first.

    Raises:
        InputError: If k is not from 1 to the number of rows that every query may have, rows and queries are not equally
            wide, a number is not finite, or there is no such distance.

    Example:
        >>> found = nearest_rows(np.array([[0.0], [1.0], [5.0]]), np.array([[0.9]]), 2)
        >>> found.rows.tolist(), found.distance.round(6).tolist()
        ([[1, 0]], [[0.1, 0.9]])

    Source: CS231n notes, "Image Classification", "k - Nearest Neighbor Classifier". Error bounds: Higham, "Accuracy and
    Stability of Numerical Algorithms", section 3.1.
    """
    how = distance_of(distance)
    _check(train, queries, k, train_fold, query_fold)
    middle = train.mean(axis=0, dtype=np.float64)
    made, asked = how.made(train, middle), how.made(queries, middle)
    of_train, of_queries = _fold(train_fold, len(train), 0), _fold(query_fold, len(queries), 1)
    most = min(k + EXTRA, len(train))
    near, fast = _candidates(how, asked, of_queries, made, of_train, most, memory)
    near, exact = _measured(how, train, queries, near, np.isinf(fast))
    # A row that is no candidate is at least as far as the last one, but for the error of 32 bits.
    least = fast[:, -1] - how.error(train.shape[1], asked.norm, float(made.norm.max()))
    doubtful = np.flatnonzero((least <= exact[:, k - 1]) & (most < len(train)) & np.isfinite(fast[:, -1]))
    for row in doubtful:
        allowed = np.flatnonzero(of_train != of_queries[row])
        near[row, :k], exact[row, :k] = _nearest_of_all(how, train, queries[row], allowed, k)
    return Nearest(near[:, :k], how.final(np.maximum(exact[:, :k], 0.0)), len(doubtful))


def _candidates(
    how: Distance,
    asked: Made,
    asked_fold: np.ndarray,
    made: Made,
    fold: np.ndarray,
    most: int,
    memory: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows that are nearest in 32 bits, and how far they are, the nearest first."""
    block = min(QUERIES, len(asked.rows))
    tile = max(_GROUP, memory // (4 * max(block, made.rows.shape[1])) // _GROUP * _GROUP)
    near = np.zeros((len(asked.rows), 0), np.int64)
    fast = np.zeros((len(asked.rows), 0), np.float32)
    for begin in range(0, len(made.rows), tile):  # each tile goes to the device once
        part = slice(begin, begin + tile)
        rows = tuple(map(jnp.asarray, (made.rows[part], made.size[part], fold[part])))
        found = []
        for first in range(0, len(asked.rows), block):
            some = slice(first, first + block)
            queries = tuple(map(jnp.asarray, (asked.rows[some], asked.size[some], asked_fold[some])))
            found.append(_nearest_of_tile(*queries, *rows, how=how, most=most))
        values, places = (np.concatenate([np.asarray(one[k]) for one in found]) for k in (0, 1))
        fast = np.concatenate([fast, values], axis=1)
        near = np.concatenate([near, places.astype(np.int64) + begin], axis=1)
        order = np.argsort(fast, axis=1, kind="stable")[:, :most]
        near, fast = np.take_along_axis(near, order, 1), np.take_along_axis(fast, order, 1)
    return near, fast


def _nearest_of_tile_plainly(
    queries: Array,
    sizes: Array,
    folds: Array,
    rows: Array,
    row_sizes: Array,
    row_folds: Array,
    how: Distance,
    most: int,
) -> tuple[Array, Array]:
    """Return the nearest of a tile's rows.

    Sorting all columns takes longer than measuring them. Every one of the nearest lies in one of the groups whose least
    is among the nearest, so only the columns of these are sorted.
    """
    values = how.fast(queries, sizes, rows, row_sizes)
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


_nearest_of_tile = jit(_nearest_of_tile_plainly, static=("how", "most"))


def _measured(
    how: Distance, train: np.ndarray, queries: np.ndarray, near: np.ndarray, lacking: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the candidates in their order by 64 bits, the smaller index first of two that are equally far."""
    step = max(1, _WIDE // (near.shape[1] * train.shape[1]))
    exact = []
    with jax.enable_x64(True):
        for begin in range(0, len(near), step):
            part = slice(begin, begin + step)
            exact.append(np.asarray(_exact(jnp.asarray(queries[part]), jnp.asarray(train[near[part]]), how=how)))
    value = np.where(lacking, np.inf, np.concatenate(exact))
    order = np.lexsort((near, value), axis=1)
    return np.take_along_axis(near, order, 1), np.take_along_axis(value, order, 1)


def _exactly(queries: Array, near: Array, how: Distance) -> Array:
    return how.exact(queries[:, None].astype(jnp.float64), near.astype(jnp.float64))


_exact = jit(_exactly, static=("how",))


def _nearest_of_all(
    how: Distance, train: np.ndarray, query: np.ndarray, allowed: np.ndarray, k: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return a query's nearest rows by measuring all of them in 64 bits."""
    near, value = _measured(how, train, query[None], allowed[None], np.zeros((1, len(allowed)), bool))
    return near[0, :k], value[0, :k]


def _fold(given: np.ndarray | None, count: int, number: int) -> np.ndarray:
    return np.full(count, number, np.int32) if given is None else np.asarray(given, np.int32)


def _check(
    train: np.ndarray, queries: np.ndarray, k: int, train_fold: np.ndarray | None, query_fold: np.ndarray | None
) -> None:
    if train.ndim != 2 or queries.ndim != 2 or train.shape[1] != queries.shape[1]:
        raise InputError(
            f"neighbours need rows of one width; got training rows {train.shape} and queries {queries.shape}."
        )
    if (train_fold is None) != (query_fold is None):
        raise InputError("neighbours by folds need a number for each training row and for each query. Give both.")
    most = len(train)
    if train_fold is not None and query_fold is not None:
        counts = np.bincount(np.asarray(train_fold), minlength=int(np.max(query_fold, initial=0)) + 1)
        most -= int(counts[np.unique(query_fold)].max(initial=0))
    if not 1 <= k <= most:
        raise InputError(f"k must be from 1 to {most:,}, the rows that each query may have; got {k}. Ask for fewer.")
    if not (np.isfinite(train).all() and np.isfinite(queries).all()):
        raise InputError("neighbours need finite numbers; some are not. Fill in or leave out what is missing.")
