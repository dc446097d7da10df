"""What the settings of a run come to in each fold, as a report shows it."""

from typing import NamedTuple

from thalweg.runs.search_record import MOST_FOLDS


class FoldRow(NamedTuple):
    """One fold."""

    training: int  # rows
    validation: int
    score: float  # the best on its validation rows; NaN where the run failed
    epoch: float  # after which it was reached
    ending: str
    failed: bool


class FoldsSummary(NamedTuple):
    """All folds."""

    metric: str
    folds: tuple[FoldRow, ...]
    mean: float  # of the scores; NaN where one failed
    deviation: float  # standard deviation of the scores, divided by k - 1
    epochs: float  # median over the folds of the epoch of the best score


def folds_sound(folds: FoldsSummary, metric: str) -> bool:
    """Say whether what was read from a file can be: a file may say anything.

    Args:
        folds: As read.
        metric: Of the run.

    Returns:
        False for another metric, fewer than two folds or more than there may be, or one without rows.
    """
    rows = all(min(fold.training, fold.validation) > 0 for fold in folds.folds)
    return folds.metric == metric and 2 <= len(folds.folds) <= MOST_FOLDS and rows
