"""Three distances between rows: fast in 32 bits with a bound on their error, and exact in 64."""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Num

from thalweg.errors import choose

UNIT = 2.0**-24  # relative rounding error of one operation in 32 bits
TINY = 2.0**-126  # the least number of 32 bits that is not taken for 0
_SMALLEST = 1e-300
_COLUMNS = 16  # whose differences are added up at a time; with 8, XLA's loops on a CPU are eight times slower
_ROWS = 512  # whose sums stay in the processor's cache
_PART = 2**20  # numbers that are made wide at a time
_SLACK = 8  # operations on a pair beyond those that add up its d products


class Made(NamedTuple):
    """Rows as fast distances take them."""

    rows: Float[np.ndarray, "n d"]  # float32
    size: Float[np.ndarray, " n"]  # float32: what else of a row a distance needs
    norm: Float[np.ndarray, " n"]  # float64: what the error bound grows with


class Distance(NamedTuple):
    """One way to tell how far rows are apart."""

    wide: Callable[[np.ndarray, np.ndarray], np.ndarray]  # (rows, middle of the training rows) to float64
    size: Callable[[np.ndarray], np.ndarray]  # of those rows in 32 bits
    norm: Callable[[np.ndarray], np.ndarray]  # of that size
    fast: Callable[..., Array]  # (rows, sizes, rows, sizes) to (n, m) float32; increasing with the distance
    exact: Callable[..., Array]  # (n, 1, d) and (n, m, d) in 64 bits to (n, m), on the same scale as `fast`
    error: Callable[[int, np.ndarray, float], np.ndarray]  # (d, norms, largest) to what `fast` is off at most
    final: Callable[[np.ndarray], np.ndarray]  # from that scale to the distance
    squares: float  # it is at least this times the squared Euclidean distance of `wide` rows; 0 where none is known
    whole: bool  # whether `exact` is a sum that takes whole numbers, too


def distance_of(name: str) -> Distance:
    """Return a distance by its name.

        l1: sum_j |a_j - b_j|,    l2: sqrt(sum_j (a_j - b_j)^2),    cosine: 1 - a.b / (|a| |b|)

    A row of zeros has the cosine distance 1 to every row.

    Args:
        name: "l1", "l2" or "cosine".

    Returns:
        The distance.

    Raises:
        InputError: If there is no such distance.

    Source: CS231n notes, "Image Classification", "The choice of distance".
    """
    return DISTANCES[choose(name, DISTANCES, what="distance")]


def made(how: Distance, rows: Num[np.ndarray, "n d"], middle: Float[np.ndarray, " d"]) -> Made:
    """Bring rows to the form that fast distances take.

    Args:
        how: The distance.
        rows: Any numbers.
        middle: The mean of the training rows.

    Returns:
        The rows in 32 bits, and what else is needed of them.
    """
    narrow = np.empty(rows.shape, np.float32)
    size = np.empty(len(rows), np.float32)
    for part in parts(rows):
        with np.errstate(over="ignore"):  # what has no place in 32 bits is infinite, and settled in 64
            narrow[part] = how.wide(rows[part], middle)
            size[part] = how.size(narrow[part])
    return Made(narrow, size, how.norm(size))


