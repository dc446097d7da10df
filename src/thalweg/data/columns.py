"""A table's inputs as plain arrays, one column at a time."""

from typing import NamedTuple

import numpy as np


class NumericColumn(NamedTuple):
    """A column of numbers."""

    name: str
    values: np.ndarray  # (n,) float64; NaN where the cell is missing


class CategoryColumn(NamedTuple):
    """A column of names, each coded by its place among the sorted levels."""

    name: str
    codes: np.ndarray  # (n,) int32; -1 where the cell is missing
    levels: tuple[str, ...]  # every level that occurs anywhere in the file, sorted


Columns = tuple[NumericColumn | CategoryColumn, ...]


def count_rows(columns: Columns) -> int:
    """Return the number of rows; 0 for no columns."""
    return len(columns[0][1]) if columns else 0


def take(columns: Columns, rows: np.ndarray) -> Columns:
    """Return the columns with only `rows` (integer positions), in that order."""
    return tuple(column._replace(**{column._fields[1]: column[1][rows]}) for column in columns)
