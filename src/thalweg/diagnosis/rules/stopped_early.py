"""Training ended while it was still getting better."""

import numpy as np

from thalweg.diagnosis.case import Case
from thalweg.diagnosis.finding import Finding
from thalweg.diagnosis.settings import more_epochs
from thalweg.diagnosis.thresholds import CEILING_SCORE, ENOUGH, GAIN_NOTE, GAIN_WARN, LAST, TAIL


def stopped_early(case: Case) -> Finding | None:
    """Say that the validation loss fell clearly over the last fifth of the run.

    A warning only where the score rose with it by more than its standard error over the last third; a note else.
    Of a short run `short_run` says it.

    Source: Goodfellow et al., "Deep Learning", section 11.3.
    """
    by_epochs, by_time = case.ending == "all epochs were trained", case.ending.startswith("the time budget")
    losses, count = case.validation_loss, len(case.epoch)
    if case.short or not (by_epochs or by_time) or count <= ENOUGH or (case.sign > 0 and case.score > CEILING_SCORE):
        return None
    begin = count - 1 - max(1, round(LAST * count))
    # Medians of three, for one lucky evaluation is no trend; both curves must fall.
    gain, learned = (_fall(curve, begin, 0.01 * case.blind) for curve in (losses, case.training_loss))
    if not (gain > GAIN_NOTE and learned > 0) or int(np.nanargmin(losses)) < begin:
        return None
    earlier = case.sign * float(np.nanmax(case.sign * case.validation_score[: 1 + 2 * count // 3]))
    grown = case.sign * (case.score - earlier) > case.error(case.score)
    return Finding(
        symptom="stopped_early",
        severity="warning" if gain > GAIN_WARN and grown else "note",
        title="Stopped while still improving",
        evidence=f"The validation loss fell by {gain:.0%} over the last {LAST:.0%} of the run and was still falling.",
        why="More training would probably have given a better network.",
        cause="too few epochs" if by_epochs else "too little time",
        remedy="Train twice as long." if by_epochs else "Give it a longer time budget.",
        setting=more_epochs(case) if by_epochs else "",
    )


def _fall(losses: np.ndarray, begin: int, least: float) -> float:
    """Return the relative fall since `begin`; against at least `least`, for a half of nothing is nothing."""
    before, after = np.median(losses[max(0, begin - 1) : begin + 2]), np.median(losses[-TAIL:])
    return float(before - after) / max(float(after), least)
