"""What every reader makes of a file: columns of numbers with gaps, and what each is of."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from thalweg.errors import InputError
from thalweg.traces.cells import number
from thalweg.traces.names import Meaning, meaning

MOST_ROWS = 2**22
MOST_COLUMNS = 10_000


class Series(NamedTuple):
    """One column without its gaps."""

    values: np.ndarray  # (k,) float64
    rows: np.ndarray  # (k,) int64, rising: the row of each value


class Table(NamedTuple):
    """A file's numbers."""

    path: str
    form: str
    rows: int
    series: dict[str, Series]  # by column or tag; of those that are not understood, an empty one
    meanings: dict[str, Meaning]  # of each column
    tensors: dict[str, dict[str, Series]]  # by measure and tensor; the step of each value takes the place of its row
    remarks: tuple[str, ...]


def series_of(values: Iterable[float | int], rows: Iterable[int]) -> Series:
    """Return a column from its values and their rows."""
    return Series(np.array(list(values), np.float64), np.array(list(rows), np.int64))


def table_of_records(path: str, form: str, records: list[dict[str, Any]], places: list[str]) -> Table:
    """Make a table of records, each a row, that need not have the same names.

    Args:
        path: The file, for messages.
        form: Of the file.
        records: By column what JSON can hold.
        places: Where each record stands, such as "line 3", for messages.

    Returns:
        The table. What is no number is left out where the column is not understood.

    Raises:
        InputError: If a column that is understood holds something that is no number, or there are too many of them.
    """
    values: dict[str, list[float]] = {}
    rows: dict[str, list[int]] = {}
    meanings: dict[str, Meaning] = {}
    for row, record in enumerate(records):
        for name, cell in record.items():
            if name not in meanings:
                meanings[name], values[name], rows[name] = meaning(name), [], []
                require_columns(path, len(meanings))
            if meanings[name].what and (read := number_in(path, cell, name, places[row])) is not None:
                values[name].append(read)
                rows[name].append(row)
    series = {name: series_of(values[name], rows[name]) for name in meanings}
    return Table(path, form, len(records), series, meanings, {}, ())


def number_in(path: str, cell: Any, name: str, place: str) -> float | None:
    """Read one cell of a column that is understood.

    Args:
        path: The file, for messages.
        cell: A text, a number or None.
        name: Of the column.
        place: Where in the file it stands, such as "line 3".

    Returns:
        The number; None where the cell is missing.

    Raises:
        InputError: If it is neither.
    """
    try:
        if isinstance(cell, str):
            return number(cell)
        if cell is None or (isinstance(cell, int | float) and not isinstance(cell, bool)):
            return None if cell is None else float(cell)
    except (ValueError, OverflowError):  # the latter for a whole number of more than 308 digits
        cell = cell.strip() if isinstance(cell, str) else "a number too long"
    got = repr(cell)
    raise InputError(
        f"{path}, {place}: the column {name[:80]!r} should hold numbers; got {got[:60]}{'...' * (len(got) > 60)}. "
        "Write plain numbers, nan and inf among them, and nothing where there is none."
    )


def require_columns(path: str, columns: int) -> None:
    """Refuse a file with too many columns.

    Args:
        path: The file, for messages.
        columns: How many there are.

    Raises:
        InputError: If they are more than 10,000.
    """
    if columns > MOST_COLUMNS:
        raise InputError(f"{path} has more than {MOST_COLUMNS:,} columns. Keep the losses and what belongs to them.")


def require_rows(path: str, rows: int) -> None:
    """Refuse a file with too many rows.

    Args:
        path: The file, for messages.
        rows: How many there are.

    Raises:
        InputError: If they are more than 4,194,304.
    """
    if rows > MOST_ROWS:
        raise InputError(f"{path} has more than {MOST_ROWS:,} rows. Keep every tenth, or the latest.")
