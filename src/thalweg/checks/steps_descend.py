"""Does the update rule go down?"""

import math

from thalweg.checks.first_steps import TensorStep
from thalweg.checks.result import CheckResult
from thalweg.checks.tolerances import ASCENT
from thalweg.errors import shown
from thalweg.wording import counted

_ADVICE = (
    "Updates are added to the parameters, so a rule must give minus the rate times the gradient, or what it makes of "
    "it. Look for a sign that is missing, or there twice."
)


def steps_descend(tensors: dict[str, tuple[TensorStep, ...]], sizes: dict[str, int]) -> CheckResult | None:
    """Hold the first step against the gradient, tensor by tensor.

        <dW, g'> < 0,    g' = g - (<g, W> / <W, W>) W

    What of the gradient lies along the weights is left out, for that is where their decay goes. Rules by signs, and
    such as add noise, go down too: only an angle to the gradient that chance does not explain is a rise.

    Args:
        tensors: Of the first steps, by path.
        sizes: How many numbers each holds.

    Returns:
        An error where a tensor was moved up its gradient; None where nothing was moved.

    Source: CS231n notes, "Optimization: Stochastic Gradient Descent", "Computing the gradient".
    """
    moved = {path: steps[0].ascent for path, steps in tensors.items() if steps[0].ascent != 0}
    if not moved:
        return None
    rising = [path for path, ascent in moved.items() if not ascent <= _tolerance(sizes[path])]
    worst = max(rising or moved, key=moved.__getitem__)
    others = f"; {counted(len(rising) - 1, 'other tensor')} likewise" if len(rising) > 1 else ""
    text = (
        f"The first step moves {shown(worst)} up the gradient, at a cosine of {moved[worst]:.2g} to it{others}."
        if rising
        else f"The first step moves {counted(len(moved), 'tensor')} down the gradient; the smallest cosine to its "
        f"opposite is {-moved[worst]:.2g}."
    )
    return CheckResult(
        name="steps go down",
        measured=moved[worst],
        expected=-1.0,
        tolerance=1 + _tolerance(sizes[worst]),
        unit="cosine between a step and the gradient",
        passed=not rising,
        severity="error",
        text=text,
        advice=_ADVICE,
        where=worst if rising else "",
    )


def _tolerance(size: int) -> float:
    # Four standard deviations of the cosine between two random directions.
    return min(0.9, ASCENT + 4 / math.sqrt(size))
