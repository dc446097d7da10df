"""A simple model does better."""

import numpy as np

from thalweg.diagnosis.case import Case, plain_name
from thalweg.diagnosis.finding import Finding
from thalweg.diagnosis.settings import more_epochs, rate_times
from thalweg.train.scores import METRICS
from thalweg.wording import counted


def worse_than_baseline(case: Case) -> Finding | None:
    """Say that a classic model on the same rows scores better, or as well.

    A warning where it is better by more than two standard errors of the difference; a note else. A short run is not
    compared.

    Source: Karpathy, "A Recipe for Training Neural Networks", 2019: begin with simple baselines.
    """
    best = case.best_baseline
    if case.short or best is None or not case.sign * (best.score - case.score) >= 0:
        return None
    evidence = (
        f"The network's validation {METRICS[case.metric].title} is {case.said(case.score)}, that of a simple model "
        f"({plain_name(best)}) {case.said(best.score)}"
    )
    if case.better_baseline() is None:
        return Finding(
            symptom="no_better_than_baseline",
            severity="note",
            title="No better than a simple model",
            evidence=f"{evidence}, on {counted(case.validation_rows, 'row')}.",
            why="Of two models that do about equally well, the simpler one is quicker, and easier to understand.",
            cause="the task is simple, the settings do not suit it, or the rows are too few to tell them apart",
            remedy="Use the simple model, change the settings, or compare both on more rows.",
        )
    longer = _still_learning(case)
    lower, setting = rate_times(case, 1 / 3)
    return Finding(
        symptom="worse_than_baseline",
        severity="warning",
        title="Worse than a simple model",
        evidence=f"{evidence}.",
        why="A network that is beaten by a simple model is not trained well, or not needed.",
        cause="the rate, the length of training or the penalty does not suit these data",
        remedy=f"{'Train longer' if longer else f'Lower the rate to {lower}'} first; or use the simple model.",
        setting=more_epochs(case) if longer else setting,
    )


def _still_learning(case: Case) -> bool:
    """Say whether training was cut off by its length with the lowest validation loss in its last fifth."""
    cut = case.ending == "all epochs were trained" or case.ending.startswith("the time budget")
    count = len(case.validation_loss)
    return cut and int(np.nanargmin(case.validation_loss)) >= count - 1 - count // 5
