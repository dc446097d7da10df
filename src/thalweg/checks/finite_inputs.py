"""Are all inputs numbers?"""

import numpy as np

from thalweg.checks.result import CheckResult
from thalweg.wording import agreeing, counted


def finite_inputs(x: np.ndarray, names: tuple[str, ...]) -> CheckResult:
    """Count the inputs that are not finite, as the network would see them.

    Args:
        x: (n, d), preprocessed.
        names: Of the d inputs.

    Returns:
        An error naming the first input with a number that is not finite.
    """
    bad = ~np.isfinite(x)
    counts = bad.sum(axis=0)
    total = int(counts.sum())
    where = names[int(np.argmax(counts > 0))] if total else ""
    no = agreeing(total, "is no finite number", "are no finite numbers")
    found = f"{counted(total, 'input value')} {no}; the first such input is {where!r}."
    return CheckResult(
        name="finite inputs",
        measured=float(total),
        expected=0.0,
        tolerance=0.0,
        unit="values",
        passed=total == 0,
        severity="error",
        text=found if total else "All input values are finite numbers.",
        advice="Fill in or leave out the missing and infinite values before the network sees them.",
        where=where,
    )
