"""The nearest training rows of each query: found in 32 bits, proved in 64.

Blocks of queries are held against one tile of training rows after the other, so that memory is bounded however many
there are. Of the candidates that are nearest in 32 bits, those that may be among the k nearest are measured again in
64. Where the error bound of the 32 bits leaves room for a row that is no candidate, the query is measured against all
rows in 64 bits: so the answer is that of exact arithmetic in 64 bits, with the row of the smaller index first where two
are equally far.

Wide rows that vary in few directions are looked for by their shadows first (`shadows`), which are narrow; all columns
are needed only for queries whose neighbours the shadows do not settle.
"""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, Num

from thalweg.classic.nearest.candidates import NO_ROW, Candidates, merged, rows_of_tile
from thalweg.classic.nearest.distances import Distance, Made, distance_of, fast_l2, made
from thalweg.classic.nearest.shadows import directions, least, shadows
from thalweg.errors import InputError
from thalweg.platform import jit

MEMORY = 2**27  # bytes of training rows at a time
EXTRA = 8  # candidates beyond k that are measured in 64 bits, however far they seem
BEYOND = 96  # candidates beyond twice k, of which the last proves that no other row is nearer
SPARED = 16  # times as many training rows as candidates, at least: otherwise shadows save no time
LARGEST = 1e100
_WIDE = 2**21  # numbers in 64 bits at a time


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
        memory: Bytes that training rows may take at a time.

    Returns:
        Neighbours that are exact in 64 bits; of rows equally far the smaller index comes first.

    Raises:
        InputError: If k is not from 1 to the number of rows that every query may have, rows and queries are not equally
            wide, a number is not finite or above 1e100, folds are not a number each, or there is no such distance.

    Example:
        >>> found = nearest_rows(np.array([[0.0], [1.0], [5.0]]), np.array([[0.9]]), 2)
        >>> found.rows.tolist(), found.distance.round(6).tolist()
        ([[1, 0]], [[0.1, 0.9]])

    Source: CS231n notes, "Image Classification", "k - Nearest Neighbor Classifier". Error bounds: Higham, "Accuracy and
    Stability of Numerical Algorithms", section 3.1.
    """
    _check(train, queries, k, train_fold, query_fold)
    own, asked = _folds(train_fold, query_fold, len(train), len(queries))
    sought = _Sought(
        distance_of(distance),
        train,
        queries,
        own,
        asked,
        train.mean(axis=0, dtype=np.float64),
        k,
        memory,
    )
    near, exact = np.zeros((len(queries), k), np.int64), np.zeros((len(queries), k))
    left = np.arange(len(queries))
    for way in (_by_shadows, _by_all_columns):
        found = way(sought.of(left)) if len(left) else None
        if found is not None:
            near[left], exact[left], proved = found
            left = left[~proved]
    for row in left:
        near[row], exact[row] = _by_64_bits(sought, int(row))
    return Nearest(near, sought.how.final(np.maximum(exact, 0.0)), len(left))


class _Sought(NamedTuple):
    """What is asked."""

    how: Distance
    train: np.ndarray
    queries: np.ndarray
    train_fold: np.ndarray
    query_fold: np.ndarray
    middle: np.ndarray
    k: int
    memory: int

    @property
    def most(self) -> int:
        """Return how many candidates are kept."""
        return min(2 * self.k + BEYOND, len(self.train))

    def of(self, some: np.ndarray) -> "_Sought":
        """Ask for some of the queries."""
        whole = len(some) == len(self.queries)
        return self if whole else self._replace(queries=self.queries[some], query_fold=self.query_fold[some])


# Neighbours (n, k), how far they are (n, k), and of which queries it is proved that no other row is nearer (n,).
_Found = tuple[np.ndarray, np.ndarray, np.ndarray]


def _by_shadows(sought: _Sought) -> _Found | None:
    """Find neighbours by narrow shadows of rows; None where these would save no time."""
    how, train = sought.how, sought.train
    basis = directions(how, train, sought.middle) if len(train) > SPARED * sought.most else None
    if basis is None:
        return None
    width = basis.shape[1] + 1
    found, norm, largest = _candidates(sought, lambda rows: shadows(how, rows, sought.middle, basis), fast_l2, width)
    return _settled(sought, found.rows, least(how, found.value, width, train.shape[1], norm, largest))


def _by_all_columns(sought: _Sought) -> _Found:
    """Find neighbours by all columns, in 32 bits."""
    how, width = sought.how, sought.train.shape[1]
    found, norm, largest = _candidates(sought, lambda rows: made(how, rows, sought.middle), how.fast, width)
    with np.errstate(invalid="ignore"):  # both may be infinite
        bound = found.value.astype(np.float64) - how.error(width, norm, largest)[:, None]
    return _settled(sought, found.rows, bound)


def _settled(sought: _Sought, near: np.ndarray, bound: np.ndarray) -> _Found:
    """Measure candidates in 64 bits, the first ones and those that may be nearer than the k nearest of these.

    Candidates come by how far they seem, and `bound` says how far each is at least. A row that is no candidate is at
    least as far as the bound of the last one.
    """
    how, train, queries, k = sought.how, sought.train, sought.queries, sought.k
    first, lacking = min(k + EXTRA, near.shape[1]), _lacking(sought, near)
    exact = np.full(bound.shape, np.inf)
    exact[:, :first] = _measured(how, train, queries, near[:, :first])
    exact[lacking] = np.inf
    may = ~lacking & ~(bound > np.partition(exact, k - 1, axis=1)[:, k - 1 : k])
    may[:, :first] = False
    exact[may] = _measured_pairs(how, train, queries, np.nonzero(may)[0], near[may])
    rows, far = _in_order(near, exact, k)
    may_have = len(train) - np.bincount(sought.train_fold, minlength=int(sought.query_fold.max()) + 1)
    every = (~lacking).sum(axis=1) == may_have[sought.query_fold]
    return rows, far, every | (np.isfinite(bound[:, -1]) & (bound[:, -1] > far[:, -1]))


def _by_64_bits(sought: _Sought, row: int) -> tuple[np.ndarray, np.ndarray]:
    """Find a query's neighbours by measuring all rows that it may have."""
    allowed = np.flatnonzero(sought.train_fold != sought.query_fold[row])[None]
    near, exact = _in_order(allowed, _measured(sought.how, sought.train, sought.queries[row][None], allowed), sought.k)
    return near[0], exact[0]


