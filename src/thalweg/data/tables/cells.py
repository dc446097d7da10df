"""Cells as numbers, days or names; what is neither is pointed at, never guessed."""

from typing import NamedTuple

import numpy as np
import polars as pl

from thalweg.data.labels import MISSING, number_name

_DATE = r"^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2}(?:\.\d+)?))?(?:Z|([+-])([01]\d)(?::?([0-5]\d))?)?)?$"
_SECONDS_A_DAY = 86_400.0


class Read(NamedTuple):
    """A column's cells as numbers."""

    values: np.ndarray  # (n,) float64; NaN where the cell is missing or could not be read
    unread: np.ndarray  # (n,) bool; True where the cell holds something that could not be read


def clean(frame: pl.DataFrame, *, single_quotes: bool) -> pl.DataFrame:
    """Strip every text cell of outer spaces and make the words for "no value" null.

    Args:
        frame: Any table; columns that are not text are kept as they are.
        single_quotes: Whether to take off single quotes around a cell, too.
    """
    expressions = []
    for name, kind in frame.schema.items():
        if kind == pl.String:
            cell = pl.col(name).str.strip_chars()
            if single_quotes:
                cell = cell.str.replace(r"(?s)^'(.*)'$", "$1").str.strip_chars()
            expressions.append(pl.when(cell.is_in(MISSING)).then(None).otherwise(cell).alias(name))
    return frame.with_columns(expressions)


def to_numbers(cells: pl.Series, *, decimal_comma: bool = False) -> Read:
    """Read cells as finite numbers; truth values are 0 and 1.

    Args:
        cells: A column; stripped if it is text.
        decimal_comma: Whether "1,5" is one and a half, as in tables cut by semicolons.
    """
    if cells.dtype == pl.String:
        digits = cells.str.replace(r"^([+-]?\d*),(\d+)$", "$1.$2") if decimal_comma else cells
        found = digits.cast(pl.Float64, strict=False)
    else:
        found = cells.cast(pl.Float64)
    values = found.fill_null(np.nan).to_numpy().copy()
    unread = np.isinf(values)
    if cells.dtype == pl.String:
        unread |= (found.is_null() & cells.is_not_null()).to_numpy()
    values[unread] = np.nan
    return Read(values, unread)


def to_days(cells: pl.Series) -> Read:
    """Read ISO dates, with or without a time, as days since 1970-01-01; a time's offset from UTC is taken off."""
    if cells.dtype.is_temporal():
        found = cells.dt.timestamp("us").cast(pl.Float64) / (1e6 * _SECONDS_A_DAY)
        return Read(found.fill_null(np.nan).to_numpy().copy(), np.zeros(len(cells), bool))
    if cells.dtype != pl.String:
        read = to_numbers(cells)
        return Read(np.full(len(cells), np.nan), read.unread | ~np.isnan(read.values))
    part = cells.str.extract_groups(_DATE).struct.unnest()
    day = part["1"].str.to_date("%Y-%m-%d", strict=False).cast(pl.Int32).cast(pl.Float64)
    hours, minutes, seconds, hours_ahead, minutes_ahead = (
        part[k].cast(pl.Float64, strict=False).fill_null(0.0) for k in "23467"
    )
    side = 1.0 - 2.0 * (part["5"] == "-").fill_null(False).cast(pl.Float64)
    ahead = side * (hours_ahead * 3600 + minutes_ahead * 60)
    found = day + (hours * 3600 + minutes * 60 + seconds - ahead) / _SECONDS_A_DAY
    return Read(found.fill_null(np.nan).to_numpy().copy(), (found.is_null() & cells.is_not_null()).to_numpy())


def to_names(cells: pl.Series, *, numbers: bool = False, truth: bool = False) -> pl.Series:
    """Write cells as names of levels, null where missing.

    Args:
        cells: A column; stripped if it is text.
        numbers: Whether a cell that holds a number is named by its value, so that "1", "1.0" and 1 are one level.
        truth: Whether "True" and "TRUE" are "true".
    """
    if cells.dtype == pl.String:
        names = cells
    elif cells.dtype == pl.Boolean:
        names = cells.cast(pl.String).str.to_lowercase()
    elif cells.dtype.is_numeric():
        numbers, names = True, cells.cast(pl.Float64).fill_nan(None).cast(pl.String)
    else:
        names = cells.cast(pl.String)
    if numbers:
        distinct = names.drop_nulls().unique().sort()
        read = to_numbers(distinct)
        named = [
            name if unread else number_name(value)
            for name, value, unread in zip(distinct, read.values, read.unread, strict=True)
        ]
        names = names.replace_strict(distinct, pl.Series(named, dtype=pl.String), default=None)
    return names.str.to_lowercase() if truth else names


def to_codes(names: pl.Series) -> tuple[np.ndarray, tuple[str, ...]]:
    """Number names by their place among the sorted distinct ones; -1 where missing.

    Returns:
        Codes (n,) int32 and the levels, sorted by code point whatever the machine's language.
    """
    levels = sorted(names.drop_nulls().unique().to_list())
    codes = names.cast(pl.Enum(levels)).to_physical().cast(pl.Int32).fill_null(-1)
    return codes.to_numpy().copy(), tuple(levels)


def to_labels(cells: pl.Series, *, decimal_comma: bool = False) -> np.ndarray:
    """Return a target column as numbers (n,) if every cell is one, else as an object array of texts and None."""
    if cells.dtype.is_numeric():
        return cells.cast(pl.Float64).fill_null(np.nan).to_numpy()
    if cells.dtype == pl.String:
        read = to_numbers(cells, decimal_comma=decimal_comma)
        if not read.unread.any():
            return read.values
    return np.array([*to_names(cells).to_list(), None], dtype=object)[:-1]
