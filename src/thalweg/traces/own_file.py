"""What `thalweg.record` writes: one number a line, of a step, an epoch, a measure and maybe a tensor."""

import csv
import io
from collections.abc import Iterator

from thalweg.errors import InputError
from thalweg.traces.names import Meaning
from thalweg.traces.scores import SCORES
from thalweg.traces.table import Table, number_in, require_columns, require_rows, series_of
from thalweg.traces.trace import ALL, MEASURES

HEADER = "step,epoch,measure,tensor,value"
FORM = "Thalweg trace"
COUNTERS = ("step", "epoch")


def own_meaning(measure: str, tensor: str) -> Meaning:
    """Return what a line is of.

    Args:
        measure: The line's measure.
        tensor: Its tensor, "" for none.

    Returns:
        The meaning; that of nothing where the measure is not known.

    Example:
        >>> own_meaning("validation_loss", "").part, own_meaning("gradient_norm", "w").tensor
        ('validation', 'w')
    """
    if measure in MEASURES:
        return Meaning("tensor", measure=measure, tensor=tensor or ALL)
    part, _, what = measure.partition("_")
    if measure in ("rate", "loss"):
        return Meaning(measure, "training" if measure == "loss" else "", single=measure == "loss")
    if part in ("training", "validation") and (what == "loss" or what in SCORES):
        return Meaning("loss", part) if what == "loss" else Meaning("score", part, what)
    return Meaning("")


def is_own(text: str) -> bool:
    """Say whether a file's text begins as `thalweg.record` begins it."""
    return text.partition("\n")[0].strip() == HEADER


def read_own(path: str, text: str) -> Table:
    """Read a trace of `thalweg.record`.

    Args:
        path: The file, for messages.
        text: Its content.

    Returns:
        The table. A last line without an end is cut short: it is left out, and said.

    Raises:
        InputError: If there is no line below the first, or one has more or fewer than five cells or no number where
            one should be; file, line and column are named.
    """
    end = text.rfind("\n") + 1
    values, rows = {name: [] for name in COUNTERS}, {name: [] for name in COUNTERS}
    meanings = {name: Meaning(name) for name in COUNTERS}
    count = 0
    for place, cells in _lines(path, text[:end]):
        name = _called(cells[2], cells[3])
        if name not in meanings:
            meanings[name], values[name], rows[name] = own_meaning(cells[2], cells[3]), [], []
            require_columns(path, len(meanings))
        require_rows(path, count + 1)
        for series, cell, column in ((name, 4, "value"), ("step", 0, "step"), ("epoch", 1, "epoch")):
            if (read := number_in(path, cells[cell], column, place)) is not None:
                values[series].append(read)
                rows[series].append(count)
        count += 1
    if not count:
        raise InputError(f"{path} was begun, and holds no number yet. Record a step or an evaluation first.")
    series = {name: series_of(values[name], rows[name]) for name in meanings}
    remarks = ("The last line is cut short; it was left out.",) if text[end:].strip() else ()
    return Table(path, FORM, count, series, meanings, {}, remarks)


def _called(measure: str, tensor: str) -> str:
    name = f"{measure} {tensor}".strip()
    return f"{name} (measured)" if name in COUNTERS else name


def _lines(path: str, text: str) -> Iterator[tuple[str, list[str]]]:
    """Give (place, cells) of each line below the first."""
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        next(reader)
        for cells in reader:
            if cells and len(cells) != len(HEADER.split(",")):
                raise InputError(
                    f"{path}, line {reader.line_num}: five cells are wanted, {HEADER}; got {len(cells)}. "
                    "Delete the line."
                )
            if cells:
                yield f"line {reader.line_num}", cells
    except csv.Error as error:
        raise InputError(f"{path}, line {reader.line_num}: {error}. Delete the line.") from None
