"""A regression's predictions against the truth."""

import numpy as np

from thalweg.report.figures.style import Figure, axis, layout
from thalweg.report.numbers import amount
from thalweg.report.text import plot_text
from thalweg.runs.outcome import Comparison
from thalweg.wording import counted

BINS = 40


def residual_figures(comparison: Comparison, target: str) -> tuple[Figure, ...]:
    """Return predicted against true, and the histogram of predicted minus true.

    Args:
        comparison: Of a regression; rows that are not finite are left out.
        target: Name of what was predicted.

    Returns:
        Two pictures, or none where no row is finite.
    """
    truth, predicted = np.array(comparison.truth, float), np.array(comparison.predicted, float)
    usable = np.isfinite(truth) & np.isfinite(predicted)
    truth, predicted = truth[usable], predicted[usable]
    if not len(truth):
        return ()
    return (_against(truth, predicted, comparison.part, target), _histogram(predicted - truth, target))


def _against(truth: np.ndarray, predicted: np.ndarray, part: str, target: str) -> Figure:
    low, high = float(min(truth.min(), predicted.min())), float(max(truth.max(), predicted.max()))
    points = {
        "type": "scatter",
        "mode": "markers",
        "x": truth,
        "y": predicted,
        "name": "a row",
        "marker": {"color": "@blue", "size": 6, "opacity": 0.45},
    }
    right = {
        "type": "scatter",
        "mode": "lines",
        "x": [low, high],
        "y": [low, high],
        "name": "predicted = true",
        "line": {"color": "@orange", "dash": "dash", "width": 2},
        "hoverinfo": "skip",
    }
    name = plot_text(target)
    return Figure(
        "predicted",
        "Predicted against true",
        f"{counted(len(truth), 'row')} of the {part} part; the nearer to the dashed line, the better.",
        [points, right],
        layout(axis(f"true {name}"), axis(f"predicted {name}"), height=420, hovermode="closest"),
    )


def _histogram(residuals: np.ndarray, target: str) -> Figure:
    counts, edges = np.histogram(residuals, BINS)
    middle = float(np.median(residuals))
    half = float(np.median(np.abs(residuals)))
    bars = {
        "type": "bar",
        "x": (edges[:-1] + edges[1:]) / 2,
        "y": counts,
        "name": "rows",
        "marker": {"color": "@blue"},
    }
    return Figure(
        "residuals",
        "Residuals: predicted minus true",
        f"Half of the predictions are within {amount(half)} of the truth; the median residual is {amount(middle)}.",
        [bars],
        layout(axis(f"residual of {plot_text(target)}"), axis("rows"), height=300, showlegend=False, bargap=0.05),
    )
