"""A network as circles and lines: a column a layer, a circle a unit, a line a weight."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from thalweg.report.figures.style import Figure, layout
from thalweg.report.text import plot_text

SHOWN = 12  # units of a column that are drawn; of more, the first and the last ones with a gap between


class Column(NamedTuple):
    """One layer of units."""

    name: str  # anybody's text
    units: int


def diagram(
    key: str, title: str, summary: str, columns: Sequence[Column], weights: Sequence[np.ndarray | None]
) -> Figure:
    """Return the picture of a network.

    Args:
        key: Of the picture in its page.
        title: Ours.
        summary: What it shows, in a sentence.
        columns: The inputs, then each layer with weights; at least two.
        weights: (fan_in, fan_out) between each column and the next, whose signs are coloured; None where they are
            not told. One less than there are columns.

    Returns:
        The picture.

    Raises:
        ValueError: If the weights are not those between the columns.
    """
    pairs = list(pairwise(columns))
    if len(weights) != len(pairs) or any(
        w is not None and w.shape != (a.units, b.units) for w, (a, b) in zip(weights, pairs, strict=True)
    ):
        raise ValueError(f"diagram needs weights between columns of {[c.units for c in columns]} units, or None.")
    places = [_places(column.units) for column in columns]
    lines = [_lines(k, places[k], places[k + 1], w) for k, w in enumerate(weights)]
    return Figure(
        key,
        title,
        summary,
        [trace for group in lines for trace in group]
        + [_circles(k, columns[k], places[k]) for k in range(len(columns))],
        layout(
            {"visible": False, "range": [-0.5, len(columns) - 0.5]},
            {"visible": False, "range": [-1.35, 1.2]},
            height=420,
            hovermode="closest",
            showlegend=False,
            annotations=[_label(k, column) for k, column in enumerate(columns)]
            + [_gap(k) for k, column in enumerate(columns) if column.units > SHOWN],
        ),
    )


def _places(units: int) -> dict[int, float]:
    """Return the height of each unit that is drawn, from 1 to -1."""
    if units <= SHOWN:
        numbers = list(range(units))
        heights = [0.0] if units == 1 else np.linspace(1, -1, units) * min(1, units / 6)
        return dict(zip(numbers, map(float, heights), strict=True))
    half = SHOWN // 2
    numbers = [*range(half), *range(units - half, units)]
    return dict(zip(numbers, [*np.linspace(1, 0.15, half), *np.linspace(-0.15, -1, half)], strict=True))


def _lines(k: int, left: dict[int, float], right: dict[int, float], weight: np.ndarray | None) -> list[dict[str, Any]]:
    groups: dict[str, list[tuple[float, float]]] = {"@grey": [], "@blue": [], "@orange": []}
    for i, low in left.items():
        for j, high in right.items():
            colour = "@grey" if weight is None else "@blue" if weight[i, j] >= 0 else "@orange"
            groups[colour].append((low, high))
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "x": [k, k + 1, None] * len(ends),
            "y": [value for low, high in ends for value in (low, high, None)],
            "line": {"color": colour, "width": 1, "dash": "dot" if colour == "@orange" else "solid"},
            "opacity": 0.7,
            "hoverinfo": "skip",
        }
        for colour, ends in groups.items()
        if ends
    ]


def _circles(k: int, column: Column, places: dict[int, float]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [k] * len(places),
        "y": list(places.values()),
        "text": [f"unit {number + 1} of {column.units}" for number in places],
        "marker": {"size": 18, "color": "@surface", "line": {"color": "@ink", "width": 1.5}},
        "hovertemplate": "%{text}<extra></extra>",
    }


def _label(k: int, column: Column) -> dict[str, Any]:
    text = f"{plot_text(column.name)}<br>{column.units:,}"
    return {"x": k, "y": -1.2, "text": text, "showarrow": False, "yanchor": "top"}


def _gap(k: int) -> dict[str, Any]:
    return {"x": k, "y": 0, "text": "⋮", "showarrow": False, "font": {"size": 18}}
