"""Steep at first, steady then: as it should be."""

import math

from thalweg.diagnosis.case import Case
from thalweg.diagnosis.finding import Finding
from thalweg.diagnosis.settings import rate_said
from thalweg.diagnosis.thresholds import LEARNED


def healthy(case: Case) -> Finding | None:
    """Say that the loss fell as it should; to be asked only where no other rule has warned.

    The outcome is not praised: the score may be poor, or a simple model as good, whatever the loss did.

    Source: CS231n notes, "Neural Networks Part 3", "Loss function": the curve of a good rate.
    """
    if not case.last < (1 - LEARNED) * case.blind:
        return None
    measured = f" A typical step changes the weights by {case.ratio:.2%} of their size."
    ratio = "" if math.isnan(case.ratio) else measured
    return Finding(
        symptom="healthy",
        severity="good",
        title="The loss fell as it should",
        evidence=f"On the training rows it fell from {case.first:.3g} to {case.last:.3g}.{ratio}",
        why="A loss that falls steeply at first and steadily then is that of a rate that suits.",
        cause=f"{rate_said(case)} suits the network and the data",
        remedy="Keep the rate.",
    )
