"""What is to be predicted, and every label as a number.

Labels are matched forgivingly (spaces, case, a final "."), never guessed: one that fits no class is an error.
"""

from collections import Counter
from typing import Any

import numpy as np

from thalweg.data import labels
from thalweg.data.attributes import encode_attributes, infer_attributes, named_columns
from thalweg.data.labels import Cells, Labels, RowName, row_from_zero
from thalweg.data.source import Kind, Remark, Task
from thalweg.errors import InputError, shown
from thalweg.wording import agreeing, counted

LARGEST_AMOUNT = 1e150  # whose square float64 still holds, and the sum of many
MOST_INTEGER_CLASSES = 20  # whole numbers with more distinct values than this are amounts, unless told otherwise
MOST_CLASSES = 10_000


def infer_task(
    values: Any,
    *,
    target: str,
    override: Kind | None = None,
    row_name: RowName = row_from_zero,
) -> Labels:
    """Decide between classes and regression, and encode the labels; attributes have to be asked for.

    Texts and truth values are classes; fractions are amounts to regress; whole numbers are classes up to 20 distinct
    values and amounts beyond. Labels that differ only by spaces, case or a final "." are one class, named by the
    commonest spelling; labels of one letter keep their case.

    Args:
        values: The labels, an array of any library or a list: (n,) or (n, 1) numbers, truth values or texts, or
            one-hot rows (n, C); of attributes (n, k) answers. NaN, None, "" and the usual words for a missing value
            mean no label.
        target: The target's name, for messages.
        override: The kind, where the user has said it.
        row_name: How a message names row i.

    Returns:
        The task, the encoded labels of the rows that have one, which rows these are, and what to say about it.
        Class names are sorted, as numbers where all of them are numbers.

    Raises:
        InputError: If there is no label at all; if there are fewer than two or more than 10,000 classes; if an amount
            is not a finite number or beyond 1e150, or all amounts are equal; if nearly all labels are
            numbers and some are not; if the shape is not one label a row; of attributes as `infer_attributes`.

    Example:
        >>> found = infer_task(["yes", "no", "Yes ", None, "yes"], target="paid")
        >>> found.task.classes, found.targets.tolist(), found.kept.tolist()
        (('no', 'yes'), [1, 0, 1, 1], [True, True, True, False, True])

    Source: CS231n notes, "Neural Networks Part 2", "Losses": classification against regression.
    """
    if override == "attributes":
        return infer_attributes(named_columns(values, target), row_name=row_name)
    cells = labels.read_labels(values, target=target, row_name=row_name)
    kept, missing = _kept(cells, target, "choose another target, or fill in its labels")
    kind, reason = _kind(cells, kept, target, override, row_name)
    remarks = (*missing, Remark("task", reason, target))
    if kind == "regression":
        found = _amounts(cells, kept, target, row_name)
        if found.min() == found.max():
            raise InputError(f"every label in {target!r} is {found[0]:g}: there is nothing to learn. Choose another.")
        return Labels(Task("regression", target, ()), found[:, None], kept, remarks)
    named = labels.names(cells)
    known, matched = labels.join_spellings(Counter(name for name in named if name is not None))
    classes = labels.in_order(known.values())
    if len(classes) < 2:
        only = shown(next(iter(classes)))
        raise InputError(
            f"every label in {target!r} is {only}; at least two classes are needed. Choose another target."
        )
    if len(classes) > MOST_CLASSES:
        raise InputError(
            f"{target!r} has {len(classes):,} classes; at most {MOST_CLASSES:,} can be told apart. "
            "Choose another target, or --task regression if its values are amounts."
        )
    task = Task("classes", target, classes)
    return Labels(task, _class_numbers(named, known, classes), kept, (*remarks, *matched))


