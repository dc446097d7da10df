"""How far rows are from queries in 64 bits, pair by pair.

Most of the time goes into fetching rows, not into arithmetic. So rows go to the device as they are, pixels even as
bytes, and become wide a few pairs at a time inside the compiled program. All pairs pass through one program, so
that equal rows are equally far, to the last bit. Differences of bytes are whole numbers, whose sums 32 bits hold: they
are what 64 bits give, in less time.
"""

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, Num

from thalweg.classic.nearest.distances import Distance, parts
from thalweg.platform import jit

_WIDE = 2**22  # numbers in 64 bits at a time
_MOST = 1024  # pairs at a time: with fewer, two cores have too little to share
_SUM = 2**31 - 1  # the largest whole number of 32 bits


def narrowed(train: Num[np.ndarray, "m d"], queries: Num[np.ndarray, "n d"]) -> tuple[np.ndarray, np.ndarray]:
    """Return whole numbers from 0 to 255, as pixels are, as bytes, and any others as they are.

    Args:
        train: Training rows; finite.
        queries: Of the same width.

    Returns:
        Both, equal to what was given.

    Example:
        >>> narrowed(np.array([[255.0]]), np.array([[0.0]]))[0].dtype.name
        'uint8'
        >>> narrowed(np.array([[255.0]]), np.array([[0.5]]))[0].dtype.name
        'float64'
    """
    if not (_are_bytes(queries[:1]) and _are_bytes(train) and (queries is train or _are_bytes(queries))):
        return train, queries
    rows = train.astype(np.uint8)
    return rows, rows if queries is train else queries.astype(np.uint8)


def fitting(rows: Num[np.ndarray, "n d"], memory: int) -> int:
    """Return how many rows fit into memory: a power of two, at least 1.

    Args:
        rows: Of which width and form.
        memory: Bytes.

    Returns:
        A number of rows.

    Example:
        >>> fitting(np.zeros((1, 100), np.float32), 10_000)
        16
    """
    return 2 ** (max(1, memory // (rows.dtype.itemsize * rows.shape[1])).bit_length() - 1)


def measured(
    how: Distance,
    train: Num[np.ndarray, "m d"],
    queries: Num[np.ndarray, "n d"],
    query: Int[np.ndarray, " p"],
    row: Int[np.ndarray, " p"],
    memory: int,
) -> Float[np.ndarray, " p"]:
    """Return how far the rows of each pair are apart.

    Args:
        how: The distance.
        train: Training rows.
        queries: Queries, as many as fit into memory.
        query: The query of each pair.
        row: The training row of each pair.
        memory: Bytes that training rows may take at a time.

    Returns:
        Distances on the scale of `how.exact`.
    """
    far = np.zeros(len(row))
    needed = np.flatnonzero(np.bincount(row, minlength=len(train)))
    place = np.zeros(len(train), np.int32)
    place[needed] = np.arange(len(needed))
    place, query = place[row], query.astype(np.int32)
    step = fitting(train, memory)
    most = max(1, min(_MOST, _WIDE // train.shape[1]))
    whole = how.whole and train.dtype == queries.dtype == np.uint8 and train.shape[1] * 255**2 <= _SUM
    with jax.enable_x64(not whole):
        asked = jnp.asarray(_filled(queries))
        for begin in range(0, len(needed), step):
            tile = jnp.asarray(_filled(train, needed[begin : begin + step]))
            here = np.flatnonzero((place >= begin) & (place < begin + step))
            pair = (jnp.asarray(_filled(of, fewest=most)) for of in (query[here], place[here] - np.int32(begin)))
            steps = jnp.int32(-(-len(here) // most))
            found = _apart(asked, tile, *pair, steps, how=how, most=most, form="int32" if whole else "float64")
            far[here] = np.asarray(found)[: len(here)]
    return far


def _apart_plainly(
    queries: Array, rows: Array, query: Array, row: Array, steps: Array, how: Distance, most: int, form: str
) -> Array:
    """Measure the pairs that there are; how many were filled up for the compiler's sake costs nothing."""

    def some(step: Array, far: Array) -> Array:
        begin = step * most
        a, b = (
            of[jax.lax.dynamic_slice_in_dim(which, begin, most)].astype(form)
            for of, which in ((queries, query), (rows, row))
        )
        return jax.lax.dynamic_update_slice_in_dim(far, how.exact(a, b), begin, 0)

    return jax.lax.fori_loop(0, steps, some, jnp.zeros(len(row), form))


_apart = jit(_apart_plainly, static=("how", "most", "form"))


def _filled(values: np.ndarray, some: np.ndarray | None = None, fewest: int = 1) -> np.ndarray:
    """Return some or all of the values, filled up to a length of few, since each is compiled for."""
    count = len(values) if some is None else len(some)
    filled = np.zeros((fewest * 2 ** max(0, -(-count // fewest) - 1).bit_length(), *values.shape[1:]), values.dtype)
    if some is None:
        filled[:count] = values
    else:
        np.take(values, some, axis=0, out=filled[:count], mode="clip")  # by way of no copy; none is out of range
    return filled


def _are_bytes(rows: np.ndarray) -> bool:
    with np.errstate(invalid="ignore"):  # of numbers that are none
        return all(np.array_equal(rows[part].astype(np.uint8), rows[part]) for part in parts(rows))
