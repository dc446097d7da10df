"""Is an answer rare for some attribute?"""

import numpy as np

from thalweg.checks.result import CheckResult
from thalweg.checks.tolerances import IMBALANCE
from thalweg.wording import agreeing, counted

SHOWN = 5


def attribute_balance(answers: np.ndarray, names: tuple[str, ...]) -> CheckResult:
    """Compare both answers of each attribute.

    Args:
        answers: (n, k) of the training rows, each 0 or 1; at least one row.
        names: Of the k attributes.

    Returns:
        A note when one answer of an attribute is more than 10 times as frequent as the other, for then its accuracy
        says little; the rarest are named.
    """
    yes = answers.sum(axis=0)
    rarer = np.minimum(yes, len(answers) - yes)
    ratios = np.divide(len(answers) - rarer, rarer, out=np.full(len(rarer), np.inf), where=rarer > 0)
    rare = np.flatnonzero(ratios > IMBALANCE)
    rare = rare[np.argsort(rarer[rare], kind="stable")]
    listed = ", ".join(f"{names[j]!r} ({rarer[j]:,})" for j in rare[:SHOWN])
    listed += f" and {len(rare) - SHOWN:,} more" if len(rare) > SHOWN else ""
    found = (
        f"{len(rare):,} of {counted(len(names), 'attribute')} {agreeing(len(rare), 'has', 'have')} a rare answer among "
        f"{counted(len(answers), 'training row')}: {listed}."
    )
    least = int(np.argmax(ratios))
    return CheckResult(
        name="attribute balance",
        measured=float(ratios[least]),
        expected=1.0,
        tolerance=IMBALANCE - 1.0,
        unit="more frequent answer / rarer one",
        passed=len(rare) == 0,
        severity="note",
        text=found
        if len(rare)
        else f"Every answer of an attribute is given in {rarer[least]:,} training rows or more.",
        advice="Look at each attribute's own precision and recall in the report, or use --metric balanced_accuracy.",
        where=names[rare[0]] if len(rare) else "",
    )
