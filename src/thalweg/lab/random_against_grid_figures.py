"""The pictures of random search against a grid: both samples in the plane, what they see of the rate, their bests."""

from typing import Any

import numpy as np

from thalweg.lab.random_against_grid_lookup import Bests
from thalweg.lab.random_against_grid_runs import Repeat, Sample, Surface
from thalweg.report.figures.style import Figure, axis, layout, line
from thalweg.report.numbers import amount
from thalweg.report.series import Series

SIDES = ((0.0, 0.38), (0.54, 0.92))  # of the width, the two planes
BESIDE = 0.08  # of the width, what is projected onto the strength
UNDER, ABOVE = (0.0, 0.6), (0.68, 1.0)  # of the height: the plane, and what is projected onto the rate
KINDS = (("grid", "@orange", "square"), ("random", "@blue", "circle"))


def plane_figure(repeat: Repeat, surface: Surface) -> Figure:
    """Return both samples in the plane, with their projections onto either setting.

    Args:
        repeat: One of them.
        surface: Scores along both settings.

    Returns:
        The picture.
    """
    traces: list[dict[str, Any]] = []
    axes: dict[str, Any] = {}
    best = int(surface.scores.max(axis=1).argmax())
    for k, (sample, side, kind) in enumerate(zip(repeat, SIDES, KINDS, strict=True)):
        names = [str(3 * k + j) if 3 * k + j > 1 else "" for j in (1, 2, 3)]
        traces += _panel(sample, surface, best, names, kind)
        axes |= _axes(repeat, surface, side, names, first=k == 0)
    first, second = (f"{sample.distinct(0)} different rates" for sample in repeat)
    titles = [
        {
            "x": sum(side) / 2, "y": 1, "xref": "paper", "yref": "paper", "yanchor": "bottom", "showarrow": False,
            "text": f"<b>{name}</b>: {said}",
        }
        for side, (name, _, _), said in zip(SIDES, KINDS, (first, second), strict=True)
    ]  # fmt: skip
    common = layout(axes.pop("xaxis"), axes.pop("yaxis"), height=460, hovermode="closest", **axes)
    common |= {"annotations": titles, "showlegend": False, "margin": {"l": 8, "r": 12, "t": 28, "b": 8}}
    return Figure(
        "plane",
        "Nine trials of a grid and nine random ones",
        "Each mark in a square is a trial. Above it the trials are projected onto the rate, whose measured score is "
        f"the curve; at its right onto the strength of the penalty, which makes no difference. The grid tries {first}, "
        f"the random search {second}. Best scores: {repeat.grid.best:.3f} and {repeat.random.best:.3f}.",
        traces,
        common,
    )


