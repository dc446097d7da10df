"""Does the penalty act?"""

import math

from thalweg.checks.result import CheckResult


def penalty_raises_loss(without: float, with_penalty: float) -> CheckResult:
    """Compare the loss at step 0 with and without the penalty.

        L(lambda) > L(0)

    Args:
        without: The mean data loss.
        with_penalty: The same with the penalty added.

    Returns:
        A warning when the penalty adds nothing, takes something away, or is not finite.

    Source: CS231n notes, "Neural Networks Part 3", "Before learning: sanity checks tips/tricks".
    """
    return CheckResult(
        name="penalty raises the loss",
        measured=with_penalty,
        expected=without,
        tolerance=math.inf,
        unit="mean loss of an example",
        passed=math.isfinite(with_penalty) and with_penalty > without,
        severity="warning",
        text=f"The untrained network's loss is {without:.4g} without the penalty and {with_penalty:.4g} with it.",
        advice="Give the penalty a positive strength, or leave it out: --set penalty=no_penalty.",
    )
