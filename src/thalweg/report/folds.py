"""What cross-validation came to, in sentences and a table."""

import math
from typing import NamedTuple

from thalweg.report.numbers import amount, count, difference, metric_of, scored
from thalweg.runs.folds_summary import FoldsSummary


class FoldLine(NamedTuple):
    """One fold in a table."""

    name: str
    rows: str
    score: str
    epoch: str
    ending: str


class FoldsView(NamedTuple):
    """What a page shows of cross-validation, beside its picture."""

    sentences: tuple[str, ...]
    title: str  # of the score
    folds: tuple[FoldLine, ...]


def folds_lines(folds: FoldsSummary) -> list[str]:
    """Return what cross-validation came to.

    Args:
        folds: Of a run.

    Returns:
        Sentences: the mean, how far the folds are apart, and how long to train.
    """
    title, number = metric_of(folds.metric).title, len(folds.folds)
    lost = sum(fold.failed for fold in folds.folds)
    if lost or not math.isfinite(folds.mean):
        why = next((fold.ending for fold in folds.folds if fold.failed), "there was no score")
        return [f"In {lost or 'some'} of {number} folds the run failed ({why}), so that there is no mean {title}."]
    scores = [fold.score for fold in folds.folds]
    low, high = scored(folds.metric, min(scores)), scored(folds.metric, max(scores))
    return [
        f"Over {number} folds {title} is {scored(folds.metric, folds.mean)} on average, with a standard deviation of "
        f"{difference(folds.metric, folds.deviation)} from fold to fold ({low} to {high}).",
        f"The best epoch is {amount(folds.epochs)} in the median: each score is that of the fold's own best, which "
        "flatters a little.",
    ]


def folds_view(folds: FoldsSummary) -> FoldsView:
    """Return what a page shows of cross-validation.

    Args:
        folds: Of a run.

    Returns:
        Sentences and a table.
    """
    return FoldsView(
        tuple(folds_lines(folds)),
        metric_of(folds.metric).title,
        tuple(
            FoldLine(
                f"fold {place}",
                f"{count(fold.training)} and {count(fold.validation)}",
                scored(folds.metric, fold.score),
                amount(fold.epoch),
                fold.ending,
            )
            for place, fold in enumerate(folds.folds, 1)
        ),
    )
