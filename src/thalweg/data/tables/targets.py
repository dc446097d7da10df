"""The columns of a table that are to be predicted: which they are, and what they hold."""

from collections.abc import Mapping, Sequence
from typing import Any

from thalweg.data.attributes import encode_attributes, infer_attributes
from thalweg.data.labels import Labels, RowName
from thalweg.data.source import Kind, Task
from thalweg.data.tables.cells import to_labels
from thalweg.data.tables.frame import from_frame
from thalweg.data.tables.names import ColumnName, find_column
from thalweg.data.tables.raw import RawTable
from thalweg.data.task import encode_targets, infer_task
from thalweg.errors import InputError

Cells = Mapping[str, Any]  # of each column


def find_targets(
    asked: ColumnName | Sequence[ColumnName], table: RawTable, *, task: Kind | None, flag: str = "--target"
) -> list[str]:
    """Find the columns of labels.

    Args:
        asked: By name or position; several are attributes.
        table: As it was read.
        task: Their kind, where the user has said it.
        flag: Where they were asked.

    Returns:
        Their names.

    Raises:
        InputError: If there is no such column, where columns have no names with the reason; if one is named twice, or
            several are for another task than attributes.
    """
    found = [_find(one, table, flag) for one in ([asked] if isinstance(asked, str | int) else asked)]
    twice = next((one for k, one in enumerate(found) if one in found[:k]), None)
    if twice is not None:
        raise InputError(f"column {twice!r} is given to {flag} twice; name it once.")
    if len(found) > 1 and task not in (None, "attributes"):
        raise InputError(
            f"--task {task} is for one target; got {len(found):,}: {', '.join(map(repr, found[:5]))}. Give one, or "
            "leave out --task: several are attributes, each with its own yes or no."
        )
    return found


def frame_labels(frame: Any, *, task: Kind | None) -> Any:
    """Return the labels of a DataFrame that came beside arrays.

    Args:
        frame: A DataFrame of any library that can be read.
        task: Their kind, where it is known.

    Returns:
        Of attributes each column by name; of others all cells.

    Raises:
        InputError: If the DataFrame cannot be read.
    """
    cells = from_frame(frame).frame
    if task != "attributes":
        return cells
    return {name: to_labels(cells[name], decimal_comma=False) for name in cells.columns}


def targets_of(task: Task) -> list[str]:
    """Return the names of the columns that a task was found in."""
    return [attribute.name for attribute in task.attributes] or [task.target]


def require_targets(targets: Sequence[str], table: RawTable) -> None:
    """Hold a further table against the columns of labels.

    Args:
        targets: Their names.
        table: Under the first table's names.

    Raises:
        InputError: If it lacks one.
    """
    missing = next((one for one in targets if one not in table.frame.columns), None)
    if missing is not None:
        raise InputError(f"{table.path} has no column {missing!r}, which holds the labels; add it.")


def infer_columns(cells: Cells, task: Kind | None, *, row_name: RowName) -> Labels:
    """Find out what columns of labels hold, and encode them.

    Args:
        cells: Of each column; several are attributes.
        task: Their kind, where the user has said it.
        row_name: How a message names row i.

    Returns:
        As `infer_task`.

    Raises:
        InputError: As `infer_task`.
    """
    if len(cells) > 1 or task == "attributes":
        return infer_attributes(cells, row_name=row_name)
    ((target, values),) = cells.items()
    return infer_task(values, target=target, override=task, row_name=row_name)


def encode_columns(cells: Cells, task: Task, *, path: str, row_name: RowName) -> Labels:
    """Encode the columns of labels of another table by a task that is already known.

    Args:
        cells: Of each column, by its name.
        task: What the first table's were found to be.
        path: The file, for messages.
        row_name: How a message names row i.

    Returns:
        As `encode_targets`.

    Raises:
        InputError: As `encode_targets`.
    """
    if task.kind == "attributes":
        return encode_attributes(cells, task, path=path, row_name=row_name)
    ((_, values),) = cells.items()
    return encode_targets(values, task, path=path, row_name=row_name)


def _find(asked: ColumnName, table: RawTable, flag: str) -> str:
    try:
        return find_column(asked, table.frame.columns, flag=flag)
    except InputError as error:
        if table.header:
            raise
        raise InputError(f"{error} {table.path}: {table.header_said}") from None
