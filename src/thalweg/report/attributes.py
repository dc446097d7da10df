"""How each of several yes/no answers was predicted."""

import math
from typing import NamedTuple

from thalweg.runs.outcome import AttributeRows, Comparison

LISTED = 200  # attributes in the table: those whose answers are predicted worst, where there are more


class Line(NamedTuple):
    """One attribute on one part."""

    name: str
    no: str  # the answer that counts as no
    yes: str
    rows: int  # whose answer is yes
    accuracy: float
    always: float  # accuracy of giving every row the answer that is commoner in the training part
    precision: float  # of those predicted yes; NaN where none was
    recall: float  # of those that are; NaN where none is


class Answers(NamedTuple):
    """All attributes, prepared for reading."""

    lines: tuple[Line, ...]  # in the order of the targets, or the worst first where not all are listed
    among: int
    behind: int  # attributes predicted no better than by always giving the commoner answer


def answers(comparison: Comparison, attributes: tuple[AttributeRows, ...]) -> Answers:
    """Return a comparison of attributes, ready to be shown.

    Args:
        comparison: With the answers of each.
        attributes: Their names and their answers in the training part.

    Returns:
        A line each.
    """
    lines = [_line(counts, known) for counts, known in zip(comparison.answers, attributes, strict=True)]
    behind = sum(line.accuracy <= line.always for line in lines)
    if len(lines) > LISTED:
        lines = sorted(lines, key=lambda line: line.accuracy - line.always)[:LISTED]
    return Answers(tuple(lines), len(attributes), behind)


def _line(counts: tuple[int, int, int, int], known: AttributeRows) -> Line:
    no_no, no_yes, yes_no, yes_yes = counts
    rows, yes = sum(counts), yes_no + yes_yes
    always = yes if known.yes_rows > known.no_rows else rows - yes
    return Line(
        known.name,
        known.no,
        known.yes,
        yes,
        _share(no_no + yes_yes, rows),
        _share(always, rows),
        _share(yes_yes, no_yes + yes_yes),
        _share(yes_yes, yes),
    )


def _share(part: int, whole: int) -> float:
    return part / whole if whole else math.nan
