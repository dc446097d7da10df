"""Which class a model answers at each point of the plane, with the points it learned from."""

from typing import Any

import numpy as np

from thalweg.report.figures.style import Figure, axis, layout

# Three that stay apart for every kind of colour vision, as points and as tints; then the others.
COLOURS = ("@blue", "@orange", "@grey", "@green", "@purple", "@yellow", "@red", "@sky")
SYMBOLS = ("circle", "square", "triangle-up", "diamond", "cross", "x", "triangle-down", "star")
TINT = 0.3


def regions_figure(
    key: str, title: str, summary: str, *, side: np.ndarray, regions: np.ndarray, x: np.ndarray, y: np.ndarray
) -> Figure:
    """Return the decision regions of a model with two inputs.

    Each class has a colour, a shape of its points and its number written in its region.

    Args:
        key: Of the picture in its page.
        title: Ours.
        summary: What the picture shows, in a sentence or two.
        side: (g,) increasing coordinates of the picture's columns, and of its rows.
        regions: (g, g) class at each point, rows from low to high second coordinate; at most 8 classes.
        x: (n, 2) points.
        y: (n,) their classes.

    Returns:
        The picture, as high as it is wide.
    """
    classes = int(max(regions.max(), y.max())) + 1
    last = max(classes - 1, 1)
    ground = {
        "type": "heatmap",
        "x": side,
        "y": side,
        "z": regions,
        "zmin": 0,
        "zmax": last,
        "colorscale": [[k / last, COLOURS[k % 8]] for k in range(last + 1)],
        "showscale": False,
        "opacity": TINT,
        "hovertemplate": "answered here: class %{z}<extra></extra>",
    }
    ends = {"range": [side[0], side[-1]], "zeroline": False, "showgrid": False}
    return Figure(
        key,
        title,
        summary,
        [ground, *(_points(k, x[y == k]) for k in range(classes))],
        layout(
            axis("first input", constrain="domain", **ends),
            axis("second input", scaleanchor="x", constrain="domain", constraintoward="top", **ends),
            height=430,
            hovermode="closest",
            annotations=[mark for k in range(classes) for mark in _number(k, regions == k, side, x)],
        ),
    )


def _points(k: int, x: np.ndarray) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": x[:, 0],
        "y": x[:, 1],
        "name": f"class {k}",
        "marker": {
            "color": COLOURS[k % 8],
            "symbol": SYMBOLS[k % 8],
            "size": 9 if SYMBOLS[k % 8].startswith("triangle") else 7,  # a triangle of that size has half the area
            "line": {"color": "@surface", "width": 1},
        },
        "hovertemplate": f"a point of class {k}<extra></extra>",
    }


def _number(k: int, inside: np.ndarray, side: np.ndarray, x: np.ndarray) -> list[dict[str, Any]]:
    """Return the class's number, to be written where its region is widest and, if it can be, clear of points."""
    if not inside.any():
        return []
    margin = (side[-1] - side[0]) / 20
    near = [np.abs(side[:, None] - values[None, :]) < margin for values in (x[:, 1], x[:, 0])]
    clear = inside & ~np.any(near[0][:, None, :] & near[1][None, :, :], axis=2)
    row, column = _depth(clear if clear.any() else inside)
    return [
        {
            "x": side[column],
            "y": side[row],
            "text": f"<b>{k}</b>",
            "showarrow": False,
            "font": {"size": 18, "color": "@ink"},
        }
    ]


def _depth(inside: np.ndarray) -> tuple[int, int]:
    """Return the row and column of a place that lies deepest in a region, by wearing its rim away step by step."""
    left = np.pad(inside, 1)  # what lies beyond the picture counts as outside
    while True:
        core = left[1:-1, 1:-1] & left[:-2, 1:-1] & left[2:, 1:-1] & left[1:-1, :-2] & left[1:-1, 2:]
        if not core.any():
            row, column = np.argwhere(left)[0] - 1
            return int(row), int(column)
        left = np.pad(core, 1)
