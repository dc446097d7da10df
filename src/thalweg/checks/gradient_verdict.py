"""What tensors' gradients, held against differences, say of a function: one verdict, in words."""

import numpy as np

from thalweg.checks.result import CheckResult
from thalweg.checks.slopes import Compared, TensorGradient, rounding
from thalweg.checks.tolerances import GRADIENT_FINE, GRADIENT_KINKS, GRADIENT_STEP, GRADIENT_WRONG, GRADIENT_ZERO
from thalweg.errors import shown
from thalweg.wording import counted

_ADVICE = (
    "Look at the derivative of what this tensor's numbers go through: a layer, activation, loss or penalty of your "
    "own, its custom derivative, a number taken out of the gradient on purpose, a sum over the wrong axis."
)


def gradient_check(compared: Compared, *, of: str = "the objective") -> CheckResult:
    """Judge how well gradients agree with differences.

    Args:
        compared: Of every tensor.
        of: What was differentiated, for the text.

    Returns:
        Passed where each tensor's relative error is at most 1e-6, or 1e-4 where kinks were met or it is along
        directions, or what the rounding of a large value comes to; a tensor whose gradient is 0 but for rounding
        passes. An error from 1e-2 on, or where a number is not finite; a warning below that.

    Source: CS231n notes, "Neural Networks Part 3", "Gradient checks".
    """
    known = [tensor for tensor in compared.tensors if tensor.compared]
    if not known:
        return unjudged(f"No gradient could be compared: {of} has kinks all around, or computes in 32 bits.")
    kinks, limit = _kinks(compared), _limit(compared)
    wrong = [tensor for tensor in known if tensor.tensor in wrong_tensors(compared)]
    judged = [tensor for tensor in known if not _is_zero(tensor, compared.value)]
    worst = max(wrong or judged or known, key=lambda tensor: np.inf if np.isnan(tensor.error) else tensor.error)
    grave = bool(wrong) and not worst.error < GRADIENT_WRONG  # written so that NaN is grave
    left = f" {counted(kinks, 'comparison')} at kinks left out." if kinks else ""
    return CheckResult(
        name="gradient",
        measured=worst.error if wrong or judged else 0.0,
        expected=0.0,
        tolerance=limit,
        unit="of the gradient's length",
        passed=not wrong,
        severity="error" if grave else "warning",
        text=f"{_said(wrong, worst, len(known), compared, of)}{left}",
        advice=_ADVICE,
        where=worst.tensor if wrong else "",
    )


def wrong_tensors(compared: Compared) -> tuple[str, ...]:
    """Return the paths of the tensors whose gradient does not pass.

    Args:
        compared: Of every tensor.

    Returns:
        Paths, in order.
    """
    known = [tensor for tensor in compared.tensors if tensor.compared and not _is_zero(tensor, compared.value)]
    limit = _limit(compared)
    # Written so that NaN is wrong. Along directions rounding is taken account of where slopes are compared.
    noise = 0.0 if compared.along or not np.isfinite(compared.value) else rounding(compared.value, GRADIENT_STEP)
    return tuple(tensor.tensor for tensor in known if not tensor.error <= max(limit, noise / (tensor.larger or 1.0)))


def unjudged(text: str) -> CheckResult:
    """Return the result where there was nothing to go by.

    Args:
        text: Why.

    Returns:
        Neither passed nor failed.
    """
    return CheckResult(
        "gradient", 0.0, 0.0, GRADIENT_KINKS, "of the gradient's length", True, "note", text, "", "", False
    )


def _said(wrong: list[TensorGradient], worst: TensorGradient, judged: int, compared: Compared, of: str) -> str:
    if not wrong:
        among = counted(len(compared.tensors), "random direction" if compared.along else "tensor")
        which = among if judged == len(compared.tensors) else f"{judged} of {among}"
        which = f"along {which}" if compared.along else f"of {which}"
        told = f"the largest relative error is {worst.error:.1g}"
        return f"The gradient {which} agrees with differences of {of}; {told}."
    others = [tensor.tensor for tensor in wrong if tensor is not worst]
    more = f"; so {'is' if len(others) == 1 else 'are'} {_listed(others)}" if others else ""
    return (
        f"The gradient of {shown(worst.tensor)} is off by {worst.error:.2g} of its length against differences of "
        f"{of}{more}."
    )


def _listed(names: list[str]) -> str:
    return ", ".join(map(shown, names[:3])) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _limit(compared: Compared) -> float:
    return GRADIENT_KINKS if compared.along or _kinks(compared) else GRADIENT_FINE


def _kinks(compared: Compared) -> int:
    return sum(tensor.kinks for tensor in compared.tensors)


def _is_zero(tensor: TensorGradient, value: float) -> bool:
    return bool(np.isfinite([tensor.error, value]).all()) and tensor.larger <= GRADIENT_ZERO * abs(value)
