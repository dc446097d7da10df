"""Are some classes rare?"""

import numpy as np

from thalweg.checks.result import CheckResult
from thalweg.checks.tolerances import EVENED, IMBALANCE
from thalweg.wording import counted


def class_balance(labels: np.ndarray, classes: tuple[str, ...], weight: np.ndarray | None = None) -> CheckResult:
    """Compare the most frequent class with the rarest.

    Args:
        labels: (n,) class numbers of the training rows; at least one.
        classes: Their names.
        weight: (n,), how much each row counts in training; None for all alike.

    Returns:
        A note when one is more than 10 times as frequent as the other, for then accuracy says little.
    """
    counts = np.bincount(labels, minlength=len(classes))
    rarest, commonest = int(np.argmin(counts)), int(np.argmax(counts))
    ratio = float(counts[commonest] / counts[rarest]) if counts[rarest] else float("inf")
    whole = counts if weight is None else np.bincount(labels, weight, minlength=len(classes))
    evened = float(whole.max()) <= EVENED * float(whole.min())
    each = f"Each of the {len(classes):,} classes has {counted(int(counts[rarest]), 'training row')}"
    most = f"{classes[commonest]!r} has {counted(int(counts[commonest]), 'training row')}"
    return CheckResult(
        name="class balance",
        measured=ratio,
        expected=1.0,
        tolerance=IMBALANCE - 1.0,
        unit="most frequent class / rarest",
        passed=ratio <= IMBALANCE,
        severity="note",
        text=f"{each}." if ratio == 1 else f"{most}, {classes[rarest]!r} has {counts[rarest]:,}.",
        advice="Look at each class's own accuracy: --metric balanced_accuracy"
        + (". In training all classes count the same." if evened else ", or --class-weight balanced."),
        where="" if ratio <= IMBALANCE else classes[rarest],
    )
