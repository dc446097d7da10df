"""Is the first row a header?"""

from collections import Counter
from typing import NamedTuple

import polars as pl

from thalweg.data.tables.cells import clean, to_days, to_numbers
from thalweg.errors import InputError, choose

_LOOKED_AT = 10_000  # rows below the first: enough to tell a column of numbers from one of names
_LONGEST_NAME = 500  # characters


class Header(NamedTuple):
    """The names of the columns."""

    names: tuple[str, ...]
    found: bool  # the first row holds them; else they are positions
    said: str


def find_header(cells: pl.DataFrame, header: str, path: str) -> Header:
    """Decide whether the first row holds the columns' names.

    A header has a text in every cell (the first may be blank, as where an index was saved, and so may any over an
    empty column, as where lines end in a comma; a number may stand in its own position). It is told from data by a
    column of numbers or dates below it, or else by its cells coming up in no row below.

    Args:
        cells: Every row of the file as clean text, the first included.
        header: "yes" and "no" decide it, "infer" looks.
        path: The file, for messages.

    Returns:
        The names; without a header "0", "1", ... by position.

    Raises:
        InputError: If two columns have one name, a name is longer than 500 characters, or `header` is none of the three
            words.
    """
    choose(header, ("infer", "yes", "no"), what="header")
    first = [(cell or "").strip() for cell in cells.row(0)]
    found = header == "yes" or (header == "infer" and _looks_like_header(cells, first))
    how = f"as --header {header} says" if header != "infer" else "change it with --header " + ("no" if found else "yes")
    if not found:
        names = tuple(str(position) for position in range(len(first)))
        return Header(names, False, f"no header row: columns are named by position from 0 ({how}).")
    names = tuple(name or str(position) for position, name in enumerate(first))
    way = ", or use --header no if the first row is data" if header == "infer" else ""
    for position, name in enumerate(names):
        if len(name) > _LONGEST_NAME:
            raise InputError(
                f"{path}: the name of the column at position {position} (from 0) has {len(name):,} characters, at most "
                f"{_LONGEST_NAME} make sense; shorten it{way}."
            )
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        where = " and ".join(str(position) for position, name in enumerate(names) if name == twice[0])
        raise InputError(
            f"{path}: the columns at positions {where} (from 0) are both called {twice[0]!r}; rename one{way}."
        )
    return Header(names, True, f"the first row is the header ({how}).")


def _looks_like_header(cells: pl.DataFrame, first: list[str]) -> bool:
    numbers = ~to_numbers(pl.Series(first, dtype=pl.String)).unread
    positions = [cell == str(position) for position, cell in enumerate(first)]
    texts = [bool(cell) and not number for cell, number in zip(first, numbers, strict=True)]
    empty = [cell == "" and column.slice(1).is_null().all() for cell, column in zip(first, cells, strict=True)]
    plausible = [any(signs) for signs in zip(texts, positions, empty, strict=True)]
    if not any(texts) or not all(plausible[1:]) or not (plausible[0] or (first[0] == "" and len(first) > 1)):
        return False
    below = clean(cells.slice(1, _LOOKED_AT), single_quotes=True)
    if not below.height:
        return False
    if any(_mostly_numbers(column) for column in below):
        return True
    return not any((column == cell).any() for column, cell in zip(below, first, strict=True) if cell)


def _mostly_numbers(column: pl.Series) -> bool:
    cells = column.drop_nulls()
    wrong = min(int(to_numbers(cells).unread.sum()), int(to_days(cells).unread.sum()))
    return len(cells) > 0 and wrong <= len(cells) / 2
