"""Several yes/no answers a row, which do not exclude each other, as zeros and ones.

Each answer has a column of its own. Which of its two values counts as yes is settled by their order, never guessed
from what they mean.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from thalweg.data import labels
from thalweg.data.labels import Cells, Labels, RowName, row_from_zero
from thalweg.data.source import Attribute, Remark, Task
from thalweg.errors import InputError, shown
from thalweg.wording import agreeing, counted

MOST_ATTRIBUTES = 5_000
SHOWN = 5  # attributes or values listed in one sentence

Values = np.ndarray | Sequence[Any]


def named_columns(values: Any, target: str) -> dict[str, Values]:
    """Part answers into their columns.

    Args:
        values: (n,) or (n, k) answers; or columns of them by name.
        target: What they are called.

    Returns:
        The columns by name: named ones as they are; else of one the target's, of several the target's and
        their place.

    Raises:
        InputError: If `values` has more axes than two, rows of different lengths, or too many columns.

    Example:
        >>> {name: column.tolist() for name, column in named_columns(np.array([[0, 1], [1, 1]]), "y").items()}
        {'y_0': [0, 1], 'y_1': [1, 1]}
    """
    if isinstance(values, Mapping):
        _require_few(len(values), target)
        return dict(values)
    array = labels.label_array(values, target=target)
    if array.ndim == 1 or (array.ndim == 2 and array.shape[1] == 1):
        return {target: array.reshape(len(array))}
    if array.ndim != 2 or not array.shape[1]:
        raise InputError(f"answers must be (n,) or (n, k), k a row; those of {target!r} have shape {array.shape}.")
    _require_few(array.shape[1], target)
    return {f"{target}_{j}": array[:, j] for j in range(array.shape[1])}


def infer_attributes(columns: Mapping[str, Values], *, row_name: RowName = row_from_zero) -> Labels:
    """Find out what the two answers of each column are, and encode them.

    Args:
        columns: The answers by column, (n,) each: numbers, truth values or texts. Spellings are matched as those of
            classes are. NaN, None, "" and the usual words for a missing value mean no answer.
        row_name: How a message names row i.

    Returns:
        The task, the answers (n, k) of the rows that have them all, which rows these are, and what to say about it.
        The first value in order is no and 0, the second yes and 1.

    Raises:
        InputError: If no row has an answer in every column, a column has one value or more than two, or there are more
            than 5,000 columns.

    Example:
        >>> found = infer_attributes({"old": [0, 1, 1], "tall": ["no", "yes", None]})
        >>> found.task.attributes[1], found.targets.tolist()
        (Attribute(name='tall', no='no', yes='yes'), [[0, 0], [1, 1]])
    """
    target = ", ".join(columns)
    _require_few(len(columns), target)
    cells = {name: labels.read_labels(values, target=name, row_name=row_name) for name, values in columns.items()}
    kept, missing = _kept(cells, target, "choose other targets, or fill in their answers")
    attributes, encoded, matched = [], [], Counter()
    for name, column in cells.items():
        named = [label for label, keep in zip(labels.names(column), kept, strict=True) if keep]
        found = Counter(label for label in named if label is not None)
        known, _ = labels.join_spellings(found)
        no, yes = _two(name, labels.in_order(known.values()))
        attributes.append(Attribute(name, no, yes))
        encoded.append(np.array([known[str(label)] == yes for label in named], np.int32))
        matched.update({(label, known[label]): count for label, count in found.items()})
    said = Remark("task", _counted_as_yes(attributes), target)
    task = Task("attributes", target, (), tuple(attributes))
    return Labels(task, np.stack(encoded, axis=1), kept, (*missing, said, *_say_matched(matched, target)))


def encode_attributes(
    columns: Mapping[str, Values], task: Task, *, path: str, row_name: RowName = row_from_zero
) -> Labels:
    """Encode the answers of another file by a task that is already known.

    Args:
        columns: The answers by column, as for `infer_attributes`, of the attributes' names or in their order.
        task: What the first file's answers were found to be.
        path: The file, for messages.
        row_name: How a message names row i.

    Returns:
        `task` itself, the answers (n, k) of the rows that have them all, which rows these are, and what to say.

    Raises:
        InputError: If there are more or fewer columns than attributes, an answer is neither of its attribute's two (the
            row, the column and the value are named), or no row has an answer in every column.
    """

    def place(row: int) -> str:
        return f"{path}, {row_name(row)}" if path else row_name(row)

    if len(columns) != len(task.attributes):
        wanted = counted(len(task.attributes), "answer")
        raise InputError(f"{path}: wanted {wanted} a row, as the first data have; got {len(columns):,}.")
    if all(attribute.name in columns for attribute in task.attributes):  # in whatever order they come
        columns = {attribute.name: columns[attribute.name] for attribute in task.attributes}
    cells = [
        labels.read_labels(values, target=attribute.name, row_name=place)
        for attribute, values in zip(task.attributes, columns.values(), strict=True)
    ]
    kept, missing = _kept(
        {attribute.name: column for attribute, column in zip(task.attributes, cells, strict=True)},
        task.target,
        f"give a file with answers instead of {path}",
    )
    encoded, matched = [], Counter()
    for attribute, column in zip(task.attributes, cells, strict=True):
        named = labels.names(column)
        found = Counter(label for label, keep in zip(named, kept, strict=True) if keep and label is not None)
        known = labels.match_spellings(sorted(found), (attribute.no, attribute.yes))
        unknown = {label for label, meant in known.items() if meant is None}
        if unknown:
            row, label = next((row, label) for row, label in enumerate(named) if kept[row] and label in unknown)
            raise InputError(
                f"{place(row)}: the answer {shown(label)} in {attribute.name!r} is neither {shown(attribute.no)} nor "
                f"{shown(attribute.yes)}; correct it, or leave the cell empty to leave the row out."
            )
        encoded.append(np.array([known[str(label)] == attribute.yes for label in np.array(named)[kept]], np.int32))
        matched.update({(label, str(meant)): found[label] for label, meant in known.items()})
    return Labels(task, np.stack(encoded, axis=1), kept, (*missing, *_say_matched(matched, task.target)))


def _require_few(count: int, target: str) -> None:
    if count > MOST_ATTRIBUTES:
        raise InputError(
            f"{shown(target[:40])} and so on: {count:,} attributes; at most {MOST_ATTRIBUTES:,} are learned at once. "
            "Give fewer of them, and the others to a second run."
        )


def _kept(cells: Mapping[str, Cells], target: str, remedy: str) -> tuple[np.ndarray, tuple[Remark, ...]]:
    """Return which rows have an answer in every column, and what to say of the others."""
    there = np.stack([labels.has_label(column) for column in cells.values()], axis=1)
    kept, full = np.logical_and.reduce(there, axis=1), np.logical_and.reduce(there, axis=0)
    lacking = [name for name, whole in zip(cells, full, strict=True) if not whole]
    if not kept.any():
        raise InputError(f"no row has an answer in each of {_listed(lacking or list(cells))}; {remedy}.")
    count = int((~kept).sum())
    if not count:
        return kept, ()
    said = f"{counted(count, 'row')} {agreeing(count, 'lacks', 'lack')} an answer in {_listed(lacking)}; left out."
    return kept, (Remark("missing_labels", said, target),)


def _say_matched(matched: Counter[tuple[str, str]], target: str) -> list[Remark]:
    """Say which answers were read as others, once for all attributes: many of them may be spelt alike."""
    said = labels.say_matched([(*pair, count) for pair, count in sorted(matched.items())], of="answer")
    return [remark._replace(where=target) for remark in said]


def _two(name: str, found: tuple[str, ...]) -> tuple[str, str]:
    if len(found) == 2:
        first, second = found
        # Of "Yes" and "no" the second is yes as well: capitals, which come before all other letters, decide nothing.
        plain = [label.casefold() for label in found]
        return (first, second) if labels.in_order(plain)[0] == plain[0] else (second, first)
    if len(found) < 2:
        raise InputError(
            f"every row has the answer {_listed(found)} in {name!r}; an attribute has two, such as yes and no. Leave "
            "the column out of the targets."
        )
    raise InputError(
        f"{name!r} holds {len(found):,} different values ({_listed(found)}); an attribute has two, such as yes and no. "
        "Leave the column out of the targets, or predict it in a run of its own."
    )


def _counted_as_yes(attributes: Sequence[Attribute]) -> str:
    listed = ", ".join(f"{a.yes!r} in {a.name!r} (no is {a.no!r})" for a in attributes[:SHOWN])
    more = f" and {len(attributes) - SHOWN:,} more" if len(attributes) > SHOWN else ""
    return f"{counted(len(attributes), 'attribute')}, each answered for itself; as yes counts {listed}{more}."


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - SHOWN:,} more" if len(names) > SHOWN else ""
    return ", ".join(shown(name) for name in names[:SHOWN]) + more
