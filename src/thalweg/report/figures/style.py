"""What all pictures have in common: colours by name, axes, lines.

A colour is written "@blue": the page's script looks the name up in its style sheet, so that one picture serves
light, dark and print.
"""

from typing import Any, NamedTuple

import numpy as np

from thalweg.report.series import Series, thinned
from thalweg.report.text import plot_text

COLOURS = ("@blue", "@orange", "@green", "@purple", "@yellow", "@red", "@sky", "@grey")
# A second mark beside colour, for eyes and printers that do not tell colours apart.
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot", "solid", "dash")


class Figure(NamedTuple):
    """A picture and what it says in words."""

    key: str  # stable, for links and scripts
    title: str
    summary: str  # one or two sentences for those who do not see it
    data: list[dict[str, Any]]  # Plotly traces
    layout: dict[str, Any]
    switch: bool = False  # offer a logarithmic axis
    frames: tuple[dict[str, Any], ...] = ()  # Plotly frames of what moves; the layout holds the slider that shows them


def axis(title: str, **more: Any) -> dict[str, Any]:
    """Return an axis.

    Args:
        title: What it measures, with the unit.
        **more: Plotly's own names of an axis.

    Returns:
        The axis.
    """
    return {
        "title": {"text": title, "standoff": 8},
        "automargin": True,
        "gridcolor": "@line",
        "linecolor": "@line",
        "zerolinecolor": "@line",
        **more,
    }


def layout(x: dict[str, Any], y: dict[str, Any], *, height: int = 340, **more: Any) -> dict[str, Any]:
    """Return a layout with the legend above the plot, where it never covers a curve.

    Args:
        x: The horizontal axis.
        y: The vertical axis.
        height: Pixels.
        **more: Plotly's own names of a layout.

    Returns:
        The layout.
    """
    return {
        "height": height,
        "autosize": True,
        "margin": {"l": 8, "r": 12, "t": 8, "b": 8},
        "paper_bgcolor": "@clear",
        "plot_bgcolor": "@clear",
        "font": {"color": "@ink", "size": 13, "family": "system-ui, sans-serif"},
        "hovermode": "x unified",
        "hoverlabel": {"bgcolor": "@surface", "bordercolor": "@line", "font": {"color": "@ink"}, "namelength": -1},
        "legend": {"orientation": "h", "x": 0, "xanchor": "left", "y": 1.02, "yanchor": "bottom"},
        "showlegend": True,
        "xaxis": x,
        "yaxis": y,
        **more,
    }


def line(series: Series, name: str, place: int, **more: Any) -> dict[str, Any]:
    """Return a curve; few points are marked, for a single one would not be seen.

    Args:
        series: What to draw.
        name: In the legend; anybody's text.
        place: Which of the colours and dashes.
        **more: Plotly's own names of a trace.

    Returns:
        The trace.
    """
    shown = thinned(series)
    return {
        "type": "scatter",
        "mode": "lines+markers" if len(shown.at) <= 30 else "lines",
        "x": shown.at,
        "y": shown.values,
        "name": plot_text(name),
        "line": {"color": COLOURS[place % 8], "dash": DASHES[place % 8], "width": 2},
        "marker": {"color": COLOURS[place % 8], "size": 6, "symbol": place % 8},
        **more,
    }


def upright(x: float, text: str, *, top: bool = True) -> dict[str, Any]:
    """Return a vertical line with a word at one end, as parts of a layout.

    Args:
        x: Where.
        text: Ours, a few words.
        top: Whether the word stands at the upper end.

    Returns:
        {"shapes", "annotations"}.
    """
    stroke = {"color": "@ink", "width": 1.5, "dash": "dot"}
    place = {"x": x, "y": float(top), "yref": "paper", "yanchor": "top" if top else "bottom"}
    mark = {**place, "text": text, "showarrow": False, "bgcolor": "@surface"}
    return {
        "shapes": [{"type": "line", "x0": x, "x1": x, "y0": 0, "y1": 1, "yref": "paper", "line": stroke}],
        "annotations": [mark],
    }


def level(y: float, over: np.ndarray, name: str) -> dict[str, Any]:
    """Return a horizontal guide as a curve, which unlike a drawn shape follows the axis to a logarithmic one.

    Args:
        y: Where, in the unit of the axis.
        over: Places on the horizontal axis that it spans.
        name: In the legend; ours, a few words.

    Returns:
        The trace.
    """
    ends = [over.min(), over.max()]
    stroke = {"color": "@ink", "width": 1.5, "dash": "dot"}
    return {
        "type": "scatter",
        "mode": "lines",
        "x": ends,
        "y": [y, y],
        "name": name,
        "line": stroke,
        "hoverinfo": "skip",
    }
