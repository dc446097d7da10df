"""What each column is: numbers, categories, dates, or something to be left out."""

import re
from typing import Literal, NamedTuple

import numpy as np
import polars as pl

from thalweg.data.tables.cells import Read, to_days, to_numbers
from thalweg.errors import shown
from thalweg.wording import agreeing, counted

Kind = Literal["numeric", "category", "boolean", "date", "identifier", "constant", "free_text"]

ALWAYS_A_CATEGORY = 100  # at most so many levels are a category, however few the rows
MOST_LEVELS = 1000  # and at most so many where each has 50 rows or more on the mean
ROWS_A_LEVEL = 50
FEW_ROWS = 20  # below this, distinct values say nothing about a column
STRAY_SHARE = 0.1  # of cells in a column of numbers that may be words
_NAMES_OF_IDENTIFIERS = {"id", "ids", "uuid", "guid", "index", "idx", "key", "rowid", "number", "serial"}


class Role(NamedTuple):
    """What a column was found to be."""

    kind: Kind
    said: str = ""  # "" where nothing needs saying
    stray: tuple[str, ...] = ()  # the words in a column of numbers or dates that count as missing


def find_role(cells: pl.Series, *, declared: bool = False, decimal_comma: bool = False) -> Role:
    """Decide what a column is.

    Numbers stay numbers however few values they take. Text is a category up to 100 levels, or up to 1,000 where a
    level has 50 rows on the mean; beyond that it is free text. Whole numbers that count up from 0 or 1, or that are
    all distinct under a name such as "id", and texts without blanks that are all distinct are identifiers.

    Args:
        cells: The column, under its name; text is stripped, and null where missing.
        declared: Whether the data itself says that it is a category.
        decimal_comma: Whether "1,5" is a number.

    Returns:
        Its role, with a sentence where the user should know.
    """
    name, filled = cells.name, cells.drop_nulls()
    levels = filled.n_unique()
    if levels + (len(filled) < len(cells)) <= 1:
        value = f"the same value ({shown(filled[0])}) in every row" if levels else "no value in any row"
        return Role("constant", f"column {name!r} holds {value}; left out.")
    if declared:
        return Role("category")
    if cells.dtype == pl.Boolean:
        return Role("boolean")
    if cells.dtype.is_temporal():
        return _date(name)
    numbers = to_numbers(cells, decimal_comma=decimal_comma)
    if not numbers.unread.any():
        return _identifier(cells, levels, numbers) or Role("numeric")
    if cells.dtype != pl.String:
        return Role("numeric", *_stray(cells, numbers, "a finite number"))
    if set(filled.str.to_lowercase().unique()) == {"false", "true"}:
        return Role("boolean")
    days = to_days(cells)
    if not days.unread.any():
        return _date(name)
    readings: tuple[tuple[Kind, Read, str], ...] = (("numeric", numbers, "a number"), ("date", days, "a date"))
    for kind, read, what in readings:
        distinct = len(np.unique(read.values[~np.isnan(read.values)]))
        # Few numbers and some words, such as 0, 1, 2 and 3+, are levels rather than numbers with slips.
        if read.unread.sum() <= STRAY_SHARE * len(filled) and distinct > FEW_ROWS:
            return Role(kind, *_stray(cells, read, what))
    return _identifier(cells, levels, numbers) or _text(cells, filled, levels)


def _date(name: str) -> Role:
    return Role("date", f"column {name!r} holds dates, read as days; --drop {shown(name)} leaves it out.")


def _identifier(cells: pl.Series, levels: int, numbers: Read) -> Role | None:
    name, rows = cells.name, len(cells)
    words = re.findall(r"[a-z]+", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).lower())
    named = bool(words) and words[-1] in _NAMES_OF_IDENTIFIERS
    kept = f"an identifier, left out; --categorical {shown(name)} keeps it."
    if numbers.unread.any():
        code = levels == rows and rows >= FEW_ROWS and not cells.str.contains(r"\s").any()
        if code or (named and rows >= FEW_ROWS and levels > rows / 2):
            return Role("identifier", f"column {name!r} holds {levels:,} distinct codes in {rows:,} rows: {kept}")
        return None
    if levels < rows or rows < 3:
        return None
    if not cells.dtype.is_integer() and (cells.dtype != pl.String or cells.str.contains(r"[.,eE]").any()):
        return None  # a number with a fraction is measured, not counted
    low, high = numbers.values.min(), numbers.values.max()
    if named or (rows >= FEW_ROWS and low in (0, 1) and high - low == rows - 1):
        kept = kept.replace("--categorical", "--numeric")
        return Role("identifier", f"column {name!r} holds a different whole number in every row: {kept}")
    return None


def _text(cells: pl.Series, filled: pl.Series, levels: int) -> Role:
    many = levels > max(ALWAYS_A_CATEGORY, min(MOST_LEVELS, len(cells) / ROWS_A_LEVEL))
    nearly_all = len(filled) >= FEW_ROWS and levels > len(filled) / 2
    if not many and not nearly_all:
        return Role("category")
    name = cells.name
    return Role(
        "free_text",
        f"column {name!r} holds {levels:,} distinct texts in {len(filled):,} rows: free text is not used, left out; "
        f"--categorical {shown(name)} keeps it.",
    )


def _stray(cells: pl.Series, read: Read, wanted: str) -> tuple[str, tuple[str, ...]]:
    found = cells.filter(pl.Series(read.unread)).cast(pl.String)
    words = sorted(found.unique().to_list())
    said = (
        f"column {cells.name!r}: {counted(len(found), 'cell')}, such as {shown(words[0])}, "
        f"{agreeing(len(found), 'is', 'are')} not {wanted}; "
        f"counted as missing. --categorical {shown(cells.name)} makes each value a level."
    )
    return said, tuple(words[:100])
