"""Runs in JSON: the history of Keras, and records one after the other."""

import json
from typing import Any

from thalweg.errors import InputError
from thalweg.traces.names import meaning
from thalweg.traces.table import Series, Table, number_in, require_columns, require_rows, series_of, table_of_records
from thalweg.traces.text import WANTED

DEEPEST = 4  # of groups within groups
PER_EPOCH = 20  # so many times as many training as validation entries are those of steps


def read_json(path: str, text: str) -> Table:
    """Read the history of Keras (lists by name), or records by name: in a list, one a line, or as "log_history".

    NaN and Infinity are numbers here, as Python writes them.

    Args:
        path: The file, for messages.
        text: Its content.

    Returns:
        The table.

    Raises:
        InputError: If it is no JSON or of another form, or a list that is understood holds something that is no number.
    """
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as error:
        return _by_line(path, text, error)
    if isinstance(told, dict):
        for name in ("history", "log_history"):
            if isinstance(told.get(name), dict | list):
                told = told[name]
                break
    if isinstance(told, dict):
        flat = _flat(told)
        lists = {name: value for name, value in flat.items() if isinstance(value, list)}
        return _history(path, lists) if lists else _records(path, [flat], ["its one record"], ())
    if isinstance(told, list) and told and all(isinstance(record, dict) for record in told):
        return _records(path, told, [f"record {at + 1}" for at in range(len(told))], ())
    raise InputError(f"{path} is JSON, and neither lists of numbers by name nor records by name. {WANTED}")


def _by_line(path: str, text: str, error: Exception) -> Table:
    """Read one record a line; the last may be cut short."""
    lines = [(at + 1, line) for at, line in enumerate(text.split("\n")) if line.strip()]
    records, places, remarks = [], [], ()
    for at, (line, content) in enumerate(lines):
        try:
            record = json.loads(content)
        except (ValueError, RecursionError):
            if not records or at + 1 < len(lines):
                raise InputError(f"{path} is no JSON: {_reason(error)}. {WANTED}") from None
            remarks = ("The last line is cut short; it was left out.",)
            break
        if not isinstance(record, dict):
            raise InputError(f"{path}, line {line}: a record by name is wanted, such as {{...}}. {WANTED}")
        records.append(record)
        places.append(f"line {line}")
    return _records(path, records, places, remarks)


def _reason(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"line {error.lineno}, column {error.colno}: {error.msg}"
    return "it is nested too deeply" if isinstance(error, RecursionError) else "a number in it is too long"


def _flat(told: dict[str, Any], before: str = "", depth: int = 1) -> dict[str, Any]:
    """Return groups within groups as one, their names joined by "/"."""
    flat: dict[str, Any] = {}
    for name, value in told.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{before}{name}/", depth + 1) if depth < DEEPEST else {}
        else:
            flat[f"{before}{name}"] = value
    return flat


def _records(path: str, records: list[dict[str, Any]], places: list[str], remarks: tuple[str, ...]) -> Table:
    require_rows(path, len(records))
    table = table_of_records(path, "JSON records", [_flat(record) for record in records], places)
    return table._replace(remarks=remarks)


def _history(path: str, lists: dict[str, list[Any]]) -> Table:
    require_columns(path, len(lists))
    meanings = {name: meaning(name) for name in lists}
    curves = {name: values for name, values in lists.items() if meanings[name].what}
    rows = max((len(values) for values in curves.values()), default=0)
    require_rows(path, rows)
    remarks: list[str] = []
    series = {name: series_of((), ()) for name in lists}
    for name, values in curves.items():
        every, said = _spacing(name, len(values), rows)
        remarks += said
        found = [number_in(path, value, name, f"entry {at + 1}") for at, value in enumerate(values)]
        there = [(value, (at + 1) * every - 1) for at, value in enumerate(found) if value is not None]
        series[name] = series_of((value for value, _ in there), (row for _, row in there))
    if not {"step", "epoch"} & {meanings[name].what for name in curves}:
        shortest = min((len(values) for values in curves.values() if values), default=0)
        what = "step" if shortest and rows > PER_EPOCH * shortest else "epoch"
        series = {what: _numbers(rows), **series}
        meanings[what] = meaning(what)
    return Table(path, "Keras History", rows, series, meanings, {}, tuple(dict.fromkeys(remarks)))


def _spacing(name: str, length: int, rows: int) -> tuple[int, list[str]]:
    """Return every how many rows a list has an entry."""
    if length in (0, rows):
        return 1, []
    if rows % length:
        return 1, [f"{name[:80]!r} has {length:,} of {rows:,} entries; they were taken for the first ones."]
    return rows // length, [f"{name[:80]!r} has an entry for every {rows // length:,} of the others'."]


def _numbers(rows: int) -> Series:
    return series_of(range(1, rows + 1), range(rows))
