"""Flat for long, then a sudden drop."""

import numpy as np

from thalweg.diagnosis.case import Case
from thalweg.diagnosis.finding import Finding
from thalweg.diagnosis.thresholds import FALLEN, FLAT, FLAT_ROWS, FLAT_SHARE


def late_start(case: Case) -> Finding | None:
    """Say that the loss stayed at its first value before it fell.

    Source: CS231n notes, "Neural Networks Part 3", "Loss function": a start that depends on the initial weights.
    """
    losses = case.training_loss
    left = np.flatnonzero(np.abs(losses - case.first) > (1 - FLAT) * case.first)
    flat = int(left[0]) if len(left) else 0
    if case.short or flat <= FLAT_ROWS or flat < FLAT_SHARE * len(losses) or not case.last < FALLEN * case.first:
        return None
    return Finding(
        symptom="late_start",
        severity="warning",
        title="Training started late",
        evidence=(
            f"The training loss stayed at {case.first:.4g} until {case.at(flat - 1)}, then fell to {case.last:.4g}."
        ),
        why="The epochs before the drop taught nothing.",
        cause="initial weights too small for the signal to get through, or saturated units",
        remedy="Use the automatic initial weights, or rectified instead of saturating activations.",
        where=f"until {case.at(flat - 1)}",
    )
