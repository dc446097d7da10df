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

import numpy as np
from jaxtyping import Array, Float, Int, Num

from thalweg.classic.nearest.candidates import NO_ROW, Candidates, merged, rows_of_tile
from thalweg.classic.nearest.distances import Distance, Made, distance_of, fast_l2, made
from thalweg.classic.nearest.pairs import fitting, measured, narrowed
from thalweg.classic.nearest.shadows import directions, least, shadows
from thalweg.errors import InputError

MEMORY = 2**27  # bytes of training rows at a time
EXTRA = 8  # candidates beyond k that are measured in 64 bits, however far they seem
BEYOND = 80  # candidates beyond four times k, of which the last proves that no other row is nearer
SPARED = 16  # times as many training rows as candidates, at least: otherwise shadows save no time
LARGEST = 1e100
_PAIRS = 2**22  # candidates of all queries that are settled together


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
        memory: Bytes that training rows may take at a time. Whole numbers from 0 to 255 are kept as bytes as well, for
            which a byte a number comes on top.

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
        narrowed(train, queries),
        train.mean(axis=0, dtype=np.float64),
        k,
        memory,
    )
    near, exact = np.zeros((len(queries), k), np.int64), np.zeros((len(queries), k))
    left = np.arange(len(queries))
    for way in (_by_shadows, _by_all_columns):
        these = sought if len(left) == len(queries) else sought.of(left)
        found = way(these) if len(left) else None
        if found is not None:
            near[left], exact[left], proved = found
            left = left[~proved]
    for row in left:
        near[row], exact[row] = _by_64_bits(sought.of(np.array([row])))
    return Nearest(near, sought.how.final(np.maximum(exact, 0.0)), len(left))


class _Sought(NamedTuple):
    """What is asked."""

    how: Distance
    train: np.ndarray
    queries: np.ndarray
    train_fold: np.ndarray
    query_fold: np.ndarray
    narrow: tuple[np.ndarray, np.ndarray]  # rows and queries, for 64 bits
    middle: np.ndarray
    k: int
    memory: int

    @property
    def most(self) -> int:
        """Return how many candidates are kept."""
        return min(4 * self.k + BEYOND, len(self.train))

    def of(self, some: np.ndarray | slice) -> "_Sought":
        """Ask for some of the queries."""
        asked, (train, queries) = self.queries[some], self.narrow
        narrow = train, asked if queries is self.queries else queries[some]
        return self._replace(queries=asked, query_fold=self.query_fold[some], narrow=narrow)


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

    def bound(part: slice) -> np.ndarray:
        return least(how, found.value[part], width, train.shape[1], norm[part], largest)

    return _settled(sought, found.rows, bound)


def _by_all_columns(sought: _Sought) -> _Found:
    """Find neighbours by all columns, in 32 bits."""
    how, width = sought.how, sought.train.shape[1]
    found, norm, largest = _candidates(sought, lambda rows: made(how, rows, sought.middle), how.fast, width)

    def bound(part: slice) -> np.ndarray:
        with np.errstate(invalid="ignore"):  # both may be infinite
            return found.value[part].astype(np.float64) - how.error(width, norm[part], largest)[:, None]

    return _settled(sought, found.rows, bound)


def _settled(sought: _Sought, near: np.ndarray, bound: Callable[[slice], np.ndarray]) -> _Found:
    """Measure candidates in 64 bits, the first ones and those that may be nearer than the k nearest of these.

    Candidates come by how far they seem, and `bound` says how far each of some queries' is at least. A row that is no
    candidate is at least as far as the bound of the last one.
    """
    rows, far = np.zeros((len(near), sought.k), np.int64), np.zeros((len(near), sought.k))
    proved = np.zeros(len(near), bool)
    step = min(2 ** (max(1, _PAIRS // near.shape[1]).bit_length() - 1), fitting(sought.narrow[1], sought.memory))
    for begin in range(0, len(near), step):
        part = slice(begin, begin + step)
        rows[part], far[part], proved[part] = _settled_of(sought.of(part), near[part], bound(part))
    return rows, far, proved


def _settled_of(sought: _Sought, near: np.ndarray, bound: np.ndarray) -> _Found:
    k = sought.k
    first, lacking = min(k + EXTRA, near.shape[1]), _lacking(sought, near)
    exact = np.full(bound.shape, np.inf)
    must = ~lacking
    must[:, first:] = False
    exact[must] = _measured(sought, near, must)
    may = ~lacking & ~must & ~(bound > np.partition(exact[:, :first], k - 1, axis=1)[:, k - 1 : k])
    exact[may] = _measured(sought, near, may)
    rows, far = _in_order(near, exact, k)
    may_have = len(sought.train) - np.bincount(sought.train_fold, minlength=int(sought.query_fold.max()) + 1)
    every = (~lacking).sum(axis=1) == may_have[sought.query_fold]
    return rows, far, every | (np.isfinite(bound[:, -1]) & (bound[:, -1] > far[:, -1]))


def _by_64_bits(sought: _Sought) -> tuple[np.ndarray, np.ndarray]:
    """Find a query's neighbours by measuring all rows that it may have."""
    near = np.flatnonzero(sought.train_fold != sought.query_fold)[None]
    exact = _measured(sought, near, np.ones(near.shape, bool))
    near, exact = _in_order(near, exact[None], sought.k)
    return near[0], exact[0]


def _candidates(
    sought: _Sought, cast: Callable[[np.ndarray], Made], fast: Callable[..., Array], width: int
) -> tuple[Candidates, np.ndarray, float]:
    """Return the rows that are nearest in 32 bits, the norms of the queries, and the largest of a row."""
    asked, largest = cast(sought.queries), 0.0
    found = Candidates(*(np.zeros((len(asked.rows), 0), kind) for kind in (np.int32, np.float32)))
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


def _measured(sought: _Sought, near: np.ndarray, some: np.ndarray) -> np.ndarray:
    """Return how far the queries are from some of their rows, in 64 bits."""
    return measured(sought.how, *sought.narrow, np.nonzero(some)[0], near[some], sought.memory)


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
    ends = [float(end(rows, initial=0)) for rows in (train, queries) for end in (np.min, np.max)]
    if not np.isfinite(ends).all():
        raise InputError("neighbours need finite numbers; some are not. Fill in or leave out what is missing.")
    largest = max(map(abs, ends))
    if largest > LARGEST:
        raise InputError(
            f"neighbours need numbers below {LARGEST:g}, whose squares add up; got {largest:g}. Scale the rows first."
        )
