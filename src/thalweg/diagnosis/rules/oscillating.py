"""A loss that goes up and down without getting anywhere."""

import numpy as np

from thalweg.diagnosis.case import Case
from thalweg.diagnosis.finding import Finding
from thalweg.diagnosis.settings import rate_times
from thalweg.diagnosis.thresholds import OSCILLATING_ROWS, SWING, TURNS


def oscillating(case: Case) -> Finding | None:
    """Say that the training loss turns at most evaluations, by a large share of a blind guess's loss.

    Source: CS231n notes, "Neural Networks Part 3", "Loss function".
    """
    losses = case.training_loss[len(case.training_loss) // 3 :]
    if case.short or len(losses) < OSCILLATING_ROWS:
        return None
    moves = np.diff(losses)
    turns = float(np.mean(np.sign(moves[1:]) != np.sign(moves[:-1])))
    swing = float(np.median(np.abs(moves)))
    if not (turns > TURNS and swing > SWING * case.blind):
        return None
    lower, setting = rate_times(case, 0.3)
    return Finding(
        symptom="oscillating",
        severity="warning",
        title="The loss goes up and down",
        evidence=f"The training loss turned at {turns:.0%} of the evaluations, by {swing:.3g} each time.",
        why="Much of the training undoes itself.",
        cause="steps too large for how much the gradient differs from batch to batch: rate too high or batch too small",
        remedy=f"Lower the rate to {lower}, or take a batch twice as large.",
        setting=setting,
    )
