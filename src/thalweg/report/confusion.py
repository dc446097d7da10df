"""Which classes are taken for which."""

from typing import NamedTuple

from thalweg.runs.outcome import Comparison

MOST_CLASSES = 30  # of a matrix that can still be read
LISTED = 20  # confusions and classes in the tables that stand for a larger matrix


class Line(NamedTuple):
    """One true class."""

    name: str
    counts: tuple[int, ...]  # predicted as each class
    rows: int
    recall: float  # NaN without rows
    precision: float  # NaN where it was never predicted


class Mistake(NamedTuple):
    """One way to be wrong."""

    truth: str
    predicted: str
    rows: int
    share: float  # of the true class's rows


class Confusion(NamedTuple):
    """A confusion matrix, prepared for reading."""

    names: tuple[str, ...]
    lines: tuple[Line, ...]  # in the order of the classes
    mistakes: tuple[Mistake, ...]  # the largest first, at most `LISTED`
    weakest: tuple[Line, ...]  # lowest recall first, at most `LISTED`, classes without rows left out
    drawn: bool  # whether the whole matrix is to be shown


def confusion(comparison: Comparison, names: tuple[str, ...]) -> Confusion:
    """Return a comparison of classes, ready to be shown.

    Args:
        comparison: With a confusion matrix.
        names: Of the classes, in its order; missing ones are numbered.

    Returns:
        The prepared matrix.
    """
    counts = comparison.confusion
    size = len(counts)
    names = (*names[:size], *(f"class {k}" for k in range(len(names), size)))
    predicted = [sum(row[k] for row in counts) for k in range(size)]
    lines = tuple(
        Line(
            names[k],
            counts[k],
            sum(counts[k]),
            _share(counts[k][k], sum(counts[k])),
            _share(counts[k][k], predicted[k]),
        )
        for k in range(size)
    )
    mistakes = [
        Mistake(names[i], names[j], counts[i][j], counts[i][j] / lines[i].rows)
        for i in range(size)
        for j in range(size)
        if i != j and counts[i][j]
    ]
    return Confusion(
        names,
        lines,
        tuple(sorted(mistakes, key=lambda m: -m.rows)[:LISTED]),
        tuple(sorted((line for line in lines if line.rows), key=lambda line: line.recall)[:LISTED]),
        size <= MOST_CLASSES,
    )


def _share(part: int, whole: int) -> float:
    return part / whole if whole else float("nan")
