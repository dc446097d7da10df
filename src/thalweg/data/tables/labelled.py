"""A table with a target as labelled examples."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from thalweg.data.columns import Columns, take
from thalweg.data.labels import Labels
from thalweg.data.source import Kind, Remark, Source, Task
from thalweg.data.tables.again import columns_from_schema, named_like_the_first
from thalweg.data.tables.beside import row_groups, row_times, row_weights
from thalweg.data.tables.cells import to_labels
from thalweg.data.tables.fingerprint import fingerprint, identical_rows
from thalweg.data.tables.names import Choices, ColumnName
from thalweg.data.tables.raw import RawTable
from thalweg.data.tables.targets import encode_columns, find_targets, infer_columns, require_targets, targets_of
from thalweg.data.tables.understand import understand
from thalweg.errors import InputError


def labelled_table(
    table: RawTable,
    *,
    name: str,
    target: ColumnName | Sequence[ColumnName] | None,
    task: Kind | None = None,
    choices: Choices | None = None,
) -> Source:
    """Make labelled examples of a table.

    Args:
        table: As it was read.
        name: Of the data.
        target: The column to be predicted, by name or position; several are attributes.
        task: Its kind, where the user has said it.
        choices: What the user said about other columns.

    Returns:
        The examples that have a label.

    Raises:
        InputError: If no target is given or there is no such column, if its labels cannot be used, or if no column
            is left as an input; if several are given for another task than attributes, or one of them twice.
    """
    names = table.frame.columns
    if target is None:
        shown = ", ".join(names[:30]) + (f" and {len(names) - 30} more" if len(names) > 30 else "")
        raise InputError(
            f"which column of {table.path} is to be predicted? Say it with --target NAME (or its position from 0; "
            f"-1 is the last). There are: {shown}."
        )
    targets = find_targets(target, table, task=task)
    understood = understand(table, targets=targets, choices=choices)
    cells = {one: to_labels(table.frame[one], decimal_comma=table.decimal_comma) for one in targets}

    def row_name(row: int) -> str:
        return f"{table.path}, {table.row_name(row)}"

    labels = infer_columns(cells, task, row_name=row_name)
    said = Remark("header", f"{table.path}: {table.header_said}", table.path)
    remarks = (*table.remarks, *([said] if table.header_said else []), *understood.remarks)
    return _source(table, name, understood.columns, labels, understood.schema, remarks)


def labelled_like(table: RawTable, *, name: str, task: Task, schema: Mapping[str, Any]) -> Source:
    """Make labelled examples of a further table, read by the schema and coded by the task of the first.

    Args:
        table: As it was read.
        name: Of the data.
        task: Of the first table.
        schema: Of the first table.

    Returns:
        The examples that have a label.

    Raises:
        InputError: If a column is missing or cannot be read, the target's included, or a label is none of the classes.
    """
    read = columns_from_schema(table, schema, may_be_lenient=False)
    targets = targets_of(task)
    table = table._replace(frame=named_like_the_first(table, schema))
    require_targets(targets, table)
    cells = {one: to_labels(table.frame[one], decimal_comma=table.decimal_comma) for one in targets}
    labels = encode_columns(cells, task, path=table.path, row_name=table.row_name)
    return _source(table, name, read.columns, labels, dict(schema), read.remarks)


def _source(
    table: RawTable, name: str, columns: Columns, labels: Labels, schema: dict[str, Any], remarks: tuple[Remark, ...]
) -> Source:
    kept = labels.kept
    inputs = columns if kept.all() else take(columns, np.flatnonzero(kept))
    beside = {
        use: schema[use] for use in ("group", "time_column", "weight_column") if schema[use] in table.frame.columns
    }
    group, time, weight = (beside.get(use) for use in ("group", "time_column", "weight_column"))
    groups, names = row_groups(table, group, kept) if group else (None, ())
    return Source(
        name=name,
        kind="table",
        inputs=inputs,
        targets=labels.targets,
        task=labels.task,
        fingerprint=fingerprint(table.frame),
        weight=row_weights(table, weight, kept) if weight else np.ones(len(labels.targets), np.float32),
        identical=identical_rows(table.frame)[kept],
        groups=groups,
        group_names=names,
        times=row_times(table, time, kept) if time else None,
        remarks=(*remarks, *labels.remarks),
        schema=schema,
    )
