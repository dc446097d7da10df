"""The pictures of the procedure: the loss at four rates, the coarse trials in the plane, accuracy by rate."""

import math
from typing import Any

import numpy as np

from thalweg.lab.baby_sitting_runs import FINE, RATE, STRENGTH, Course, Searched
from thalweg.report.figures.style import COLOURS, Figure, axis, layout, line, upright
from thalweg.report.numbers import amount
from thalweg.report.series import Series


def courses_figure(courses: tuple[Course, ...]) -> Figure:
    """Return the loss over the epochs at each rate.

    Args:
        courses: By rising rate.

    Returns:
        The picture.
    """
    return Figure(
        "rates",
        "The loss at four rates",
        "Of the same training images, before the first epoch and after each. "
        + "; ".join(f"{written(course.rate)}: {told(course)}" for course in courses)
        + ".",
        [
            line(Series(np.arange(len(c.loss), dtype=float), c.loss), _name(c), k, mode="lines+markers")
            for k, c in enumerate(courses)
        ],
        layout(axis("epoch", dtick=1), axis("loss", type="log", exponentformat="power", dtick=1)),
    )


def told(course: Course) -> str:
    """Say in words what became of a loss.

    Args:
        course: The run.

    Returns:
        Such as "2.30257 to 1.56864" or "no number after epoch 1".
    """
    if course.lost is not None:
        return f"no number after epoch {course.lost}"
    end = f"{amount(course.loss[0], 6)} to {amount(course.loss[-1], 6)}"
    top = float(course.loss.max())
    return end if top in (course.loss[0], course.loss[-1]) else f"{end}, at most {amount(top, 6)} on the way"


def written(rate: float) -> str:
    """Return a rate as the notes write it.

    Args:
        rate: Positive.

    Returns:
        Two digits and the power of ten.

    Example:
        >>> written(1e-6), written(1e6), written(0.000812)
        ('1e-6', '1e6', '8.1e-4')
    """
    mantissa, exponent = f"{rate:.1e}".split("e")
    return f"{float(mantissa):g}e{int(exponent)}"


def coarse_figure(coarse: Searched) -> Figure:
    """Return the coarse trials in the plane of rate and penalty, the darker the better.

    Args:
        coarse: The search.

    Returns:
        The picture.
    """
    known = [one for one in coarse.records if not one.failed and math.isfinite(one.score)]
    lost = [one for one in coarse.records if one not in known]
    common = {"type": "scatter", "mode": "markers", "hoverinfo": "text"}
    scores = [one.score for one in known]
    best = coarse.best
    scale = {
        "colorscale": [[0, "@surface"], [1, "@blue"]], "cmin": 0, "cmax": max(scores, default=1.0), "showscale": True,
        "colorbar": {"title": {"text": "accuracy"}, "tickformat": ".0%", "thickness": 14, "outlinewidth": 0},
    }  # fmt: skip
    traces: list[dict[str, Any]] = [
        {
            **common, **_plane(known), "name": "trained", "text": [f"{score:.1%}" for score in scores],
            "marker": {**scale, "color": scores, "size": 12, "line": {"color": "@grey", "width": 1}},
        },
        {
            **common, **_plane(lost), "name": "went astray or was given up", "text": [one.ending for one in lost],
            "marker": {"color": "@red", "size": 11, "symbol": "x-thin-open", "line": {"width": 2}},
        },
    ]  # fmt: skip
    return Figure(
        "coarse",
        "The coarse trials",
        f"Each mark is a trial of {coarse.epochs} epochs, the darker the more validation images it gets right. The "
        f"best, {best.score:.1%}, has a rate of {written(best.proposal.point[RATE])}; {coarse.failed} of "
        f"{len(coarse.records)} went astray or were given up.",
        traces,
        layout(
            _powers("rate", coarse, RATE), _powers("strength of the penalty", coarse, STRENGTH), hovermode="closest"
        ),
    )


def accuracy_figure(searches: tuple[Searched, ...]) -> Figure:
    """Return the validation accuracy of all trials by their rate, and where the finer range ends.

    Args:
        searches: The coarse one and those behind it.

    Returns:
        The picture.
    """
    end = math.log10(FINE[RATE].high)
    mark = upright(end, "the notes' range ends", top=False)
    mark["annotations"][0] |= {"xanchor": "right", "xshift": -4}
    best = max(searches, key=lambda one: one.best.score)
    return Figure(
        "accuracy",
        "Validation accuracy by rate",
        f"A mark for each trial. The best of all, {best.best.score:.1%}, is of the {best.name} search, at a rate of "
        f"{written(best.best.proposal.point[RATE])}.",
        [
            {
                "type": "scatter", "mode": "markers", "name": f"{one.name}: {one.epochs} epochs",
                "x": [math.log10(r.proposal.point[RATE]) for r in one.records], "y": [r.score for r in one.records],
                "marker": {"color": COLOURS[k], "symbol": k, "size": 9, "opacity": 0.85},
            }
            for k, one in enumerate(searches)
        ],
        layout(
            axis("rate", tickvals=list(range(-6, -1)), ticktext=[f"1e{power}" for power in range(-6, -1)]),
            axis("validation images right", rangemode="tozero", tickformat=".0%"),
            hovermode="closest",
            **mark,
        ),
    )  # fmt: skip


def _name(course: Course) -> str:
    return f"rate {written(course.rate)}{'' if course.lost is None else ': no number'}"


def _plane(records: Any) -> dict[str, list[float]]:
    x, y = ([math.log10(one.proposal.point[name]) for one in records] for name in (RATE, STRENGTH))
    return {"x": x, "y": y}


def _powers(title: str, searched: Searched, name: str) -> dict[str, Any]:
    """Return an axis of powers of ten; marks are placed on it by their exponents."""
    low, high = (math.log10(end) for end in (searched.ranges[name].low, searched.ranges[name].high))
    powers = list(range(math.ceil(low), math.floor(high) + 1, 1 if high - low < 6 else 2))
    margin = 0.05 * (high - low)
    return axis(
        title, tickvals=powers, ticktext=[f"1e{power}" for power in powers], range=[low - margin, high + margin],
        zeroline=False,
    )  # fmt: skip
