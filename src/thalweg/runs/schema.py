"""A model's account of how to read a further file, held against the forms it can have."""

from typing import Any, Literal, NamedTuple

from thalweg.errors import InputError
from thalweg.runs.typed import named


class _Column(NamedTuple):
    name: str
    role: Literal["numeric", "date", "category", "boolean"]
    numbers: bool
    stray: tuple[str, ...]


class _Table(NamedTuple):
    kind: Literal["table"]
    header: bool
    names: tuple[str, ...]
    columns: tuple[_Column, ...]
    target: str
    group: str | None
    time_column: str | None
    weight_column: str | None
    id: str | None
    targets: tuple[str, ...] = ()  # missing where an earlier version wrote it


class _Listed(NamedTuple):
    header: bool
    names: tuple[str, ...]
    path: str
    target: str
    weight_column: str | None
    targets: tuple[str, ...] = ()  # missing where an earlier version wrote it


class _Array(NamedTuple):
    kind: Literal["array", "image"]
    shape: tuple[int, ...]
    labels: str | None = None  # the array of labels in an .npz file
    group: str | None = None  # in a table that lists images
    table: _Listed | None = None


def checked_schema(plain: Any, where: str) -> dict[str, Any]:
    """Return a schema that was read from a file, as it was.

    Args:
        plain: From JSON; should be what `Source.schema` was.
        where: File and entry, for the message.

    Returns:
        `plain` itself.

    Raises:
        InputError: If an entry is missing or has another type than readers of tables and arrays rely on, or two
            columns have one name.
    """
    table = isinstance(plain, dict) and plain.get("kind") == "table"
    checked = named(plain, _Table if table else _Array, where)
    columns = checked if table else checked.table
    if columns is not None and len(set(columns.names)) < len(columns.names):
        raise InputError(f"{where} has one name for two columns. Restore the file, or make the run again.")
    return plain
