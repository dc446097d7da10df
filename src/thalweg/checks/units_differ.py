"""Do the units of each layer start out different?"""

import numpy as np

from thalweg.checks.first_steps import TensorStep
from thalweg.checks.result import CheckResult
from thalweg.checks.tolerances import SAME_SHARE
from thalweg.errors import shown
from thalweg.wording import counted

_ADVICE = (
    "Units that begin alike and get one gradient stay alike, and do the work of one. Draw the weights at random: "
    'weights = {kind = "he_normal"} before relu, "glorot_normal" before tanh and sigmoid.'
)


def units_differ(tensors: dict[str, tuple[TensorStep, ...]], *, last: str) -> CheckResult | None:
    """Look for units that have the same weights and get the same gradient.

    Weights alone do not tell: a last layer of zeros gets another gradient for each class, and so does a layer of zeros
    at the end of a residual branch as soon as what follows it has moved. So both must be the same in each of the
    first steps. Biases are not judged.

    Args:
        tensors: Of the first steps, by path.
        last: Name of the last layer with weights, which is not judged.

    Returns:
        An error where at least half of a layer's units are copies of others, a warning where some are; None where no
        layer but the last has several units.

    Source: CS231n notes, "Neural Networks Part 2", "Pitfall: all zero initialization".
    """
    hidden = {
        path: np.all([step.same for step in steps], axis=0)
        for path, steps in tensors.items()
        if len(steps[0].same) > 1 and path.partition("/")[0] != last
    }
    if not hidden:
        return None
    shares = {path: float(same.sum() / (len(same) - 1)) for path, same in hidden.items()}
    worst = max(shares, key=shares.__getitem__)
    alike, units = int(hidden[worst].sum()) + (shares[worst] > 0), len(hidden[worst])
    others = sum(share > 0 for share in shares.values()) - 1
    more = f"; so it is in {counted(others, 'other tensor')}" if others > 0 else ""
    text = (
        f"{alike} of {units} units of {shown(worst)} have the weights of another one and get the same gradient{more}."
        if alike
        else f"No two units of the {counted(len(hidden), 'hidden weight tensor')} are the same."
    )
    return CheckResult(
        name="units differ",
        measured=shares[worst],
        expected=0.0,
        tolerance=0.0,
        unit="of a layer's units",
        passed=not alike,
        severity="error" if shares[worst] >= SAME_SHARE else "warning",
        text=text,
        advice=_ADVICE,
        where=worst if alike else "",
    )
