"""A part of the network or its loss that a check found wrong before training."""

import math

from thalweg.diagnosis.case import Case
from thalweg.diagnosis.finding import Finding
from thalweg.diagnosis.rules.told_by_check import Told, told_by_check

BROKEN = ("gradient", "examples apart")  # checks whose failure is a fault of a part's own lines


_TOLD = {
    "gradient": Told(
        "wrong_gradient", "A gradient is wrong", "Steps that do not follow the loss downhill end somewhere else."
    ),
    "examples apart": Told(
        "mixed_examples",
        "Examples of a batch are mixed",
        "What the network says of a row then hangs on which others come with it.",
    ),
    "units differ": Told(
        "alike_units", "Units are copies of each other", "Units that begin alike and are moved alike stay one unit."
    ),
}


def broken_part(case: Case) -> Finding | None:
    """Say that a gradient is wrong, examples of a batch are mixed or units are alike, whatever the curves look like.

    Source: CS231n notes, "Neural Networks Part 3", "Gradient checks", and Part 2, "Weight initialization"; Karpathy, "A
    Recipe for Training Neural Networks", 2019: each example's outputs hang on its own inputs alone.
    """
    name = next((name for name in _TOLD if is_broken(case, name)), None)
    if name is None:
        return None
    check = case.checks[name]
    cause = f"the part that {check.where} belongs to" if check.where else "a part of the network or the loss"
    return told_by_check(check, _TOLD[name], cause)


def is_broken(case: Case, name: str) -> bool:
    """Say whether a check failed for good: where numbers are not finite, no single part is at fault."""
    check = case.checks.get(name)
    if check is None or not case.failed(name) or not math.isfinite(check.measured):
        return False
    # A layer may have some units that are alike by chance, or on purpose.
    return check.severity == "error" if name == "units differ" else True