def parts(rows: Num[np.ndarray, "n d"]) -> list[slice]:
    """Return the rows in parts that are small in 64 bits.

    Args:
        rows: Any.

    Returns:
        Slices, one after the other.
    """
    step = max(1, _PART // max(1, rows.shape[1]))
    return [slice(begin, begin + step) for begin in range(0, len(rows), step)]


def _less_the_middle(rows: np.ndarray, middle: np.ndarray) -> np.ndarray:
    """Return rows less the middle: the squares of what is left are smaller, and so are the errors of their sums."""
    return rows.astype(np.float64) - middle


def _of_length_one(rows: np.ndarray, middle: np.ndarray) -> np.ndarray:
    del middle  # an angle is seen from the origin
    wide = rows.astype(np.float64)
    largest = np.abs(wide).max(axis=1, keepdims=True)  # whose square may be no number above 0
    wide = wide / np.where(largest > 0, largest, 1.0)
    length = np.linalg.norm(wide, axis=1, keepdims=True)
    return wide / np.where(length > 0, length, 1.0)


def _size_l2(rows: np.ndarray) -> np.ndarray:
    return np.einsum("nd,nd->n", rows, rows)


def _size_l1(rows: np.ndarray) -> np.ndarray:
    return np.abs(rows).sum(axis=1)


def _no_size(rows: np.ndarray) -> np.ndarray:
    return np.zeros(len(rows), np.float32)


def _norm_l2(size: np.ndarray) -> np.ndarray:
    return np.sqrt(size.astype(np.float64))


def _norm_l1(size: np.ndarray) -> np.ndarray:
    return size.astype(np.float64)


def _norm_one(size: np.ndarray) -> np.ndarray:
    return np.ones(len(size))


def fast_l2(a: Array, a_size: Array, b: Array, b_size: Array) -> Array:
    """Return squared Euclidean distances, by products of matrices.

        |a - b|^2 = |a|^2 + |b|^2 - 2 a.b

    Args:
        a: Rows (n, d).
        a_size: Their squared lengths (n,).
        b: Rows (m, d).
        b_size: Their squared lengths (m,).

    Returns:
        (n, m); less than 0 by an error of rounding at times.
    """
    products = jnp.matmul(a, b.T, precision=jax.lax.Precision.HIGHEST)
    return a_size[:, None] + b_size[None] - 2 * products


def _fast_l1(a: Array, a_size: Array, b: Array, b_size: Array) -> Array:
    """Add up a few columns of a few rows at a time.

    All differences together would be pairs times columns numbers; and sums of more rows would not stay where the
    processor reaches them fast.
    """
    del a_size, b_size
    count, missing = len(b), -len(b) % _ROWS
    blocks = jnp.pad(b, ((0, missing), (0, 0))).reshape(-1, _ROWS, b.shape[1])
    own = _by_columns(a)

    def added(total: Array, some: tuple[Array, Array]) -> tuple[Array, None]:
        for mine, other in zip(*some, strict=True):
            total = total + jnp.abs(mine[:, None] - other[None])
        return total, None

    def apart(block: Array) -> Array:
        columns: Any = (own, _by_columns(block))
        return jax.lax.scan(added, jnp.zeros((len(a), _ROWS), a.dtype), columns)[0]

    return jnp.moveaxis(jax.lax.map(apart, blocks), 0, 1).reshape(len(a), -1)[:, :count]


def _by_columns(rows: Array) -> Array:
    """Return the rows' columns, a few at a time: (steps, columns, n); those that are lacking in the last are 0."""
    missing = -rows.shape[1] % _COLUMNS
    return jnp.pad(rows, ((0, 0), (0, missing))).T.reshape(-1, _COLUMNS, len(rows))


def _fast_cosine(a: Array, a_size: Array, b: Array, b_size: Array) -> Array:
    del a_size, b_size
    return 1 - jnp.matmul(a, b.T, precision=jax.lax.Precision.HIGHEST)


def _exact_l2(a: Array, b: Array) -> Array:
    return jnp.sum(jnp.square(a - b), axis=-1)


def _exact_l1(a: Array, b: Array) -> Array:
    return jnp.sum(jnp.abs(a - b), axis=-1)


def _exact_cosine(a: Array, b: Array) -> Array:
    a, b = (rows / jnp.maximum(jnp.max(jnp.abs(rows), axis=-1, keepdims=True), _SMALLEST) for rows in (a, b))
    lengths = jnp.sqrt(jnp.sum(jnp.square(a), axis=-1) * jnp.sum(jnp.square(b), axis=-1))
    return 1 - jnp.sum(a * b, axis=-1) / jnp.where(lengths > 0, lengths, 1.0)


def growth(width: int) -> float:
    """Return how far a sum of products in 32 bits is off at most, relative to the sum of their sizes, in any order.

    Args:
        width: How many products.

    Returns:
        A share.

    Source: Higham, "Accuracy and Stability of Numerical Algorithms", section 3.1.
    """
    steps = (width + _SLACK) * UNIT
    return steps / (1 - steps)


def lost(width: int) -> float:
    """Return what a sum of products in 32 bits lacks at most because numbers that are too small become 0.

    Args:
        width: How many products.

    Returns:
        An amount.
    """
    return (width + _SLACK) * 4 * TINY


def _error_l2(width: int, norm: np.ndarray, largest: float) -> np.ndarray:
    return growth(width) * np.square(norm + largest) + lost(width)


def _error_l1(width: int, norm: np.ndarray, largest: float) -> np.ndarray:
    return growth(width) * (norm + largest) + lost(width)


def _error_cosine(width: int, norm: np.ndarray, largest: float) -> np.ndarray:
    del largest
    return 2 * growth(width) * norm


def _rooted(value: np.ndarray) -> np.ndarray:
    return np.sqrt(value)


def _same(value: np.ndarray) -> np.ndarray:
    return value


DISTANCES = {
    "l1": Distance(_less_the_middle, _size_l1, _norm_l1, _fast_l1, _exact_l1, _error_l1, _same, 0.0, True),
    "l2": Distance(_less_the_middle, _size_l2, _norm_l2, fast_l2, _exact_l2, _error_l2, _rooted, 1.0, True),
    # Of rows of length 1; a row of zeros is 1 from any, of which half a square is known.
    "cosine": Distance(
        _of_length_one, _no_size, _norm_one, _fast_cosine, _exact_cosine, _error_cosine, _same, 0.5, False
    ),
}
