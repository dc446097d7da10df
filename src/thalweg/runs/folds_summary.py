"""What the settings of a run come to in each fold, as a report shows it."""

from typing import NamedTuple


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
