"""Too few steps to judge by."""

import math

from thalweg.diagnosis.case import SHARES, Case
from thalweg.diagnosis.finding import Finding
from thalweg.diagnosis.settings import more_epochs
from thalweg.diagnosis.thresholds import CEILING_SCORE, HASTY, UNFINISHED
from thalweg.wording import counted


def short_run(case: Case) -> Finding | None:
    """Note that the run was too short to judge; not where it is done already.

    A warning where a patience of a few epochs ended it: so early, one evaluation that is no better says nothing.

    Source: Goodfellow et al., "Deep Learning", section 11.3.
    """
    if not case.short or (case.metric in SHARES and case.score > CEILING_SCORE):
        return None
    by_epochs, by_time = case.ending == "all epochs were trained", case.ending.startswith("the time budget")
    falling = "the loss was still falling" if case.still_falling else "too few to tell whether the loss will fall"
    remedy = "Train longer." if by_epochs else "Give it a longer time budget." if by_time else "Give it more patience."
    if case.ending.startswith("stopped by a finding"):
        remedy = "Mend what it was stopped for first."
    known = math.isfinite(case.step[-1])
    made = counted(case.steps, "step") if known else counted(len(case.epoch), "evaluation")
    hasty = case.ending.startswith("no better validation score") and _is_hasty(case)
    return Finding(
        symptom="hasty_stop" if hasty else "short_run",
        severity="warning" if hasty else "note",
        title="It was stopped before it had begun to learn" if hasty else "The run was short",
        evidence=f"The run made {made}; {falling}.",
        why="A loss that is high after so few steps says nothing about the rate, the network or the data.",
        cause="too little time" if by_time else "too little patience" if hasty else "few epochs of few steps",
        remedy=remedy,
        setting=more_epochs(case) if by_epochs else "",
    )


def _is_hasty(case: Case) -> bool:
    """Say whether a patience of less than five epochs ended it, with hardly anything learned."""
    training = None if case.experiment is None else case.experiment.training
    early = training is not None and float(training.patience) < min(HASTY, float(training.epochs) / 2)
    return early and case.last > UNFINISHED * case.first
