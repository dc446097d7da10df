"""Three distances between rows: fast in 32 bits with a bound on their error, and exact in 64."""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from thalweg.errors import choose

UNIT = 2.0**-24  # relative rounding error of one operation in 32 bits
_COLUMNS = 8  # whose differences are added up at a time
_PART = 2**22  # numbers that are made wide at a time
_SLACK = 8  # operations on a pair beyond those that add up its d products


class Made(NamedTuple):
    """Rows as fast distances take them."""

    rows: Float[np.ndarray, "n d"]  # float32
    size: Float[np.ndarray, " n"]  # float32: what else of a row a distance needs
    norm: Float[np.ndarray, " n"]  # float64: what the error bound grows with


class Distance(NamedTuple):
    """One way to tell how far rows are apart."""

    made: Callable[[np.ndarray, np.ndarray], Made]  # of rows, and the middle of the training rows
    fast: Callable[..., Array]  # (rows, sizes, rows, sizes) to (n, m) float32; increasing with the distance
    exact: Callable[..., Array]  # (n, 1, d) and (n, m, d) in 64 bits to (n, m), on the same scale as `fast`
    error: Callable[[int, np.ndarray, float], np.ndarray]  # (d, norms, largest) to what `fast` is off at most
    final: Callable[[np.ndarray], np.ndarray]  # from that scale to the distance


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


def _less(rows: np.ndarray, middle: np.ndarray) -> np.ndarray:
    """Return rows less the middle: the squares of what is left are smaller, and so are the errors of their sums."""
    made = np.empty(rows.shape, np.float32)
    for part in _parts(rows):
        made[part] = rows[part].astype(np.float64) - middle
    return made


def _parts(rows: np.ndarray) -> list[slice]:
    """Return the rows in parts that are small in 64 bits."""
    step = max(1, _PART // max(1, rows.shape[1]))
    return [slice(begin, begin + step) for begin in range(0, len(rows), step)]


def _centred(rows: np.ndarray, middle: np.ndarray) -> Made:
    made = _less(rows, middle)
    size = np.einsum("nd,nd->n", made, made)
    return Made(made, size, np.sqrt(size.astype(np.float64)))


def _as_they_are(rows: np.ndarray, middle: np.ndarray) -> Made:
    made = _less(rows, middle)
    size = np.concatenate([np.abs(made[part]).sum(axis=1) for part in _parts(made)])
    return Made(made, size, size.astype(np.float64))


def _of_length_one(rows: np.ndarray, middle: np.ndarray) -> Made:
    del middle  # an angle is seen from the origin
    made = np.empty(rows.shape, np.float32)
    for part in _parts(rows):
        wide = rows[part].astype(np.float64)
        length = np.linalg.norm(wide, axis=1, keepdims=True)
        made[part] = wide / np.where(length > 0, length, 1.0)
    return Made(made, np.zeros(len(made), np.float32), np.ones(len(made)))


def _fast_l2(a: Array, a_size: Array, b: Array, b_size: Array) -> Array:
    products = jnp.matmul(a, b.T, precision=jax.lax.Precision.HIGHEST)
    return a_size[:, None] + b_size[None] - 2 * products


def _fast_l1(a: Array, a_size: Array, b: Array, b_size: Array) -> Array:
    """Add up a few columns at a time: all differences together would be pairs times columns numbers."""
    del a_size, b_size
    missing = -a.shape[1] % _COLUMNS
    columns: Any = tuple(jnp.pad(rows, ((0, 0), (0, missing))).T.reshape(-1, _COLUMNS, len(rows)) for rows in (a, b))

    def added(total: Array, some: tuple[Array, Array]) -> tuple[Array, None]:
        for own, other in zip(*some, strict=True):
            total = total + jnp.abs(own[:, None] - other[None])
        return total, None

    return jax.lax.scan(added, jnp.zeros((len(a), len(b)), a.dtype), columns)[0]


def _fast_cosine(a: Array, a_size: Array, b: Array, b_size: Array) -> Array:
    del a_size, b_size
    return 1 - jnp.matmul(a, b.T, precision=jax.lax.Precision.HIGHEST)


def _exact_l2(a: Array, b: Array) -> Array:
    return jnp.sum(jnp.square(a - b), axis=-1)


def _exact_l1(a: Array, b: Array) -> Array:
    return jnp.sum(jnp.abs(a - b), axis=-1)


def _exact_cosine(a: Array, b: Array) -> Array:
    lengths = jnp.sqrt(jnp.sum(jnp.square(a), axis=-1) * jnp.sum(jnp.square(b), axis=-1))
    return 1 - jnp.sum(a * b, axis=-1) / jnp.where(lengths > 0, lengths, 1.0)


def _growth(width: int) -> float:
    """Return how far a sum of so many products is off at most, relative to the sum of their sizes, in any order."""
    steps = (width + _SLACK) * UNIT
    return steps / (1 - steps)


def _error_l2(width: int, norm: np.ndarray, largest: float) -> np.ndarray:
    return _growth(width) * np.square(norm + largest)


def _error_l1(width: int, norm: np.ndarray, largest: float) -> np.ndarray:
    return _growth(width) * (norm + largest)


def _error_cosine(width: int, norm: np.ndarray, largest: float) -> np.ndarray:
    del largest
    return 2 * _growth(width) * norm


def _rooted(value: np.ndarray) -> np.ndarray:
    return np.sqrt(value)


def _same(value: np.ndarray) -> np.ndarray:
    return value


DISTANCES = {
    "l1": Distance(_as_they_are, _fast_l1, _exact_l1, _error_l1, _same),
    "l2": Distance(_centred, _fast_l2, _exact_l2, _error_l2, _rooted),
    "cosine": Distance(_of_length_one, _fast_cosine, _exact_cosine, _error_cosine, _same),
}
