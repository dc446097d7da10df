"""Scores of several networks beside each other: the members of an ensemble, the folds of a cross-validation."""

import math
from collections.abc import Sequence

from thalweg.report.ensemble import member_name
from thalweg.report.figures.style import Figure, axis, layout
from thalweg.report.numbers import metric_of, scored
from thalweg.report.text import plot_text
from thalweg.runs.ensemble.summary import EnsembleSummary
from thalweg.runs.folds_summary import FoldsSummary


def ensemble_figures(ensemble: EnsembleSummary) -> tuple[Figure, ...]:
    """Return the picture of an ensemble: each member's score on the validation part, and that of all together.

    Args:
        ensemble: Of a run.

    Returns:
        One picture.
    """
    names = [member_name(member) for member in ensemble.members]
    said = f"Alone they score {_span(ensemble.metric, [m.score for m in ensemble.members])}"
    return (
        Figure(
            "ensemble",
            "Each network alone, and all together",
            f"{said}; together {scored(ensemble.metric, ensemble.score)}, the line.",
            *_dots(ensemble.metric, names, [m.score for m in ensemble.members], ensemble.score, "together"),
        ),
    )


def folds_figures(folds: FoldsSummary) -> tuple[Figure, ...]:
    """Return the picture of a cross-validation: the score of each fold, and their mean.

    Args:
        folds: Of a run.

    Returns:
        One picture; none where no fold has a score.
    """
    scores = [fold.score for fold in folds.folds]
    if not any(map(math.isfinite, scores)):
        return ()
    mean = f"; their mean is {scored(folds.metric, folds.mean)}, the line" if math.isfinite(folds.mean) else ""
    return (
        Figure(
            "folds",
            "Score of each fold",
            f"They go from {_span(folds.metric, scores)}{mean}.",
            *_dots(folds.metric, [f"fold {k}" for k in range(1, len(scores) + 1)], scores, folds.mean, "mean"),
        ),
    )


def _span(metric: str, scores: Sequence[float]) -> str:
    finite = [score for score in scores if math.isfinite(score)]
    if not finite:
        return "nothing that is a number"
    return f"{scored(metric, min(finite))} to {scored(metric, max(finite))}"


def _dots(metric: str, names: Sequence[str], scores: Sequence[float], line: float, line_name: str) -> tuple:
    """Return the traces and the layout: a dot a network, and one line across."""
    texts = [plot_text(name) for name in names]
    traces = [
        {
            "type": "scatter",
            "mode": "markers",
            "x": [score if math.isfinite(score) else None for score in scores],
            "y": texts,
            "name": "alone",
            "marker": {"color": "@blue", "size": 10},
        }
    ]
    shown = {}
    if math.isfinite(line):
        traces.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": [line, line],
                "y": [texts[0], texts[-1]],
                "name": line_name,
                "line": {"color": "@orange", "width": 2, "dash": "dash"},
            }
        )
    height = min(700, 130 + 26 * len(names))
    upright = axis("", type="category", autorange="reversed", **shown)
    return traces, layout(axis(f"validation {metric_of(metric).title}"), upright, height=height, hovermode="closest")
