"""The pictures of the perceptron page: regions, mistakes by epoch, mistakes beside their bound, errors by step."""

from collections.abc import Callable
from typing import Any

import numpy as np

from thalweg.lab.perceptron_and_parity_runs import Cloud, Parity, Steepness
from thalweg.lab.regions import regions_figure
from thalweg.report.figures.style import Figure, axis, layout, level, line
from thalweg.report.numbers import amount
from thalweg.report.series import Series
from thalweg.wording import counted

GRID = 121
RULES = ("perceptron", "Adaline", "Madaline rule I", "Madaline rule II")


def plane_figure(key: str, title: str, says: str, model: Any, x: np.ndarray, y: np.ndarray, reach: float) -> Figure:
    """Return what a unit or a Madaline says at each point of a square.

    Args:
        key: Of the picture in its page.
        title: Ours.
        says: A sentence.
        model: Anything whose `says` maps rows (n, 2) to yes or no.
        x: (n, 2) points.
        y: (n,) their classes.
        reach: The square spans -reach to reach.

    Returns:
        The picture.
    """
    side = np.linspace(-reach, reach, GRID)
    plane = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    regions = model.says(plane).astype(int).reshape(GRID, GRID)
    return regions_figure(key, title, says, side=side, regions=regions, x=x, y=y)


def shown(found: tuple[Any, ...], wrong: Callable[[Any], int]) -> int:
    """Return which of several starts is drawn: the first of those with the fewest rows wrong.

    Args:
        found: One a start.
        wrong: What each gets wrong.

    Returns:
        Its place.
    """
    return int(np.argmin([wrong(one) for one in found]))


def mistakes_figure(parity: Parity) -> Figure:
    """Return the mistakes in each epoch, of one start of each rule.

    Args:
        parity: All starts.

    Returns:
        The picture.
    """
    one, two = (shown(found, lambda m: m.wrong) for found in (parity.rule_one, parity.rule_two))
    courses = (
        parity.perceptrons[0].mistakes,
        parity.adalines[0].wrong,
        parity.rule_one[one].mistakes,
        parity.rule_two[two].mistakes,
    )
    ends = [
        f"{name}: {counted(int(course[-1]), 'mistake')} in epoch {len(course)}"
        for name, course in zip(RULES, courses, strict=True)
    ]
    length = max(20, *(len(course) for course in courses[2:]))
    return Figure(
        f"mistakes_{parity.bits}",
        f"Mistakes in each epoch, parity of {parity.bits} inputs",
        f"Of {len(parity.y)} corners. At the end: {'; '.join(ends)}. Of Adaline, which makes a step at every corner, "
        "those that it gets wrong at the epoch's end. A Madaline stops after an epoch without a mistake. The first "
        f"{length} epochs are drawn.",
        [
            line(Series(np.arange(1, len(course) + 1)[:length], course[:length].astype(float)), name, k)
            for k, (name, course) in enumerate(zip(RULES, courses, strict=True))
        ],
        layout(axis("epoch"), axis("mistakes", rangemode="tozero")),
    )


def bound_figure(clouds: tuple[Cloud, ...]) -> Figure:
    """Return how many mistakes perceptrons made, and could have made, by the margin.

    Args:
        clouds: Of falling margin.

    Returns:
        The picture.
    """
    margins = np.array([cloud.margin for cloud in clouds])
    bounds = np.array([cloud.bound for cloud in clouds])
    said = "; ".join(
        f"{cloud.mistakes.max()} of {amount(cloud.bound)} at a margin of {cloud.margin:g}" for cloud in clouds
    )
    return Figure(
        "bound",
        "Mistakes until a plane is found, and Novikoff's bound",
        f"A point for each of {len(clouds[0].found)} orders of the same points. The most mistakes, of those that the "
        f"bound allows: {said}.",
        [
            line(Series(margins, bounds), "Novikoff's bound", 1),
            {
                "type": "scatter",
                "mode": "markers",
                "x": np.repeat(margins, [len(cloud.found) for cloud in clouds]),
                "y": np.concatenate([cloud.mistakes for cloud in clouds]),
                "name": "mistakes in one order",
                "marker": {"color": "@blue", "size": 6, "opacity": 0.6},
            },
        ],
        layout(
            axis("margin", type="log", tickvals=margins, ticktext=[f"{m:g}" for m in margins]),
            axis("mistakes", type="log", dtick=1),
            hovermode="closest",
        ),
        True,
    )


def rates_figure(found: Steepness) -> Figure:
    """Return the error of Adalines after each step, at rates below the limit and above it.

    Args:
        found: All of them.

    Returns:
        The picture.
    """
    pairs = tuple(zip(found.shares, found.found, strict=True))
    ends = ", ".join(f"{a.errors[-1]:.3g} at {share:g} of the limit" for share, a in pairs)
    steps = np.arange(1, max(len(a.errors) for a in found.found) + 1)
    return Figure(
        "rates",
        "Adaline's error, at rates below the limit and above it",
        f"The mean squared error after each step over all points. At the end: {ends}. The limit is {found.limit:.3g}, "
        "2 divided by the largest eigenvalue. Weights of 0 have an error of 1.",
        [
            *(
                line(Series(np.arange(1, len(a.errors) + 1), a.errors), f"{share:g} of the limit", k, mode="lines")
                for k, (share, a) in enumerate(pairs)
            ),
            level(1.0, steps, "weights of 0"),
        ],
        layout(axis("step"), axis("mean squared error", type="log", exponentformat="power", dtick=1)),
        True,
    )