def _panel(
    sample: Sample, surface: Surface, best: int, names: list[str], kind: tuple[str, str, str]
) -> list[dict[str, Any]]:
    name, colour, symbol = kind
    rates, strengths = sample.places.T
    mark = {"color": colour, "symbol": symbol, "size": 8}
    along = {"color": "@grey", "width": 1.5}
    own = {"type": "scatter", "mode": "markers", "marker": mark, "name": name}
    curve = {"type": "scatter", "mode": "lines", "line": along, "hoverinfo": "skip"}
    plane, above, beside = (
        {"xaxis": f"x{names[0]}", "yaxis": f"y{names[0]}"},
        {"xaxis": f"x{names[1]}", "yaxis": f"y{names[1]}"},
        {"xaxis": f"x{names[2]}", "yaxis": f"y{names[2]}"},
    )
    middle = surface.scores[:, surface.scores.shape[1] // 2]
    said = [f"score {score:.3f}" for score in sample.scores]
    return [
        {**own, **plane, "x": rates, "y": strengths, "text": said, "hoverinfo": "text"},
        {**curve, **above, "x": surface.rates, "y": middle},
        {**own, **above, "x": rates, "y": sample.scores, "text": said, "hoverinfo": "text"},
        {**curve, **beside, "x": surface.scores[best], "y": surface.strengths},
        {
            **own, **beside, "x": np.full(len(strengths), surface.scores[best].mean()), "y": strengths,
            "hoverinfo": "skip",
        },
    ]  # fmt: skip


def _axes(
    repeat: Repeat, surface: Surface, side: tuple[float, float], names: list[str], *, first: bool
) -> dict[str, Any]:
    ranges = _ends(np.concatenate([sample.places for sample in repeat]))
    bare = {"showticklabels": False, "ticks": "", "showgrid": False, "zeroline": False}
    scores = {"range": [0, 1.05], "zeroline": False}
    powers = {"zeroline": False, "ticks": "", "dtick": 1, "tickprefix": "10<sup>", "ticksuffix": "</sup>"}
    beside = [side[1] + 0.01, side[1] + BESIDE]
    return {
        f"xaxis{names[0]}": axis("rate", domain=list(side), range=ranges[0], anchor=f"y{names[0]}", **powers),
        f"yaxis{names[0]}": axis(
            "strength of the penalty" if first else "",
            domain=list(UNDER), range=ranges[1], anchor=f"x{names[0]}", **powers,
        ),
        f"xaxis{names[1]}": axis("", domain=list(side), range=ranges[0], anchor=f"y{names[1]}", **bare),
        f"yaxis{names[1]}": axis("score" if first else "", domain=list(ABOVE), anchor=f"x{names[1]}", **scores),
        f"xaxis{names[2]}": axis(
            "score", domain=beside, anchor=f"y{names[2]}", range=[0, 1.05], zeroline=False, tickvals=[0, 1],
        ),
        f"yaxis{names[2]}": axis("", domain=list(UNDER), range=ranges[1], anchor=f"x{names[2]}", **bare),
    }  # fmt: skip


def _ends(places: np.ndarray) -> list[list[float]]:
    """Return the range of each axis: what the grid spans, and a little beyond."""
    low, high = places.min(axis=0), places.max(axis=0)
    return [[float(a - 0.06 * (b - a)), float(b + 0.06 * (b - a))] for a, b in zip(low, high, strict=True)]


def rate_figure(surface: Surface) -> Figure:
    """Return the score by the rate, a curve for each strength.

    Args:
        surface: The scores.

    Returns:
        The picture.
    """
    best = np.unravel_index(surface.scores.argmax(), surface.scores.shape)
    top = surface.scores[best]
    return Figure(
        "rate",
        "The score by the setting that matters",
        f"A curve for each strength of the penalty. Up to the best rate, {10 ** surface.rates[best[0]]:.2g} with a "
        f"score of {top:.3f}, they are hardly to be told apart; beyond it training goes astray at any.",
        [
            line(
                Series(10**surface.rates, surface.scores[:, k]),
                f"strength {amount(10.0**strength, 2)}",
                k,
                mode="lines",
            )
            for k, strength in enumerate(surface.strengths)
        ],
        layout(
            axis("rate", type="log", exponentformat="power", dtick=1),
            axis("validation digits right", range=[0, 1.03], tickformat=".0%"),
        ),
    )


def bests_figure(repeats: tuple[Repeat, ...]) -> Figure:
    """Return the best score of nine trials, of the grid and at random, for each repeat.

    Args:
        repeats: All of them.

    Returns:
        The picture.
    """
    grid, random = (np.array([getattr(repeat, name).best for repeat in repeats]) for name in ("grid", "random"))
    low = max(0.0, float(min(grid.min(), random.min())) - 0.05)
    ends = {"range": [low, 1.0], "tickformat": ".0%", "zeroline": False}
    return Figure(
        "bests",
        "The best of nine trials, a point for each repeat",
        f"Above the line the random search found the better network: {int((random > grid).sum())} times of "
        f"{len(repeats)}. The grid's best lie from {grid.min():.3f} to {grid.max():.3f}, hanging on where its values "
        f"happen to lie; the random search's from {random.min():.3f} to {random.max():.3f}.",
        [
            {
                "type": "scatter", "mode": "markers", "x": grid, "y": random, "name": "a repeat",
                "marker": {"color": "@blue", "size": 8},
            },
            {
                "type": "scatter", "mode": "lines", "x": [low, 1], "y": [low, 1], "name": "both alike",
                "line": {"color": "@grey", "dash": "dot", "width": 1.5}, "hoverinfo": "skip",
            },
        ],
        layout(
            axis("best of the grid", constrain="domain", **ends),
            axis("best of the random search", scaleanchor="x", constrain="domain", constraintoward="top", **ends),
            height=420,
            hovermode="closest",
        ),
    )  # fmt: skip


def settings_figure(found: tuple[Bests, ...]) -> Figure:
    """Return the best scores by the number of settings, with nine tenths of the repeats between the bars' ends.

    Args:
        found: Of one setting, of two, and so on.

    Returns:
        The picture.
    """
    at = np.arange(len(found))
    names = [f"{b.setup.dimensions}<br>({b.setup.trials} trials)" for b in found]
    traces = []
    for shift, (name, colour, symbol) in zip((-0.04, 0.04), KINDS, strict=True):
        bests = [getattr(one, name) for one in found]
        low, middle, high = np.array([(np.quantile(b, 0.05), b.mean(), np.quantile(b, 0.95)) for b in bests]).T
        spread = {"type": "data", "symmetric": False, "array": high - middle, "arrayminus": middle - low, "width": 6}
        traces.append(
            {
                "type": "scatter", "mode": "lines+markers", "x": at + shift, "y": middle, "name": name,
                "line": {"color": colour, "width": 2}, "marker": {"color": colour, "symbol": symbol, "size": 9},
                "error_y": {**spread, "color": colour},
            }
        )  # fmt: skip
    last = found[-1]
    return Figure(
        "settings",
        "The best score by the number of settings",
        f"Means, and between the bars' ends nine tenths of {len(last.grid):,} searches read off the measured scores. "
        f"Of all settings the rate alone matters. With {last.setup.trials} trials of {last.setup.dimensions} settings "
        f"the grid, which still tries three rates, comes to {last.grid.mean():.3f}, and the random search to "
        f"{last.random.mean():.3f}.",
        traces,
        layout(
            axis("settings", tickvals=at, ticktext=names, range=[-0.4, len(found) - 0.6]),
            axis("best score, mean", range=[0.4, 1.0], tickformat=".0%"),
            hovermode="closest",
        ),
    )
