"""Is the gradient that training follows the gradient of the objective?"""

import jax
import numpy as np

from thalweg.checks.numerical_gradient import VALUES, Compared, TensorGradient, compare_gradients
from thalweg.checks.result import CheckResult
from thalweg.checks.tolerances import (
    GRADIENT_ENTRIES,
    GRADIENT_FINE,
    GRADIENT_KINKS,
    GRADIENT_PARAMETERS,
    GRADIENT_WORK,
    GRADIENT_WRONG,
    GRADIENT_ZERO,
)
from thalweg.errors import InputError, shown
from thalweg.network.noise import without_noise
from thalweg.network.work import layer_work
from thalweg.spec import replaced
from thalweg.train.state import Member
from thalweg.wording import counted

_ADVICE = (
    "Look at the derivative of what this tensor's numbers go through: a layer, activation, loss or penalty of your "
    "own, its custom derivative, a number taken out of the gradient on purpose, a sum over the wrong axis."
)


def check_gradient(member: Member, x: np.ndarray, targets: np.ndarray, *, seed: int) -> CheckResult:
    """Hold a fresh network's gradient against differences of its objective, on a few examples.

    Dropout, noise and rounding to 16 bits are left out; the penalty is in.

    Args:
        member: Fresh, without a population axis; gives objective, parameters and state.
        x: (n, ...) a few preprocessed examples.
        targets: Theirs.
        seed: Draws what is compared.

    Returns:
        An error from 1% on, else a warning; not judged for networks so large that it would take long, for those without
        parameters, and where a function of the user's takes no numbers of 64 bits.
    """
    objective = member.learner.objective
    network = replaced(without_noise(objective.network), precision="full")
    params, state = member.carry.params, member.carry.state
    sizes = [leaf.size for leaf in jax.tree.leaves(params)]
    if not sizes:
        return _unjudged("The network has no parameters, so there is no gradient to check.")
    work = [row.multiply_adds for row in layer_work(network, x.shape[1:])]
    each = sum(number or 0 for number in work) + sum(sizes)
    rows = min(len(x), int(GRADIENT_WORK // (each * VALUES * (GRADIENT_ENTRIES + 1) * len(sizes))))
    if sum(sizes) > GRADIENT_PARAMETERS or rows < 1:
        return _unjudged(f"A network of {counted(sum(sizes), 'parameter')} would take long to check, so it is not.")
    try:
        compared = compare_gradients(
            replaced(objective, network=network), params, state, x[:rows], targets[:rows], seed=seed
        )
    except (InputError, TypeError) as error:  # a user's own function may be for 32 bits, and train well in them
        return _unjudged(f"The gradient could not be compared, for that takes 64 bits: {str(error)[:200]}")
    return gradient_check(compared)


def gradient_check(compared: Compared) -> CheckResult:
    """Judge how well gradients agree with differences.

    Args:
        compared: Of every tensor.

    Returns:
        Passed where each tensor's relative error is at most 1e-6, or 1e-4 where kinks were met; a tensor whose gradient
        is 0 but for rounding passes. An error from 1e-2 on, or where a number is not finite; a warning below that.

    Source: CS231n notes, "Neural Networks Part 3", "Gradient checks".
    """
    known = [tensor for tensor in compared.tensors if tensor.compared]
    if not known:
        return _unjudged("No gradient could be compared: the objective has kinks all around, or computes in 32 bits.")
    kinks = sum(tensor.kinks for tensor in compared.tensors)
    limit = GRADIENT_KINKS if kinks else GRADIENT_FINE
    wrong = [tensor for tensor in known if not _fits(tensor, limit, compared.value)]
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
        text=f"{_said(wrong, worst, len(known), len(compared.tensors))}{left}",
        advice=_ADVICE,
        where=worst.tensor if wrong else "",
    )


def _said(wrong: list[TensorGradient], worst: TensorGradient, judged: int, among: int) -> str:
    if not wrong:
        which = counted(among, "tensor") if judged == among else f"{judged} of {counted(among, 'tensor')}"
        return (
            f"The gradient of {which} agrees with differences of the objective; the largest "
            f"relative error is {worst.error:.1g}."
        )
    others = [tensor.tensor for tensor in wrong if tensor is not worst]
    more = f"; so {'is' if len(others) == 1 else 'are'} {_listed(others)}" if others else ""
    return (
        f"The gradient of {shown(worst.tensor)} is off by {worst.error:.2g} of its length against differences of the "
        f"objective{more}."
    )


def _listed(names: list[str]) -> str:
    return ", ".join(map(shown, names[:3])) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _fits(tensor: TensorGradient, limit: float, value: float) -> bool:
    return _is_zero(tensor, value) or tensor.error <= limit


def _is_zero(tensor: TensorGradient, value: float) -> bool:
    return bool(np.isfinite([tensor.error, value]).all()) and tensor.larger <= GRADIENT_ZERO * abs(value)


def _unjudged(text: str) -> CheckResult:
    return CheckResult(
        "gradient", 0.0, 0.0, GRADIENT_KINKS, "of the gradient's length", True, "note", text, "", "", False
    )
