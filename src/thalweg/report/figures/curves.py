"""Curves over epochs and steps: loss, score, rate."""

import math
from typing import Any

import numpy as np

from thalweg.report.figures.style import Figure, axis, layout, line, upright
from thalweg.report.numbers import SHARES, amount, metric_of, scored
from thalweg.report.series import Series, of_evaluations, of_steps
from thalweg.runs.outcome import Outcome


def curves(outcome: Outcome) -> tuple[Figure, ...]:
    """Return the pictures of learning that there are records for.

    Args:
        outcome: Of the run.

    Returns:
        Loss and score over epochs, loss and rate over steps; those without a record are left out.
    """
    made = (_loss(outcome), _score(outcome), _steps(outcome), _rate(outcome))
    return tuple(figure for figure in made if figure is not None)


def _loss(outcome: Outcome) -> Figure | None:
    names = {
        "training_loss": "training",
        "validation_loss": "validation",
        "running_loss": "training, while learning",
        "penalty": "penalty",
    }
    series = {title: of_evaluations(outcome.history, field) for field, title in names.items()}
    # Without a penalty its curve would be a line of zeros.
    drawn = {
        title: s
        for title, s in series.items()
        if np.isfinite(s.values).any() and (title != "penalty" or np.nan_to_num(s.values).any())
    }
    if not drawn:
        return None
    return Figure(
        "loss",
        "Loss over epochs",
        " ".join(
            _told(title, s, amount, least=True) for title, s in drawn.items() if title in {"training", "validation"}
        ),
        [line(s, title, place) for place, (title, s) in enumerate(drawn.items())],
        layout(axis("epoch"), axis("mean loss an example"), **_best(outcome, top=True)),
        switch=_positive(drawn.values()),
    )


def _score(outcome: Outcome) -> Figure | None:
    series = {part: of_evaluations(outcome.history, f"{part}_score") for part in ("training", "validation")}
    drawn = {title: s for title, s in series.items() if np.isfinite(s.values).any()}
    metric = metric_of(outcome.metric)
    if not drawn:
        return None

    def read(value: float) -> str:
        return scored(metric.name, value)

    return Figure(
        "score",
        f"{metric.title[:1].upper()}{metric.title[1:]} over epochs",
        " ".join(_told(title, s, read, least=not metric.larger_is_better) for title, s in drawn.items()),
        [line(s, title, place) for place, (title, s) in enumerate(drawn.items())],
        layout(
            axis("epoch"),
            axis(metric.title, **({"tickformat": ".0%"} if metric.name in SHARES else {})),
            **_best(outcome, top=not metric.larger_is_better),
        ),
    )


def _steps(outcome: Outcome) -> Figure | None:
    names = {"data_loss": "loss on the step's batch", "penalty": "penalty"}
    series = {title: of_steps(outcome.history, measure).get("") for measure, title in names.items()}
    # Without a penalty its curve would be a line of zeros.
    drawn = {title: s for title, s in series.items() if s is not None and np.nan_to_num(s.values).any()}
    if not drawn:
        return None
    first = next(iter(drawn.values()))
    broken = int((~np.isfinite(first.values)).sum())
    return Figure(
        "steps",
        "Loss at each recorded step",
        f"{_told('on the batch', first, amount, least=True)} {_gaps(broken)}".strip(),
        [line(s, title, place) for place, (title, s) in enumerate(drawn.items())],
        layout(axis("step"), axis("loss")),
        switch=_positive(drawn.values()),
    )


def _rate(outcome: Outcome) -> Figure | None:
    series = of_steps(outcome.history, "rate").get("")
    if series is None or not np.isfinite(series.values).any():
        return None
    finite = series.values[np.isfinite(series.values)]
    low, high = amount(float(finite.min())), amount(float(finite.max()))
    return Figure(
        "rate",
        "Learning rate",
        f"{high} throughout." if low == high else f"Highest {high}, {amount(float(finite[-1]))} at the end.",
        [line(series, "rate", 0)],
        layout(axis("step"), axis("rate", rangemode="tozero"), height=260, showlegend=False),
        switch=bool((finite > 0).all()),
    )


def _told(title: str, series: Series, read: Any, *, least: bool) -> str:
    """A curve in words: where it begins, its best, where it ends."""
    finite = series.values[np.isfinite(series.values)]
    if not len(finite):
        return ""
    name = title[:1].upper() + title[1:]
    if len(finite) == 1:
        return f"{name}: {read(float(finite[0]))}."
    best = read(float(finite.min() if least else finite.max()))
    return f"{name}: {read(float(finite[0]))} at first, {best} at best, {read(float(finite[-1]))} at the end."


def _gaps(broken: int) -> str:
    if not broken:
        return ""
    return f"{broken} recorded {'step' if broken == 1 else 'steps'} without a finite loss left out."


def _best(outcome: Outcome, *, top: bool) -> dict[str, Any]:
    """Mark the best epoch."""
    if not (math.isfinite(outcome.best_epoch) and outcome.best_epoch >= 0):
        return {}
    return upright(outcome.best_epoch, f"best epoch {amount(outcome.best_epoch)}", top=top)


def _positive(series: Any) -> bool:
    """Whether a logarithmic axis would show every finite value."""
    return all((s.values[np.isfinite(s.values)] > 0).all() for s in series)
