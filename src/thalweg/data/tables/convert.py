"""One column's cells as an input, once it is known what they are."""

from typing import NamedTuple

import numpy as np
import polars as pl

from thalweg.data.columns import CategoryColumn, NumericColumn
from thalweg.data.tables.cells import to_codes, to_days, to_names, to_numbers


class ColumnSchema(NamedTuple):
    """How a column is read, in this file and in the next."""

    name: str
    role: str  # numeric, date, category or boolean
    numbers: bool = False  # a category's levels are numbers: "1.0" is "1"
    stray: tuple[str, ...] = ()  # words in a column of numbers or dates that mean a missing cell


def convert(
    cells: pl.Series, schema: ColumnSchema, *, decimal_comma: bool = False
) -> tuple[NumericColumn | CategoryColumn, np.ndarray]:
    """Turn a column's cells into an input.

    Args:
        cells: The column; text is stripped, and null where missing.
        schema: How to read it.
        decimal_comma: Whether "1,5" is a number.

    Returns:
        The input, and which cells (n,) bool hold something that cannot be read so; these are missing in the input.
    """
    if schema.role in ("category", "boolean"):
        names = to_names(cells, numbers=schema.numbers, truth=schema.role == "boolean")
        return CategoryColumn(schema.name, *to_codes(names)), np.zeros(len(cells), bool)
    read = to_days(cells) if schema.role == "date" else to_numbers(cells, decimal_comma=decimal_comma)
    unread = read.unread
    if unread.any() and schema.stray:
        unread = unread & ~cells.cast(pl.String).is_in(schema.stray).fill_null(False).to_numpy()
    return NumericColumn(schema.name, read.values), unread
