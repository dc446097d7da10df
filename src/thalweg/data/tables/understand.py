"""From a table's cells to its inputs, with everything that was noticed on the way."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from thalweg.data.columns import Columns
from thalweg.data.source import Remark
from thalweg.data.tables.cells import to_numbers
from thalweg.data.tables.convert import ColumnSchema, convert
from thalweg.data.tables.names import Asked, Choices, resolve
from thalweg.data.tables.raw import RawTable
from thalweg.data.tables.roles import Role, find_role
from thalweg.errors import InputError, shown

_LEFT_OUT = ("identifier", "constant", "free_text")
_WARNED_OF = ("constant", "free_text", "stray")


class Understood(NamedTuple):
    """A table's inputs."""

    columns: Columns
    schema: dict[str, Any]  # JSON values; `columns_from_schema` reads another file by it
    asked: Asked  # the columns with another use
    remarks: tuple[Remark, ...]


def understand(table: RawTable, *, targets: Sequence[str] = (), choices: Choices | None = None) -> Understood:
    """Find out what each column is, and read those that are inputs.

    Args:
        table: As it was read.
        targets: The columns to be predicted, by name, which are no inputs.
        choices: What the user said about columns; it goes before what is found.

    Returns:
        The inputs in the table's order, the schema, and a remark about every column that is left out.

    Raises:
        InputError: If a column named in `choices` does not exist or has two uses, if a cell of a column that is
            said to be numeric is no number, or if no input is left.
    """
    asked = resolve(choices or Choices(), table.frame.columns, targets=targets)
    other_use = {*targets, asked.group, asked.time_column, asked.id, asked.weight_column, *asked.drop}
    columns, schemas, remarks, identifiers = [], [], [], []
    for cells in table.frame:
        name = cells.name
        if name in other_use:
            continue
        role = _role(cells, asked, table)
        if role.said:
            kind = "stray" if role.stray else role.kind
            remarks.append(Remark(kind, role.said, name, "warning" if kind in _WARNED_OF else "note"))
        if role.kind == "identifier":
            identifiers.append(name)
        if role.kind in _LEFT_OUT:
            continue
        numbers = role.kind == "category" and _holds_numbers(cells, table.decimal_comma)
        schema = ColumnSchema(name, role.kind, numbers, role.stray)
        column, unread = convert(cells, schema, decimal_comma=table.decimal_comma)
        if unread.any() and name in asked.numeric:
            row = int(np.flatnonzero(unread)[0])
            raise InputError(
                f"{table.path}, {table.row_name(row)}, column {name!r}: {shown(cells[row])} is not a finite number; "
                "correct or empty the cell, or leave the column out of --numeric."
            )
        columns.append(column)
        schemas.append(schema)
    if not columns:
        why = " ".join(remark.text for remark in remarks)
        raise InputError(
            f"{table.path}: no column is left as an input. Give a table with more columns than the target, or leave "
            f"out fewer.{' ' if why else ''}{why}"
        )
    schema = {
        "kind": "table",
        "header": table.header,
        "names": table.frame.columns,
        "columns": [{**entry._asdict(), "stray": list(entry.stray)} for entry in schemas],
        "target": ", ".join(targets) if targets else None,
        "targets": list(targets),
        "group": asked.group,
        "time_column": asked.time_column,
        "weight_column": asked.weight_column,
        "id": asked.id or next(iter(identifiers), None),
    }
    return Understood(tuple(columns), schema, asked, tuple(remarks))


def _role(cells: pl.Series, asked: Asked, table: RawTable) -> Role:
    if cells.name in asked.numeric:
        return Role("numeric")
    if cells.name in asked.categorical:
        return Role("category")
    declared = cells.name in table.categories
    return find_role(cells, declared=declared, decimal_comma=table.decimal_comma)


def _holds_numbers(cells: pl.Series, decimal_comma: bool) -> bool:
    if cells.dtype == pl.String:
        return not to_numbers(cells, decimal_comma=decimal_comma).unread.any()
    return cells.dtype.is_numeric()
