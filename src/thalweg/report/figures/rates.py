"""The learning rates that were tried before training, and which of them suit a whole run."""

from collections.abc import Iterable

import numpy as np

from thalweg.checks.result import CheckResult
from thalweg.report.figures.style import Figure, axis, layout, level, line, upright
from thalweg.report.series import Series

HIGHEST = 1.6  # of the loss without any change: beyond it all is alike


def rate_figures(checks: Iterable[CheckResult]) -> tuple[Figure, ...]:
    """Return the picture of the tried rates, if any were.

    Args:
        checks: Results of the checks before training.

    Returns:
        One picture for each check that has a curve.
    """
    return tuple(
        _figure(f"rates-{place}", check)
        for place, check in enumerate((check for check in checks if check.curve is not None), 1)
    )


def _figure(key: str, check: CheckResult) -> Figure:
    curve = check.curve
    if curve is None:
        raise ValueError("_figure needs a check with a curve.")
    at = np.log10(np.array(curve.at))
    powers = np.arange(np.floor(at[0]), np.ceil(at[-1]) + 0.5)
    own = upright(float(np.log10(curve.own)), "the run's")
    band = {
        "type": "rect",
        "x0": float(np.log10(curve.low)),
        "x1": float(np.log10(curve.high)),
        "y0": 0,
        "y1": 1,
        "yref": "paper",
        "fillcolor": "@green",
        "opacity": 0.15,
        "line": {"width": 0},
        "layer": "below",
    }
    lines = [
        line(Series(at, np.minimum(values, HIGHEST)), f"start {place}", place - 1, hovertemplate="%{y:.3f} of the loss")
        for place, values in enumerate(map(np.array, curve.values), 1)
    ]
    return Figure(
        key,
        "Learning rates tried",
        f"{check.text} The curves show what a few steps at each rate leave of the loss, the shaded band the interval.",
        [*lines, level(1.0, at, "nothing gained")],
        layout(
            axis("learning rate", tickvals=powers, ticktext=[f"{10.0**power:g}" for power in powers]),
            axis("share of the loss left", range=[0, HIGHEST + 0.05]),
            height=300,
            shapes=[band, *own["shapes"]],
            annotations=own["annotations"],
        ),
    )
