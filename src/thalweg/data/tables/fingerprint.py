"""What identifies a table, and which of its rows are the same."""

import hashlib
from collections.abc import Sequence

import numpy as np
import polars as pl

_ODD = np.uint64(0x9E3779B97F4A7C15)  # 2**64 over the golden ratio: multiplying by it spreads near values far apart


def fingerprint(frame: pl.DataFrame) -> str:
    """Return the SHA-256 of every cell of a table, as 64 hexadecimal digits.

    All columns count, in order, with their names, also those that are left out of the inputs: the test part hangs on
    the fingerprint, and must not move when a column is dropped.

    Args:
        frame: Texts, numbers, truth values, dates.

    Returns:
        The same digits in every process and on every machine.

    Example:
        >>> fingerprint(pl.DataFrame({"a": ["x"]})) == fingerprint(pl.DataFrame({"a": ["y"]}))
        False
    """
    digest = hashlib.sha256()
    for cells in frame:
        kind = "text" if cells.dtype == pl.String else "number"
        digest.update(f"{kind} {len(cells.name.encode())} {cells.name} {len(cells)}\n".encode())
        digest.update(np.packbits(cells.is_null().to_numpy()).tobytes())
        if cells.dtype == pl.String:
            filled = cells.fill_null("")
            digest.update(filled.str.len_bytes().cast(pl.UInt32).to_numpy().astype("<u4").tobytes())
            digest.update(filled.str.join("")[0].encode())
        else:
            values = cells.to_physical().cast(pl.Float64).fill_null(0.0).fill_nan(0.0).to_numpy()
            digest.update((values + 0.0).astype("<f8").tobytes())  # + 0.0 makes -0.0 the zero it equals
    return digest.hexdigest()


def identical_rows(frame: pl.DataFrame) -> np.ndarray:
    """Give rows of a table that are equal in every cell the same number.

    All columns count, also those that are left out of the inputs, for the parts are dealt by these numbers: a
    column dropped must not move a row into or out of the sealed test part.

    Args:
        frame: Texts, numbers, truth values, dates; at least one column.

    Returns:
        (n,) int64 from 0, in order of first appearance.

    Example:
        >>> identical_rows(pl.DataFrame({"a": ["x", "y", "x"], "b": [1, 2, 1]}))
        array([0, 1, 0])
    """
    return number_identical([_coded(cells) for cells in frame])


def _coded(cells: pl.Series) -> np.ndarray:
    if cells.dtype == pl.String:  # only equality counts, so it does not matter which code a text gets
        return cells.cast(pl.Categorical).to_physical().cast(pl.Int64).fill_null(-1).to_numpy()
    values = cells.to_physical().cast(pl.Float64)
    missing = values.is_null().to_numpy()
    return np.where(missing, np.nan, values.fill_null(0.0).to_numpy())


def number_identical(columns: Sequence[np.ndarray]) -> np.ndarray:
    """Give rows that are equal in every column the same number.

    Args:
        columns: Arrays (n,) of numbers or codes, at least one; NaN equals NaN, and -0.0 equals 0.0.

    Returns:
        (n,) int64 from 0, in order of first appearance.

    Example:
        >>> number_identical([np.array([1.0, 2.0, 1.0]), np.array([5, 5, 5])])
        array([0, 1, 0])
    """
    bits = [_bits(column) for column in columns]
    mixed = np.zeros(len(bits[0]), np.uint64)
    for column in bits:  # unsigned arithmetic wraps around, which is what a hash wants
        mixed = (mixed ^ column) * _ODD
        mixed ^= mixed >> np.uint64(29)
    first, number = _first_of_each(mixed)
    if all(np.array_equal(column, column[first[number]]) for column in bits):
        return number
    # Two different rows of one hash, 1 in 10**8 for half a million rows: split column by column instead.
    number = np.zeros(len(mixed), np.int64)
    for column in bits:
        _, code = np.unique(column, return_inverse=True)
        number = _first_of_each(number * (code.max(initial=0) + 1) + code)[1]
    return number


def _bits(column: np.ndarray) -> np.ndarray:
    if column.dtype.kind != "f":
        return column.astype(np.int64).view(np.uint64)
    values = column.astype(np.float64) + 0.0
    values[np.isnan(values)] = np.nan  # one bit pattern for all
    return values.view(np.uint64)


def _first_of_each(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return each distinct value's first row, and each row's number, both in order of first appearance."""
    _, first, inverse = np.unique(values, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return first[order], rank[inverse]
