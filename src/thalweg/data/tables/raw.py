"""A table as it was read, before any column is understood."""

from typing import NamedTuple

import numpy as np
import polars as pl

from thalweg.data.source import Remark


class RawTable(NamedTuple):
    """A table's cells under its columns' names."""

    frame: pl.DataFrame  # text (stripped; null where missing), numbers, truth values, dates or datetimes
    path: str  # file, or "the DataFrame", for messages
    header: bool  # the names come from the data; else they are positions, "0", "1", ...
    header_said: str  # how the header was found; "" where the format holds the names
    lines: np.ndarray | None = None  # (rows,) line of the file on which each row begins; None where there are no lines
    decimal_comma: bool = False  # "1,5" is one and a half
    categories: frozenset[str] = frozenset()  # columns that the data itself declares to be categories
    remarks: tuple[Remark, ...] = ()

    def row_name(self, row: int) -> str:
        """Name row `row` (from 0) as a person would find it."""
        return f"line {self.lines[row]}" if self.lines is not None else f"row {row} (counted from 0)"
