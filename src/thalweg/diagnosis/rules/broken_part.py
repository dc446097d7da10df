"""A part of the network or its loss that a check found wrong before training."""

import math

from thalweg.diagnosis.case import Case
from thalweg.diagnosis.finding import Finding

BROKEN = ("gradient", "examples apart")  # checks whose failure no training makes good


def broken_part(case: Case) -> Finding | None:
    """Say that a gradient is wrong, or that examples of a batch are mixed, whatever the curves look like.

    Source: CS231n notes, "Neural Networks Part 3", "Gradient checks"; Karpathy, "A Recipe for Training Neural
    Networks", 2019: each example's outputs hang on its own inputs alone.
    """
    # Where numbers are not finite, the derivative is not what is at fault.
    name = next((name for name in BROKEN if case.failed(name) and math.isfinite(case.checks[name].measured)), None)
    if name is None:
        return None
    check = case.checks[name]
    wrong = name == "gradient"
    return Finding(
        symptom="wrong_gradient" if wrong else "mixed_examples",
        severity=check.severity,
        title="A gradient is wrong" if wrong else "Examples of a batch are mixed",
        evidence=check.text,
        why=(
            "Steps that do not follow the loss downhill end somewhere else." if wrong
            else "What the network says of a row then hangs on which others come with it."
        ),
        cause=f"the part that {check.where} belongs to" if check.where else "a part of the network or the loss",
        remedy=check.advice,
        where=check.where,
    )  # fmt: skip
