"""A simple model does better."""

import numpy as np

from thalweg.diagnosis.case import Case
from thalweg.diagnosis.finding import Finding
from thalweg.diagnosis.settings import more_epochs, rate_times
from thalweg.train.scores import METRICS


def worse_than_baseline(case: Case) -> Finding | None:
    """Say that a classic model on the same rows scores better by more than two standard errors of the difference.

    Source: Karpathy, "A Recipe for Training Neural Networks", 2019: begin with simple baselines.
    """
    better = case.better_baseline()
    if better is None:
        return None
    longer = _still_learning(case)
    lower, setting = rate_times(case, 1 / 3)
    return Finding(
        symptom="worse_than_baseline",
        severity="warning",
        title="Worse than a simple model",
        evidence=(
            f"The network's validation {METRICS[case.metric].title} is {case.score:.4g}; the {better.name} model's is "
            f"{better.score:.4g}."
        ),
        why="A network that is beaten by a simple model is not trained well, or not needed.",
        cause="the rate, the length of training or the penalty does not suit these data",
        remedy=f"{'Train longer' if longer else f'Try the rate {lower:g}'} first; or use the simple model.",
        setting=more_epochs(case) if longer else setting,
    )


def _still_learning(case: Case) -> bool:
    """Say whether training was cut off by its length with the lowest validation loss in its last fifth."""
    cut = case.ending == "all epochs were trained" or case.ending.startswith("the time budget")
    count = len(case.validation_loss)
    return cut and int(np.nanargmin(case.validation_loss)) >= count - 1 - count // 5
