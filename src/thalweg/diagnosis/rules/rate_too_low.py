"""Flat or a straight line: steps too small to get anywhere."""

import math

import numpy as np

from thalweg.diagnosis.case import Case
from thalweg.diagnosis.finding import Finding
from thalweg.diagnosis.settings import rate_said, rate_times
from thalweg.diagnosis.thresholds import (
    ENOUGH,
    LINEAR,
    RATIO_LOW,
    RATIO_WANTED,
    STILL,
    TINY_RATIO,
    UNFINISHED,
)


def rate_too_low(case: Case) -> Finding | None:
    """Say that the loss falls in a straight line, is far from done, and the updates are tiny.

    Without measured updates the loss must have moved by less than a tenth, and downwards nearly all the time. In a
    short run the updates must be tinier still.

    Source: CS231n notes, "Neural Networks Part 3", "Loss function": the curve of a low rate.
    """
    losses = case.training_loss
    if len(losses) < ENOUGH or not case.last > UNFINISHED * case.first:
        return None
    middle = len(losses) // 2
    before, after = losses[0] - losses[middle], losses[middle] - losses[-1]
    straight = after >= LINEAR * before * (len(losses) - 1 - middle) / middle
    moved = 1 - case.last / case.first
    # Where the gradient is lost on its way to the first layer, the network is at fault and not the rate.
    small = case.ratio < RATIO_LOW * (TINY_RATIO if case.short else 1.0) and not case.vanishing
    unknown = not case.gradients and not case.short and 0 < moved < STILL and bool(np.mean(np.diff(losses) < 0) > 0.9)
    if not ((small and (straight or moved < STILL)) or (unknown and straight)):
        return None
    factor = 10.0 if not small else 10.0 ** min(4, max(1, round(math.log10(RATIO_WANTED / max(case.ratio, 1e-12)))))
    higher, setting = rate_times(case, factor)
    measured = f" A typical step changes the weights by {case.ratio:.1e} of their size; about 1e-3 is wanted."
    return Finding(
        symptom="rate_too_low",
        severity="warning",
        title="The learning rate is too low",
        evidence=(
            f"The training loss went from {case.first:.4g} to {case.last:.4g} until {case.at(-1)}, nearly "
            f"in a straight line.{measured if small else ''}"
        ),
        why="At this pace the time is over long before the bottom is reached.",
        cause=f"{rate_said(case)} is too low",
        remedy=f"Raise the rate to {higher}.",
        setting=setting,
    )
