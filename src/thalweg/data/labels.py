"""Labels as they come, in numbers, texts or one-hot rows, and which spellings mean the same class."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from thalweg.data.source import Remark, Task
from thalweg.errors import InputError, shown
from thalweg.wording import agreeing, counted

MISSING = ("", "?", "NA", "N/A", "NaN", "nan", "null", "NULL", "None")  # what stands for no value, in any file
_MOST_SAID = 5  # spellings that get a remark of their own

_ROWS = "Give one-hot rows, one label a row, or --task attributes for several yes/no answers a row."

Cells = np.ndarray | list[str | None]  # (n,) float64, NaN for none; or texts, None for none
RowName = Callable[[int], str]


class Labels(NamedTuple):
    """The labels of the rows that have one."""

    task: Task
    targets: np.ndarray  # of the kept rows: (n,) int32 class numbers, (n, k) int32 answers, or (n, 1) float64 amounts
    kept: np.ndarray  # (rows,) bool; False where a row has no label
    remarks: tuple[Remark, ...]


def row_from_zero(row: int) -> str:
    """Name a row of an array in a message."""
    return f"row {row} (counted from 0)"


def number_name(value: float) -> str:
    """Write a number as a class or level is named: "3" for 3.0, "0.5" for 0.5."""
    number = float(value)
    return str(int(number)) if number.is_integer() and abs(number) < 1e16 else repr(number)


def label_array(values: Any, *, target: str) -> np.ndarray:
    """Make one array of labels: of those of another library, and of a list of labels or of rows.

    Args:
        values: An array of any library, a Series, a DataFrame or a list.
        target: The target's name, for messages.

    Returns:
        (n,) or (n, ...), of Python objects where they are not all numbers or truth values.

    Raises:
        InputError: If there is no axis of rows, or rows have different numbers of values.

    Example:
        >>> label_array([np.array([0, 1]), [1, 0]], target="digit")
        array([[0, 1],
               [1, 0]])
    """
    # Series, frames and arrays of other libraries hold more than their entries, which are all that counts here.
    array = np.asarray(values) if hasattr(values, "__array__") else None
    if array is None and isinstance(values, Iterable):
        array = np.array([*values, None], dtype=object)[:-1]
    if array is None or array.ndim == 0:
        raise InputError(f"labels must be one a row, (n,); those of {target!r} are one {type(values).__name__}.")
    if array.dtype.kind != "O" or array.ndim > 1:
        return array
    rows = [_plain(row) for row in array]
    if not any(isinstance(row, list | tuple) for row in rows):
        return np.array([*rows, None], dtype=object)[:-1]
    rows = [row if isinstance(row, list | tuple) else [row] for row in rows]
    least, most = min(map(len, rows)), max(map(len, rows))
    if least != most:
        raise InputError(f"the rows of {target!r} have {least} to {most} values; give all of them the same number.")
    array = np.array(rows, dtype=object)
    numbers = all(isinstance(cell, bool | np.bool_) or _is_number(cell) for cell in array.flat)
    return np.array(array.tolist()) if numbers else array


def read_labels(values: Any, *, target: str, row_name: RowName = row_from_zero) -> Cells:
    """Bring labels to numbers or to stripped texts.

    Args:
        values: (n,) or (n, 1) numbers, truth values or texts, or one-hot rows (n, C).
        target: The target's name, for messages.
        row_name: How a message names row i.

    Returns:
        Numbers (n,), NaN where there is no label, one-hot rows as the place of their 1; or texts, None for no label.

    Raises:
        InputError: If there is not one label a row, or rows of several numbers are not one-hot.

    Example:
        >>> read_labels(np.array([[0, 0, 1], [1, 0, 0]]), target="digit")
        array([2., 0.])
    """
    array = label_array(values, target=target)
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim == 2:
        return _from_one_hot(array, target, row_name)
    if array.ndim != 1:
        raise InputError(
            f"labels must be one a row, (n,), or one-hot rows (n, C); those of {target!r} have shape {array.shape}."
        )
    if array.dtype.kind in "iuf":
        return array.astype(np.float64)
    if array.dtype.kind not in "bOUS":
        raise InputError(f"labels must be numbers, truth values or texts; those of {target!r} are {array.dtype}.")
    cells = [None if _is_missing(cell) else cell for cell in array.tolist()]
    if array.dtype.kind == "O" and all(cell is None or _is_number(cell) for cell in cells):
        return np.array([np.nan if cell is None else cell for cell in cells], np.float64)
    return [_text(cell) for cell in cells]


def has_label(cells: Cells) -> np.ndarray:
    """Return which rows have a label: (n,) bool."""
    return ~np.isnan(cells) if isinstance(cells, np.ndarray) else np.array([cell is not None for cell in cells], bool)


def amounts(cells: Cells) -> np.ndarray:
    """Return the labels as numbers (n,) float64, NaN for no label and for a text that is no number."""
    return cells if isinstance(cells, np.ndarray) else np.array([_number(cell) for cell in cells], np.float64)


def names(cells: Cells) -> list[str | None]:
    """Return the labels as class names, None for no label."""
    if not isinstance(cells, np.ndarray):
        return cells
    distinct, places = np.unique(cells, return_inverse=True)
    named = [None if np.isnan(value) else number_name(value) for value in distinct.tolist()]
    return [named[place] for place in places.tolist()]


def in_order(classes: Iterable[str]) -> tuple[str, ...]:
    """Sort class names, as numbers where all of them are numbers."""
    distinct = set(classes)
    numbers = {name: _number(name) for name in distinct}
    if any(np.isnan(number) for number in numbers.values()):
        return tuple(sorted(distinct))
    return tuple(sorted(distinct, key=lambda name: (numbers[name], name)))


def join_spellings(found: Counter[str]) -> tuple[dict[str, str], tuple[Remark, ...]]:
    """Join labels that differ only by spaces, case or a final "." into one class.

    Args:
        found: How many rows have each label.

    Returns:
        Each label's class, named by the commonest spelling (the first in order among equals), and what to say.

    Example:
        >>> join_spellings(Counter({"yes": 2, "Yes.": 1}))[0]
        {'yes': 'yes', 'Yes.': 'yes'}
    """
    groups: dict[str, list[str]] = {}
    for name in sorted(found, key=lambda name: (-found[name], name)):
        # "a" and "A" are two letters more often than two spellings of one class.
        groups.setdefault(name if len(name) == 1 else _normal(name), []).append(name)
    joined = {name: group[0] for group in groups.values() for name in group}
    return joined, say_matched([(name, joined[name], found[name]) for name in sorted(found)])


def match_spellings(found: Iterable[str], classes: Sequence[str]) -> dict[str, str | None]:
    """Find the known class that each label means: its own name, or the only one that it is a spelling of.

    Example:
        >>> match_spellings(["<=50K.", "~50K"], ["<=50K", ">50K"])
        {'<=50K.': '<=50K', '~50K': None}
    """
    alike = Counter(map(_normal, classes))
    only = {_normal(name): name for name in classes if alike[_normal(name)] == 1}
    exact = set(classes)
    return {name: name if name in exact else only.get(_normal(name)) for name in found}


def say_matched(matched: Sequence[tuple[str, str, int]], *, of: str = "row") -> tuple[Remark, ...]:
    """Say which labels were read as another spelling; (label, class, number of them) each, if not the same."""
    changed = [entry for entry in matched if entry[0] != entry[1]]
    remarks = [
        Remark("label_match", f"the label {shown(name)} ({counted(count, of)}) is read as {shown(known)}.", known)
        for name, known, count in changed[:_MOST_SAID]
    ]
    if rest := changed[_MOST_SAID:]:
        rows = sum(count for _, _, count in rest)
        are = agreeing(len(rest), "is", "are")
        text = f"{counted(len(rest), 'more label', 'more labels')} ({counted(rows, of)}) {are} read the same way."
        remarks.append(Remark("label_match", text))
    return tuple(remarks)


def _is_number(cell: Any) -> bool:
    return isinstance(cell, int | float | np.number) and not isinstance(cell, bool)


def _is_missing(cell: Any) -> bool:
    unlike = cell != cell  # NaN and NaT are; and pandas' NA answers neither yes nor no
    return cell is None or not isinstance(unlike, bool | np.bool_) or bool(unlike)


def _plain(row: Any) -> Any:
    return np.asarray(row).tolist() if hasattr(row, "__array__") and not isinstance(row, np.generic) else row


def _text(cell: Any) -> str | None:
    if cell is None:
        return None
    if _is_number(cell):
        return number_name(float(cell))
    text = (cell.decode("utf-8", "replace") if isinstance(cell, bytes) else str(cell)).strip()
    return None if text in MISSING else text


def _number(text: str | None) -> float:
    try:
        return float(text) if text is not None else np.nan
    except ValueError:
        return np.nan


def _normal(label: str) -> str:
    return " ".join(label.split()).casefold().rstrip(".").rstrip()


def _from_one_hot(array: np.ndarray, target: str, row_name: RowName) -> np.ndarray:
    if array.dtype.kind not in "biuf":
        raise InputError(
            f"labels of shape {array.shape} in {target!r} must be one-hot numbers; got {array.dtype}. {_ROWS}"
        )
    wrong = ((array != 0) & (array != 1)).any(axis=1) | ((array == 1).sum(axis=1) != 1)
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        got = ", ".join(number_name(float(value)) for value in array[row].tolist()[:10])
        raise InputError(
            f"{row_name(row)}: labels of shape {array.shape} in {target!r} must be one-hot, a single 1 among zeros; "
            f"got [{got}]. {_ROWS}"
        )
    return array.argmax(axis=1).astype(np.float64)
