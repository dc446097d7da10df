"""A loss that never came below a blind guess's."""

import numpy as np

from thalweg.diagnosis.case import Case, plain_name
from thalweg.diagnosis.finding import Finding
from thalweg.diagnosis.thresholds import ENOUGH, LEARNED


def learned_nothing(case: Case) -> Finding | None:
    """Say that the network found nothing, and whether a simple model does.

    Where no simple model beats the blind guess either, the data may hold nothing: a note. Without baselines it is
    a warning. A short run is not judged, nor one whose score is clearly better than a blind guess's: there the loss
    alone is slow.

    Source: Karpathy, "A Recipe for Training Neural Networks", 2019.
    """
    if len(case.epoch) < ENOUGH or np.nanmin(case.training_loss) < (1 - LEARNED) * case.blind:
        return None
    if case.short or case.above_blind(case.score):
        return None
    blind = case.blind_baseline
    others = [b for b in case.baselines if b is not blind]
    telling = [b for b in others if case.above_blind(b.score)]
    hopeless = bool(blind and others and not telling)
    found = f" A simple model ({plain_name(telling[0])}) scores {case.said(telling[0].score)}." if telling else ""
    none = " No simple model does better." if hopeless else ""
    # Without the check of the initial loss nobody knows what a blind guess costs.
    blindly = "a blind guess costs" if "initial loss" in case.checks else "the first was"
    return Finding(
        symptom="learned_nothing",
        severity="note" if hopeless else "warning",
        title="Nothing was learned",
        evidence=(
            f"The training loss never came below {float(np.nanmin(case.training_loss)):.4g}; {blindly} "
            f"{case.blind:.4g}.{found}{none}"
        ),
        why="The network answers the same whatever its inputs.",
        cause=(
            "the inputs may hold nothing about the target" if hopeless
            else "no gradient reaches the first layers: initial weights that are all alike, or saturated units"
        ),
        remedy=(
            "Look at how rows and labels were paired, and for inputs that matter." if hopeless
            else "Draw the initial weights at random and scale the inputs; then try another rate."
        ),
    )  # fmt: skip
