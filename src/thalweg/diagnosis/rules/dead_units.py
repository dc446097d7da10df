"""Rectified units that no example activates any more."""

from thalweg.diagnosis.case import Case
from thalweg.diagnosis.finding import Finding
from thalweg.diagnosis.settings import rate_said, rate_times
from thalweg.diagnosis.thresholds import DEAD_ALL, DEAD_MANY, DEAD_RISE


def dead_units(case: Case) -> Finding | None:
    """Say that a layer is dead, or that most of it died and the outcome is poor.

    A tenth or two of dead units is usual after training, and with many more a network may still be the best there
    is; so a part of a layer counts only where a simple model does better at the end of a run that was not short.

    Source: CS231n notes, "Neural Networks Part 1", "ReLU"; the curve is good progress, then a sudden stop.
    """
    if not case.dead:
        return None
    layer = max(case.dead, key=lambda name: float(case.dead[name][-1]))
    shares = case.dead[layer]
    first, last = float(shares[0]), float(shares[-1])
    whole = last >= DEAD_ALL
    if not whole and not (last > DEAD_MANY and last - first > DEAD_RISE and case.poor and not case.short):
        return None
    born = first >= DEAD_ALL
    lower, setting = rate_times(case, 0.1)
    grown = f" ({first:.0%} before training)"
    return Finding(
        symptom="dead_units",
        severity="error" if whole else "warning",
        title="A layer is dead" if whole else "Most units of a layer died",
        evidence=f"{last:.0%} of the units of {layer} are 0 on every example of the probe set{'' if born else grown}.",
        why="A rectified unit that no example activates gets no gradient, so it never comes back.",
        cause="the initial weights" if born else f"a step too large: {rate_said(case)}",
        remedy="Draw the initial weights at random, He normal." if born else f"Lower the rate to {lower}.",
        setting="" if born else setting,
        where=layer,
    )
