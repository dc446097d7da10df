"""A number that was no longer finite, or a loss that only rose."""

import re

import numpy as np

from thalweg.diagnosis.case import Case
from thalweg.diagnosis.finding import Finding
from thalweg.diagnosis.settings import rate_said, rate_times
from thalweg.diagnosis.thresholds import ENOUGH, RISEN, RISEN_BLIND, TAIL

_ENDING = re.compile(r"(?P<tensor>.+) was no longer a finite number at (?P<unit>step|epoch) (?P<step>\d+)")
_WHY = "Nothing can be learned from such numbers"
_KEPT = "; the weights kept are those of the best evaluation before."


def diverged(case: Case) -> Finding | None:
    """Say that training blew up: by the ending's words, or by three last losses far above the lowest.

    Source: CS231n notes, "Neural Networks Part 3", "Loss function": the curve of a very high rate.
    """
    lower, setting = rate_times(case, 0.1)
    found = _ENDING.fullmatch(case.ending)
    cause = f"{rate_said(case)} is too high"
    remedy = f"Lower the rate to {lower}."
    if found:
        tensor, unit, step = found["tensor"], found["unit"], int(found["step"])
        if step == 0:
            cause, remedy = "the initial weights or the inputs are far too large", "Scale the inputs; " + remedy.lower()
        evidence = f"{tensor[0].upper()}{tensor[1:]} was no longer a finite number at {unit} {step:,}."
        return Finding(
            symptom="diverged",
            severity="error",
            title="Training diverged",
            evidence=evidence,
            why=_WHY + ("." if case.experiment is None else _KEPT),
            cause=cause,
            remedy=remedy,
            setting=setting,
            where=f"{tensor.removeprefix('the gradient of ')}, {unit} {step}",
        )
    losses = case.training_loss
    if len(losses) < ENOUGH:
        return None
    lowest = float(np.nanmin(losses))
    least = lowest + (RISEN - 1) * abs(lowest) + RISEN_BLIND * abs(case.blind)
    if case.short:  # a rise may be a swing that dies down, unless it is as large as that of a surge
        least = max(least, case.surge)
    if not (losses[-TAIL:] > least).all():
        return None
    at = int(np.nanargmin(losses))
    return Finding(
        symptom="diverged",
        severity="error",
        title="The training loss rose and stayed up",
        evidence=(f"The training loss was {lowest:.3g} after {case.at(at)} and is {case.last:.3g} {case.now}."),
        why="Each step is meant to lower this loss; one that rises for good is stepping over the valley.",
        cause=cause,
        remedy=remedy,
        setting=setting,
        where=f"{case.at(at)} to {case.at(-1)}",
    )
