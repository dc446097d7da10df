"""Read another table in the way of the first, at prediction or for its test file."""

import difflib
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from thalweg.data.columns import Columns
from thalweg.data.source import Remark
from thalweg.data.tables.cells import to_names
from thalweg.data.tables.convert import ColumnSchema, convert
from thalweg.data.tables.raw import RawTable
from thalweg.errors import InputError, choose, shown
from thalweg.wording import agreeing

_FIELDS = {"header", "names", "columns", "target", "group", "time_column", "weight_column", "id"}


class Ids(NamedTuple):
    """What names each row."""

    name: str  # of the column
    values: tuple[str | None, ...]


class Rows(NamedTuple):
    """Another table's inputs."""

    columns: Columns  # those of the first table, in its order; levels are this table's own
    ids: Ids | None  # where the table has the identifier's column
    remarks: tuple[Remark, ...]


def columns_from_schema(
    table: RawTable, schema: Mapping[str, Any], *, mode: str = "default", may_be_lenient: bool = True
) -> Rows:
    """Read a table by the schema of an earlier one.

    Columns are found by name, in any order; where names are positions, by place, with or without the target. A
    category that the earlier table did not have becomes a level like any other: the fitted preprocessing, which
    matches levels by name, knows it as unseen.

    Args:
        table: As it was read.
        schema: From `understand`.
        mode: What to do about columns. "default": missing ones are an error, unknown ones are said and ignored.
            "strict": unknown ones are an error, too. "lenient": missing ones, and cells that cannot be read, count as
            missing and are said.
        may_be_lenient: Whether the user has a choice of modes, for messages.

    Returns:
        The inputs, the rows' identifiers and what to say.

    Raises:
        InputError: If a column is missing or unknown, or a cell is no number or date (file, row, column and value are
            named), as far as `mode` minds; if the schema is not one, or `mode` is none of the three words.
    """
    choose(mode, ("default", "strict", "lenient"), what="mode")
    wanted, names = _parse(schema)
    frame = named_like_the_first(table, schema)
    missing = [column.name for column in wanted if column.name not in frame.columns]
    unknown = [name for name in frame.columns if name not in names]
    remarks = []
    if unknown and mode == "strict":
        raise InputError(f"{table.path} has columns that the model does not know: {_list(unknown)}. Leave them out.")
    if missing and mode != "lenient":
        raise InputError(_say_missing(table.path, missing, unknown, may_be_lenient))
    if missing:
        text = f"{table.path} has no {_columns(missing)}: taken as missing in every row."
        remarks.append(Remark("missing_column", text, table.path, "warning"))
    if unknown:
        text = f"the model does not use {_columns(unknown)}: ignored."
        remarks.append(Remark("unknown_column", text, table.path))
    columns = []
    for column in wanted:
        known = column.name in frame.columns
        cells = frame[column.name] if known else pl.Series(column.name, [None] * frame.height, dtype=pl.String)
        read, unread = convert(cells, column, decimal_comma=table.decimal_comma)
        if unread.any():
            row = int(np.flatnonzero(unread)[0])
            said = f"{table.path}, {table.row_name(row)}, column {column.name!r}: {shown(cells[row])} is not a "
            said += "date (such as 2024-12-31)" if column.role == "date" else "finite number"
            if mode != "lenient":
                more = ", or use --lenient to take it as missing" if may_be_lenient else ""
                raise InputError(f"{said}; correct or empty the cell{more}.")
            more = f" So are {int(unread.sum()) - 1:,} more cells of the column." if unread.sum() > 1 else ""
            remarks.append(Remark("unread_cell", f"{said}: taken as missing.{more}", column.name, "warning"))
        columns.append(read)
    identifier = schema.get("id")
    ids = Ids(identifier, tuple(to_names(frame[identifier]).to_list())) if identifier in frame.columns else None
    return Rows(tuple(columns), ids, (*table.remarks, *remarks))


def named_like_the_first(table: RawTable, schema: Mapping[str, Any]) -> pl.DataFrame:
    """Return the table's frame under the names of the first table's columns.

    Args:
        table: As it was read.
        schema: From `understand`.

    Returns:
        The frame itself where columns have names; where they have positions, the frame with the first table's
        positions, the target's passed over if it is not there.

    Raises:
        InputError: If columns are known by position and their number is not the first table's, with or without the
            target.
    """
    frame, names = table.frame, list(schema["names"])
    inputs = {column["name"] for column in schema["columns"]}
    if schema["header"] or (table.header and inputs <= set(frame.columns)):
        return frame
    without = [name for name in names if name not in schema.get("targets", (schema["target"],))]
    for places in (names, without):
        if frame.width == len(places):
            return frame.rename(dict(zip(frame.columns, places, strict=True)))
    raise InputError(
        f"{table.path} has {frame.width} columns; wanted are {len(names)} in the order of the training table, which "
        f"had no header, or {len(without)} without its target."
    )


def _parse(schema: Mapping[str, Any]) -> tuple[tuple[ColumnSchema, ...], set[str]]:
    try:
        columns = tuple(
            ColumnSchema(str(entry["name"]), str(entry["role"]), bool(entry["numbers"]), tuple(entry["stray"]))
            for entry in schema["columns"]
        )
        if _FIELDS <= schema.keys():
            return columns, set(map(str, schema["names"]))
    except (KeyError, TypeError, ValueError):
        columns = ()  # refused below, as one with fields missing is
    raise InputError("the schema is not that of a table; the model was trained on data of another kind.")


def _say_missing(path: str, missing: Sequence[str], unknown: Sequence[str], may_be_lenient: bool) -> str:
    hints = []
    for name in missing[:3]:
        plainly = {other.casefold().strip(): other for other in reversed(unknown)}
        close = difflib.get_close_matches(name.casefold().strip(), plainly, n=1, cutoff=0.8)
        hints += [f" Is {plainly[close[0]]!r} the column {name!r}?"] if close else []
    them = agreeing(len(missing), "it", "them")
    more = f", or use --lenient to take {them} as missing" if may_be_lenient else ""
    return f"{path} has no {_columns(missing)}, which the model was trained with; add {them}{more}.{''.join(hints)}"


def _columns(names: Sequence[str]) -> str:
    return f"{agreeing(len(names), 'column', 'columns')} {_list(names)}"


def _list(names: Sequence[str]) -> str:
    more = f" and {len(names) - 10} more" if len(names) > 10 else ""
    return ", ".join(shown(name) for name in names[:10]) + more
