"""Units that sit at an end of their activation, where its slope is nearly 0."""

from thalweg.diagnosis.case import Case
from thalweg.diagnosis.finding import Finding
from thalweg.diagnosis.thresholds import ENOUGH, SATURATED


def saturated_units(case: Case) -> Finding | None:
    """Say that more than half of a layer's outputs on the probe set are saturated, where the outcome is poor.

    A saturating activation counts as saturated within 1.5% of its range of either end. Of a run that was short, or one
    that is as good as simple models, nothing is said: a unit that is sure of itself saturates, too.

    Source: CS231n notes, "Neural Networks Part 1", "Commonly used activation functions", and Part 3, "Activation /
    Gradient distributions per layer".
    """
    if not case.saturated or case.short or len(case.epoch) < ENOUGH or not case.poor:
        return None
    layer = max(case.saturated, key=lambda name: float(case.saturated[name][-1]))
    first, last = float(case.saturated[layer][0]), float(case.saturated[layer][-1])
    if not last > SATURATED:
        return None
    born = first > SATURATED
    return Finding(
        symptom="saturated_units",
        severity="warning",
        title="Most outputs of a layer are saturated",
        evidence=f"{last:.0%} of the outputs of {layer} lie at an end of its range ({first:.0%} before training).",
        why="At the ends of its range an activation has nearly no slope, so that nothing before it learns.",
        cause="first weights or inputs that are too large" if born else "steps that were too large for the weights",
        remedy=(
            "Scale the inputs and draw the first weights automatically; or use rectified units." if born
            else "Lower the rate, or use rectified units."
        ),
        where=layer,
    )  # fmt: skip
