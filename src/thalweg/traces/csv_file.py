"""Runs in tables of text: one row for each epoch or step, or for each time that something was logged."""

import csv
import io
from collections.abc import Iterator

from thalweg.errors import InputError
from thalweg.traces.cells import is_number
from thalweg.traces.names import meaning, no_loss
from thalweg.traces.table import Table, number_in, require_columns, require_rows, series_of

_SEPARATORS = ",\t;|"


def read_csv(path: str, text: str) -> Table:
    """Read a table whose first row names its columns.

    Args:
        path: The file, for messages.
        text: Its content; separated by commas, tabs, semicolons, vertical bars or spaces, by what its first row has
            most of. Behind semicolons a number may have a decimal comma.

    Returns:
        The table. A last line that is cut short is left out, and said.

    Raises:
        InputError: If there are no names, none of a loss or a score, or no rows, a row has more or fewer cells than the
            first, or a cell of a column that is understood is no number; file, line and column are named.
    """
    first = text.lstrip().partition("\n")[0]
    separator = max(_SEPARATORS, key=first.count)
    lines = _rows(path, text, separator if first.count(separator) else " ")
    header = next(lines, (0, [""]))[1]
    names = _named(path, header)
    meanings = {name: meaning(name) for name in names}
    if not any(said.what in ("loss", "score") for said in meanings.values()):
        raise InputError(no_loss(path, names))  # maybe no table at all, so that its rows need not be looked at
    wanted = [at for at, name in enumerate(names) if meanings[name].what]
    values, rows = {name: [] for name in names}, {name: [] for name in names}
    count, cut = 0, 0
    for line, cells in lines:
        if cut:
            raise InputError(_uneven(path, cut, len(names)))  # only the last line may be short
        if cells == header:
            continue  # written anew by a run that was appended
        if len(cells) != len(names):
            if len(cells) > len(names) or text.endswith("\n"):
                raise InputError(_uneven(path, line, len(names)))
            cut = line
            continue
        require_rows(path, count + 1)
        for at in wanted:
            cell = cells[at].replace(",", ".") if separator == ";" else cells[at]
            read = number_in(path, cell, names[at], f"line {line}")
            if read is not None:
                values[names[at]].append(read)
                rows[names[at]].append(count)
        count += 1
    if not count:
        raise InputError(f"{path} has names and no row below them. One row for each epoch or step is wanted.")
    series = {name: series_of(values[name], rows[name]) for name in names}
    remarks = ("The last line is cut short; it was left out.",) if cut else ()
    return Table(path, _form(series, meanings, count), count, series, meanings, {}, remarks)


def _rows(path: str, text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Give (line, cells) of each row that is not blank."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True)
    try:
        for cells in reader:
            if separator == " ":
                cells = [cell for cell in cells if cell]
            if any(cell.strip() for cell in cells):
                yield reader.line_num, cells
    except csv.Error as error:
        raise InputError(f"{path}, line {reader.line_num}: {error}. Write it anew as CSV.") from None


def _named(path: str, first: list[str]) -> list[str]:
    names = [name.strip().lstrip("#").strip() for name in first]
    require_columns(path, len(names))
    if all(is_number(name) or not name for name in names):
        raise InputError(f"{path} has no names of columns: its first row holds numbers. Add a row such as epoch,loss.")
    names = [name or f"column {at + 1}" for at, name in enumerate(names)]
    for at, name in enumerate(names):
        if name in names[:at] and meaning(name).what:
            raise InputError(f"{path}: two columns are both called {name[:80]!r}. Rename one.")
    return [name if name not in names[:at] else f"{name} ({at + 1})" for at, name in enumerate(names)]


def _uneven(path: str, line: int, wanted: int) -> str:
    return f"{path}, line {line}: the row should have {wanted:,} cells, as the first row has, and does not. Mend it."


def _form(series: dict, meanings: dict, count: int) -> str:
    """Return "Lightning CSV" where a file counts both steps and epochs and has rows with gaps, as its logger's have."""
    counted = {said.what for said in meanings.values()} >= {"step", "epoch"}
    told = any(name.endswith(("_step", "_epoch")) for name in series)
    gaps = all(len(s.rows) < count for name, s in series.items() if meanings[name].what in ("loss", "score"))
    return "Lightning CSV" if counted and (told or gaps) else "CSV"
