"""What a row has beside its inputs and its label: a weight, a group, a time."""

import numpy as np

from thalweg.data.tables.cells import to_codes, to_days, to_names, to_numbers
from thalweg.data.tables.raw import RawTable
from thalweg.data.weights import relative_weights
from thalweg.errors import InputError, shown

_TIMES = "a time must be a finite number or a date such as 2024-12-31 or 2024-12-31T18:30+01:00"


def row_weights(table: RawTable, column: str, kept: np.ndarray) -> np.ndarray:
    """Read how much each row counts.

    Args:
        table: As it was read.
        column: Name of the column of weights.
        kept: (rows,) bool; the rows that are used.

    Returns:
        Weights of the kept rows, (n,) float32, positive; mean 1.

    Raises:
        InputError: If the weight of a kept row is not a positive number, or far larger than that of another.
    """
    values = to_numbers(table.frame[column], decimal_comma=table.decimal_comma).values
    _require((values > 0) & np.isfinite(values), kept, table, column, "a weight must be a positive number")
    return relative_weights(values[kept], place=f"{table.path}, column {column!r}")


def row_groups(table: RawTable, column: str, kept: np.ndarray) -> tuple[np.ndarray, tuple[str, ...]]:
    """Number the groups of rows that must stay together.

    Args:
        table: As it was read.
        column: Name of the column that names the groups.
        kept: (rows,) bool; the rows that are used.

    Returns:
        Group numbers of the kept rows, (n,) int64 from 0; and the groups' names, of which rows that are not kept may
        have some for themselves.

    Raises:
        InputError: If a kept row has no group.
    """
    codes, names = to_codes(to_names(table.frame[column]))
    _require(codes >= 0, kept, table, column, "every row needs a group")
    return codes[kept].astype(np.int64), names


def row_times(table: RawTable, column: str, kept: np.ndarray) -> np.ndarray:
    """Read when each row was, as numbers of any unit or as ISO dates.

    Args:
        table: As it was read.
        column: Name of the column of times.
        kept: (rows,) bool; the rows that are used.

    Returns:
        Times of the kept rows, (n,) float64; dates in days, in UTC where they tell their offset.

    Raises:
        InputError: If the time of a kept row is missing, or not of the form, number or ISO date, that most rows have.
    """
    cells = table.frame[column]
    times = to_days(cells).values
    if not cells.dtype.is_temporal():
        numbers = to_numbers(cells, decimal_comma=table.decimal_comma).values
        if (~np.isnan(numbers[kept])).sum() >= (~np.isnan(times[kept])).sum():  # one bad cell is no change of unit
            times = numbers
    _require(~np.isnan(times), kept, table, column, _TIMES)
    return times[kept]


def _require(good: np.ndarray, kept: np.ndarray, table: RawTable, column: str, wanted: str) -> None:
    wrong = np.flatnonzero(kept & ~good)
    if len(wrong):
        row = int(wrong[0])
        cell = table.frame[column][row]
        got = "an empty cell" if cell is None else shown(cell)
        raise InputError(
            f"{table.path}, {table.row_name(row)}, column {column!r}: {wanted}; got {got}. Fill it in, or drop the row."
        )
