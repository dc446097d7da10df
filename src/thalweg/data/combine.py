"""Two files of one kind as one set of examples, each row knowing which file it came from by its place."""

import hashlib
from typing import Any

import numpy as np

from thalweg.data.columns import CategoryColumn, Columns, NumericColumn
from thalweg.data.row_keys import row_keys
from thalweg.data.source import Source
from thalweg.errors import InputError


def combine(first: Source, second: Source) -> Source:
    """Put the rows of `second` after those of `first`.

    Args:
        first: Gives name, task and schema.
        second: Read by the schema and task of `first`.

    Returns:
        Examples of both; the fingerprint is of both.

    Raises:
        InputError: If their inputs have not the same columns or shape.
    """
    inputs = _joined(first.inputs, second.inputs)
    targets = np.concatenate([first.targets, second.targets])
    digest = hashlib.sha256(f"{first.fingerprint}+{second.fingerprint}".encode())
    joined = first._replace(
        inputs=inputs,
        targets=targets,
        fingerprint=digest.hexdigest(),
        weight=np.concatenate([first.weight, second.weight]),
        groups=None,  # which rows go together matters for a split alone, and that is made before files are joined
        group_names=(),
        times=None,
        remarks=first.remarks + second.remarks,
    )
    # A row may have a copy in the other file. Numbers are in order of first appearance.
    _, begin, number = np.unique(row_keys(joined), return_index=True, return_inverse=True)
    return joined._replace(identical=np.argsort(np.argsort(begin))[number])


def _joined(first: Any, second: Any) -> Any:
    if isinstance(first, np.ndarray) and isinstance(second, np.ndarray):
        if first.shape[1:] != second.shape[1:]:
            raise InputError(
                f"both files must hold examples of one shape; got {first.shape[1:]} and {second.shape[1:]}."
            )
        if (first.dtype == np.uint8) != (second.dtype == np.uint8):
            raise InputError(
                f"both files must hold images (bytes) or both other numbers; got {first.dtype} and {second.dtype}. "
                "Scale them alike."
            )
        return np.concatenate([first, second])
    if isinstance(first, tuple) and isinstance(second, tuple):
        return _joined_columns(first, second)
    raise InputError("both files must be tables, or both arrays. Give the second in the form of the first.")


def _joined_columns(first: Columns, second: Columns) -> Columns:
    names = [tuple(column.name for column in columns) for columns in (first, second)]
    kinds = [tuple(type(column) for column in columns) for columns in (first, second)]
    if names[0] != names[1] or kinds[0] != kinds[1]:
        raise InputError(f"both files must have the same columns; got {names[0]} and {names[1]}.")
    return tuple(_joined_column(a, b) for a, b in zip(first, second, strict=True))


def _joined_column(a: Any, b: Any) -> NumericColumn | CategoryColumn:
    if isinstance(a, NumericColumn):
        return NumericColumn(a.name, np.concatenate([a.values, b.values]))
    levels = tuple(sorted({*a.levels, *b.levels}))
    place = {level: code for code, level in enumerate(levels)}
    return CategoryColumn(a.name, np.concatenate([_recoded(column, place) for column in (a, b)]), levels)


def _recoded(column: CategoryColumn, place: dict[str, int]) -> np.ndarray:
    table = np.array([*(place[level] for level in column.levels), -1], np.int32)
    return table[column.codes]  # a code of -1, a missing cell, takes the last entry: -1