def _candidates(
    sought: _Sought, cast: Callable[[np.ndarray], Made], fast: Callable[..., Array], width: int
) -> tuple[Candidates, np.ndarray, float]:
    """Return the rows that are nearest in 32 bits, the norms of the queries, and the largest of a row."""
    asked, largest = cast(sought.queries), 0.0
    found = Candidates(*(np.zeros((len(asked.rows), 0), kind) for kind in (np.int64, np.float32)))
    step = rows_of_tile(sought.memory, width)
    for begin in range(0, len(sought.train), step):
        part = slice(begin, begin + step)
        tile = cast(sought.train[part])
        of_queries = (asked.rows, asked.size, sought.query_fold)
        found = merged(found, fast, of_queries, (tile.rows, tile.size, sought.train_fold[part]), begin, sought.most)
        largest = max(largest, float(tile.norm.max()))
    return found, asked.norm, largest


def _lacking(sought: _Sought, near: np.ndarray) -> np.ndarray:
    """Say which candidates a query may not have, or are none."""
    return (near == NO_ROW) | (sought.train_fold[near] == sought.query_fold[:, None])


def _in_order(near: np.ndarray, exact: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the k nearest, the smaller index first of two that are equally far."""
    order = np.lexsort((near, exact), axis=1)[:, :k]
    return np.take_along_axis(near, order, 1), np.take_along_axis(exact, order, 1)


def _measured(how: Distance, train: np.ndarray, queries: np.ndarray, near: np.ndarray) -> np.ndarray:
    """Return how far each query is from each of its rows, in 64 bits."""
    step = max(1, _WIDE // (near.shape[1] * train.shape[1]))
    exact = [np.zeros((0, near.shape[1]))]
    with jax.enable_x64(True):
        for begin in range(0, len(near), step):
            part = slice(begin, begin + step)
            exact.append(np.asarray(_exact(jnp.asarray(queries[part]), jnp.asarray(train[near[part]]), how=how)))
    return np.concatenate(exact)


def _measured_pairs(
    how: Distance, train: np.ndarray, queries: np.ndarray, query: np.ndarray, row: np.ndarray
) -> np.ndarray:
    """Return how far the queries and rows of these pairs are apart, in 64 bits."""
    exact = np.zeros(len(query))
    # In parts of one size, which are one program: the last one is filled up with pairs that were measured before.
    step = min(max(1, _WIDE // train.shape[1]), 2 ** max(len(query) - 1, 0).bit_length())
    for begin in range(0, len(query), step):
        pair = np.arange(begin, begin + step) % len(query)
        exact[pair] = _measured(how, train, queries[query[pair]], row[pair][:, None])[:, 0]
    return exact


def _exactly(queries: Array, near: Array, how: Distance) -> Array:
    return how.exact(queries[:, None].astype(jnp.float64), near.astype(jnp.float64))


_exact = jit(_exactly, static=("how",))


def _folds(
    train: np.ndarray | None, queries: np.ndarray | None, rows: int, asked: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the folds of rows and of queries, numbered from 0."""
    if train is None or queries is None:
        return np.zeros(rows, np.int32), np.ones(asked, np.int32)
    numbers = np.unique(np.concatenate([train, queries]), return_inverse=True)[1].astype(np.int32)
    return numbers[:rows], numbers[rows:]


def _check(
    train: np.ndarray, queries: np.ndarray, k: int, train_fold: np.ndarray | None, query_fold: np.ndarray | None
) -> None:
    if train.ndim != 2 or queries.ndim != 2 or train.shape[1] != queries.shape[1] or not train.shape[1]:
        raise InputError(
            f"neighbours need rows of one width; got training rows {train.shape} and queries {queries.shape}."
        )
    if (train_fold is None) != (query_fold is None):
        raise InputError("neighbours by folds need a number for each training row and for each query. Give both.")
    most = len(train)
    if train_fold is not None and query_fold is not None:
        if train_fold.shape != (len(train),) or query_fold.shape != (len(queries),):
            raise InputError(
                f"neighbours by folds need a number for each of {len(train):,} training rows and {len(queries):,} "
                f"queries; got {len(train_fold):,} and {len(query_fold):,}."
            )
        own, asked = _folds(train_fold, query_fold, len(train), len(queries))
        most -= int(np.bincount(own, minlength=int(asked.max(initial=0)) + 1)[np.unique(asked)].max(initial=0))
    if not 1 <= k <= most:
        raise InputError(f"k must be from 1 to {most:,}, the rows that each query may have; got {k}. Ask for fewer.")
    if not (np.isfinite(train).all() and np.isfinite(queries).all()):
        raise InputError("neighbours need finite numbers; some are not. Fill in or leave out what is missing.")
    largest = max(float(np.abs(rows).max(initial=0)) for rows in (train, queries))
    if largest > LARGEST:
        raise InputError(
            f"neighbours need numbers below {LARGEST:g}, whose squares add up; got {largest:g}. Scale the rows first."
        )
