"""Columns as people point at them: by name or by position."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from thalweg.errors import InputError, choose

ColumnName = str | int  # a name, or a position from 0, or from -1 at the end; a text such as "-1" is either


class Choices(NamedTuple):
    """What the user said about columns."""

    drop: Sequence[ColumnName] = ()
    categorical: Sequence[ColumnName] = ()
    numeric: Sequence[ColumnName] = ()
    group: ColumnName | None = None
    time_column: ColumnName | None = None
    id: ColumnName | None = None
    weight_column: ColumnName | None = None


class Asked(NamedTuple):
    """The same by name, each column with one use."""

    drop: frozenset[str]
    categorical: frozenset[str]
    numeric: frozenset[str]
    group: str | None
    time_column: str | None
    id: str | None
    weight_column: str | None


def find_column(asked: ColumnName, names: Sequence[str], *, flag: str) -> str:
    """Find the column that a name or position means; a name goes first.

    Args:
        asked: Name, or position from 0 (or -1, -2, ... from the end), as a number or as text.
        names: The table's columns in order.
        flag: Where it was asked, such as "--target".

    Returns:
        Its name.

    Raises:
        InputError: If there is no such column.

    Example:
        >>> find_column("-1", ["age", "income"], flag="--target")
        'income'
    """
    if isinstance(asked, str) and (asked in names or not re.fullmatch(r"[+-]?[0-9]{1,9}", asked)):
        return choose(asked, names, what=f"column for {flag}")
    position = int(asked)
    if not -len(names) <= position < len(names):
        raise InputError(
            f"{flag} {position}: the table has {len(names)} columns, at positions 0 to {len(names) - 1} "
            f"(or -{len(names)} to -1 from the end); there are: {', '.join(names[:30])}."
        )
    return names[position]


def resolve(choices: Choices, names: Sequence[str], *, targets: Sequence[str], flag: str = "--target") -> Asked:
    """Find every column that the user named.

    Args:
        choices: As the user wrote them.
        names: The table's columns in order.
        targets: The names of the columns to be predicted, which can have no other use.
        flag: Where these were asked.

    Returns:
        The columns by name.

    Raises:
        InputError: If there is no such column, or one column is given two uses.
    """

    def several(asked: Iterable[ColumnName], flag: str) -> frozenset[str]:
        each = [asked] if isinstance(asked, str) else asked  # one name is not a sequence of letters
        return frozenset(find_column(one, names, flag=flag) for one in each)

    def single(asked: ColumnName | None, flag: str) -> str | None:
        return None if asked is None else find_column(asked, names, flag=flag)

    found = Asked(
        drop=several(choices.drop, "--drop"),
        categorical=several(choices.categorical, "--categorical"),
        numeric=several(choices.numeric, "--numeric"),
        group=single(choices.group, "--group"),
        time_column=single(choices.time_column, "--time-column"),
        id=single(choices.id, "--id"),
        weight_column=single(choices.weight_column, "--weight-column"),
    )
    uses: dict[str, str] = dict.fromkeys(targets, flag)
    for field, columns in zip(found._fields, found, strict=True):
        used = "--" + field.replace("_", "-")
        for column in sorted(columns) if isinstance(columns, frozenset) else [columns] if columns else []:
            if column in uses:
                raise InputError(f"column {column!r} is given to {uses[column]} and to {used}; choose one of them.")
            uses[column] = used
    return found