def encode_targets(values: Any, task: Task, *, path: str, row_name: RowName = row_from_zero) -> Labels:
    """Encode the labels of another file by a task that is already known.

    Args:
        values: The labels, as for `infer_task`.
        task: What the first file's labels were found to be.
        path: The file, for messages.
        row_name: How a message names row i.

    Returns:
        `task` itself, the encoded labels of the rows that have one, which rows these are, and what to say.

    Raises:
        InputError: If a label is none of the task's classes, or an amount is not a finite number or beyond 1e150 (the
            row and the value are named); if there is no label at all; of attributes as `encode_attributes`.

    Example:
        >>> encode_targets(["<=50K.", ">50K."], Task("classes", "income", ("<=50K", ">50K")), path="new").targets
        array([0, 1], dtype=int32)
    """
    if task.kind == "attributes":
        return encode_attributes(named_columns(values, task.target), task, path=path, row_name=row_name)

    def place(row: int) -> str:
        return f"{path}, {row_name(row)}" if path else row_name(row)

    cells = labels.read_labels(values, target=task.target, row_name=place)
    kept, missing = _kept(cells, task.target, f"give a file with labels instead of {path}" if path else "give labels")
    if task.kind == "regression":
        return Labels(task, _amounts(cells, kept, task.target, place)[:, None], kept, missing)
    named = labels.names(cells)
    found = Counter(name for name in named if name is not None)
    known = labels.match_spellings(sorted(found), task.classes)
    unknown = {name for name, meant in known.items() if meant is None}
    if unknown:
        row, name = next((row, name) for row, name in enumerate(named) if name in unknown)
        listed = ", ".join(map(shown, task.classes[:10])) + (", ..." if len(task.classes) > 10 else "")
        raise InputError(
            f"{place(row)}: the label {shown(name)} is none of the {len(task.classes)} known classes ({listed}); "
            "correct it, or leave the cell empty to leave the row out."
        )
    meant = {name: str(known[name]) for name in known}
    matched = labels.say_matched([(name, meant[name], found[name]) for name in meant])
    return Labels(task, _class_numbers(named, meant, task.classes), kept, (*missing, *matched))


def _class_numbers(named: list[str | None], known: dict[str, str], classes: tuple[str, ...]) -> np.ndarray:
    number = {name: place for place, name in enumerate(classes)}
    coded = {name: number[meant] for name, meant in known.items()}
    return np.array([coded[name] for name in named if name is not None], np.int32)


def _kept(cells: Cells, target: str, remedy: str) -> tuple[np.ndarray, tuple[Remark, ...]]:
    kept = labels.has_label(cells)
    if not kept.any():
        raise InputError(f"no row has a label in {target!r}; {remedy}.")
    count = int((~kept).sum())
    if not count:
        return kept, ()
    said = f"{counted(count, 'row')} {agreeing(count, 'has', 'have')} no label"
    return kept, (Remark("missing_labels", f"{said} in {target!r}; left out.", target),)


def _kind(cells: Cells, kept: np.ndarray, target: str, override: Kind | None, row_name: RowName) -> tuple[Kind, str]:
    if override is not None:
        what = "each distinct label is a class" if override == "classes" else "the labels are amounts to regress"
        return override, f"{target!r}: {what}, as --task {override} says."
    if not isinstance(cells, np.ndarray):
        _refuse_stray_texts(cells, kept, target, row_name)
        return "classes", f"{target!r} holds names, so each distinct one is a class."
    if ((np.floor(cells[kept]) != cells[kept]) | np.isinf(cells[kept])).any():
        return "regression", (
            f"{target!r} holds fractions, so they are amounts to regress; --task classes makes each a class."
        )
    distinct = len(np.unique(cells[kept]))
    if distinct <= MOST_INTEGER_CLASSES:
        return "classes", (
            f"{target!r} holds {distinct} distinct whole numbers, so each is a class; "
            "--task regression takes them as amounts."
        )
    return "regression", (
        f"{target!r} holds {distinct:,} distinct whole numbers, more than {MOST_INTEGER_CLASSES}, so they are amounts "
        "to regress; --task classes makes each a class."
    )


def _refuse_stray_texts(cells: list[str | None], kept: np.ndarray, target: str, row_name: RowName) -> None:
    """Refuse a column of amounts in which a few cells are texts: each amount would become a class."""
    found = labels.amounts(cells)
    stray = kept & ~np.isfinite(found)
    if stray.sum() <= 0.1 * kept.sum() and stray.any() and len(np.unique(found[kept & ~stray])) > MOST_INTEGER_CLASSES:
        row = int(np.flatnonzero(stray)[0])
        raise InputError(
            f"{row_name(row)}: the labels in {target!r} are numbers but for {int(stray.sum()):,}, such as "
            f"{shown(cells[row])}; correct or empty these cells, or use --task classes."
        )


def _amounts(cells: Cells, kept: np.ndarray, target: str, row_name: RowName) -> np.ndarray:
    found = labels.amounts(cells)
    wrong = kept & ~np.isfinite(found)
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise InputError(
            f"{row_name(row)}: a regression needs finite numbers in {target!r}; got {shown(str(cells[row]))}. "
            "Correct the cell, empty it to leave the row out, or use --task classes."
        )
    large = kept & (np.abs(found) > LARGEST_AMOUNT)
    if large.any():
        row = int(np.flatnonzero(large)[0])
        raise InputError(
            f"{row_name(row)}: amounts in {target!r} must lie within {LARGEST_AMOUNT:g} of 0, since errors are "
            f"squared; got {found[row]:g}. Rescale them, to millions say, or correct the cell."
        )
    return found[kept]
