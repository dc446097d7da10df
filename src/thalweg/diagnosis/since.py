"""From when on a run's trouble could be seen."""

import math
from collections.abc import Callable

import numpy as np

from thalweg.diagnosis.case import Case
from thalweg.diagnosis.finding import Finding, is_trouble
from thalweg.diagnosis.thresholds import ENOUGH, PERSISTS, SINCE_LOOKS


def first_seen(case: Case, rules: Callable[[Case], tuple[Finding, ...]], *, told_before: bool) -> float:
    """Return the epoch from which on the rules warn, three times in a row and until the end.

    Args:
        case: The whole run.
        rules: What is said of a case.
        told_before: Whether a check before training told already.

    Returns:
        The epoch; 0 where a check told, NaN where the end of the run alone shows it.
    """
    if told_before:
        return 0.0
    last = len(case.epoch)
    counts = np.unique(np.linspace(min(ENOUGH, last), last, SINCE_LOOKS).astype(int))
    # Before there is a finite loss there is no curve to judge.
    warned = [
        np.isfinite(case.training_loss[:count]).any() and any(map(is_trouble, rules(case.until(int(count)))))
        for count in counts
    ]
    quiet = [place for place, warns in enumerate(warned) if not warns]
    begins = quiet[-1] + 1 if quiet else 0
    return float(case.epoch[counts[begins] - 1]) if len(counts) - begins >= PERSISTS else math.nan
