"""The pictures of max-norm: how long each unit's weights are, the loss, and what is reached at which rate."""

from typing import Any

import numpy as np

from thalweg.lab.max_norm_runs import LIMIT, RATES, STEPS, Course
from thalweg.lab.panels import LEFT, MARGIN, RIGHT, headings
from thalweg.report.figures.style import Figure, axis, layout, line
from thalweg.report.series import Series

# Runaways go fast, and what comes after is calm: each of the first steps is drawn, later every fourth.
DRAWN = np.concatenate([np.arange(100), np.arange(100, STEPS, 4)])
LEAST, MOST = -2, 8  # powers of ten that a logarithmic picture shows


def lengths_figure(key: str, free: Course, bound: Course, *, log: bool = False) -> Figure:
    """Return the length of each unit's weights over the steps, free on the left and limited on the right.

    Args:
        key: Of the picture in its page.
        free: Without the limit.
        bound: With it, at the same rate.
        log: Whether lengths are drawn by their powers of ten.

    Returns:
        The picture.
    """
    y = (
        {"type": "log", "range": [LEAST, MOST], "exponentformat": "power", "dtick": 2}
        if log
        else {"rangemode": "tozero"}
    )
    if free.ran_away:
        left = f"Free, they leave the picture and are no numbers by step {free.ran_away}"
    else:
        left = f"Free, the longest grow to {free.longest:.2f}"
    return Figure(
        key,
        f"Length of each unit's weights at a rate of {free.rate:g}",
        f"Left free, right limited. {left}; limited, none is longer than {bound.longest:.2f}. A line a unit.",
        [*_panel(free, "", shown=True), *_panel(bound, "2", shown=False)],
        layout(
            _steps(LEFT),
            axis("length of a unit's weights", **y),
            height=380,
            hovermode=False,
            margin=MARGIN,
            legend={"orientation": "h", "x": 0, "xanchor": "left", "y": 1.1, "yanchor": "bottom"},
            xaxis2=_steps(RIGHT),
            annotations=headings("free", "limited"),
        ),
    )


def _steps(domain: tuple[float, float]) -> dict[str, Any]:
    return axis("step", domain=list(domain), range=[0, STEPS], tickvals=[0, 100, 200])


def _panel(course: Course, place: str, *, shown: bool) -> list[dict[str, Any]]:
    """Return one side: all units of a layer are one trace, for a trace each would be 110 of them."""
    where = {"type": "scatter", "mode": "lines", "xaxis": f"x{place}", "yaxis": "y", "showlegend": shown}
    parts = ((course.hidden, "hidden units", "@blue", 0.5), (course.head, "output units", "@orange", 1.2))
    traces = []
    for lengths, name, colour, width in parts:
        steps, values = _one_line(lengths)
        look = {"color": colour, "width": width}
        traces.append({**where, "x": steps, "y": values, "name": name, "line": look, "legendgroup": name})
    stroke = {"color": "@ink", "width": 1.5, "dash": "dot"}
    limit = {**where, "x": [0, STEPS], "y": [LIMIT, LIMIT], "name": "the limit", "line": stroke, "legendgroup": "limit"}
    return [*traces, limit]


def _one_line(lengths: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    drawn = lengths[DRAWN].T  # a row a unit
    gap = np.full((len(drawn), 1), np.nan)  # no line leads from a unit's end to the next one's start
    steps = np.broadcast_to(np.append(DRAWN + 1, STEPS), (len(drawn), len(DRAWN) + 1))
    return steps.ravel(), np.hstack([drawn, gap]).ravel()


def loss_figure(ordinary: tuple[Course, Course], high: tuple[Course, Course]) -> Figure:
    """Return the loss over the steps at both rates, free and limited.

    Args:
        ordinary: Free and limited, at the ordinary rate.
        high: The same, at the high one.

    Returns:
        The picture.
    """
    courses = (*ordinary, *high)
    return Figure(
        "loss",
        "The loss of each step's batch",
        f"At a rate of {ordinary[0].rate:g} both fall alike. At {high[0].rate:g} the free one leaves the picture; the "
        f"limited one never passes {high[1].ceiling}, and does not fall either.",
        [line(Series(np.arange(1, STEPS + 1), c.loss), _name(c), k, mode="lines") for k, c in enumerate(courses)],
        layout(axis("step"), axis("loss", type="log", range=[-4, MOST], exponentformat="power", dtick=2)),
    )


def _name(course: Course) -> str:
    return f"rate {course.rate:g}, {'limited' if course.limited else 'free'}"


def accuracy_figure(free: tuple[Course, ...], bound: tuple[Course, ...]) -> Figure:
    """Return the share of the training digits right at the end, by rate.

    Args:
        free: The courses without the limit, as `run_courses` gives them.
        bound: Those with it.

    Returns:
        The picture.
    """
    rates, half = np.array(RATES), len(RATES)
    kinds = (
        ("constant rate, free", free[:half]),
        ("constant rate, limited", bound[:half]),
        ("falling rate, free", free[half:]),
        ("falling rate, limited", bound[half:]),
    )
    lowest = ", ".join(f"{100 * courses[-1].training:.0f}%" for _, courses in kinds)
    return Figure(
        "accuracy",
        "Training digits right after the last step",
        f"By rate, which is constant or falls from there to 0. Chance is 10%. At a rate of {RATES[-1]:g}, in the order "
        f"of the names: {lowest}.",
        [line(Series(rates, np.array([c.training for c in cs])), name, k) for k, (name, cs) in enumerate(kinds)],
        layout(
            axis("rate at the first step", type="log", tickvals=list(RATES), ticktext=[f"{r:g}" for r in RATES]),
            axis("digits right", range=[0, 1.03], tickformat=".0%"),
        ),
    )
