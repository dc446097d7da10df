"""Fast at first, then stuck high: steps too large to go down further."""

import numpy as np

from thalweg.diagnosis.case import Case
from thalweg.diagnosis.finding import Finding
from thalweg.diagnosis.settings import rate_said, rate_times
from thalweg.diagnosis.thresholds import ENOUGH, RATIO_HIGH, RATIO_WANTED, SURGE_ROWS


def rate_too_high(case: Case) -> Finding | None:
    """Say that the loss shot up, or that it is stuck, the updates large for the weights and the outcome poor.

    A loss that is still falling is not stuck, nor is that of a short run.

    Source: CS231n notes, "Neural Networks Part 3", "Loss function" and "Ratio of weights:updates".
    """
    highest, shot_up = float(np.nanmax(case.training_loss)), surged(case)
    ended = len(case.epoch) >= ENOUGH and not case.short and not case.still_falling
    stuck = ended and case.ratio > RATIO_HIGH and case.poor
    if not (shot_up or stuck):
        return None
    factor = 0.01 if case.ratio > 100 * RATIO_WANTED else 0.1
    lower, setting = rate_times(case, factor)
    return Finding(
        symptom="rate_too_high",
        severity="warning",
        title="The learning rate is too high",
        evidence=(
            f"The training loss rose from {case.first:.3g} to {highest:.3g} and came to {case.last:.3g}." if shot_up
            else f"A typical step changes the weights by {case.ratio:.1%} of their size; about {RATIO_WANTED:.1%} is "
            f"wanted. The training loss is stuck at {case.last:.3g}."
        ),
        why="Steps this large jump about in the valley instead of going down into it.",
        cause=f"{rate_said(case)} is too high",
        remedy=f"Lower the rate to {lower}.",
        setting=setting,
    )  # fmt: skip


def surged(case: Case) -> bool:
    """Say whether the training loss was far above its first value, and a blind guess's, more than once."""
    return int(np.sum(case.training_loss > case.surge)) >= SURGE_ROWS
