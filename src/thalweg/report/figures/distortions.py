"""How a score falls under each distortion, beside that of a blind guess."""

import math

import numpy as np

from thalweg.report.distorted import half_told, told
from thalweg.report.figures.style import Figure, axis, layout, level, line, upright
from thalweg.report.numbers import SHARES, metric_of, scored
from thalweg.report.series import Series
from thalweg.runs.distortion_curves import DistortionCurve, Robustness


def distortion_figures(found: Robustness) -> tuple[Figure, ...]:
    """Return a picture for each distortion, all with the same range of scores.

    Args:
        found: What was measured.

    Returns:
        The pictures, in the order of the curves.
    """
    ends = [end for curve in found.curves for score in curve.scores for end in (score.low, score.high)]
    ends = [end for end in (*ends, found.blind) if math.isfinite(end)]
    low, high = (0.0, 1.0) if found.metric in SHARES else (min(ends, default=0.0), max(ends, default=1.0))
    around = 0.04 * (high - low or 1.0)
    return tuple(_figure(found, curve, [low - around, high + around]) for curve in found.curves)


def _figure(found: Robustness, curve: DistortionCurve, range_: list[float]) -> Figure:
    at, values = np.array(curve.strengths), np.array([score.value for score in curve.scores])
    ends = np.array([(score.low, score.high) for score in curve.scores])
    bars = {
        "type": "data",
        "symmetric": False,
        "array": ends[:, 1] - values,
        "arrayminus": values - ends[:, 0],
        "thickness": 1,
        "width": 3,
    }
    title = metric_of(found.metric).title
    drawn = [line(Series(at, values), title, 0, error_y=bars), level(found.blind, at, "blind guess")]
    share = curve.unit.startswith("of ")
    x = axis(f"strength, {'share ' if share else 'in '}{curve.unit}", **({"tickformat": ".0%"} if share else {}))
    y = axis(title, range=range_, **({"tickformat": ".0%"} if found.metric in SHARES else {}))
    mark = upright(curve.half, "half lost") if math.isfinite(curve.half) else {}
    key = f"under-{curve.name.replace(' ', '-')}"
    heading = f"{curve.name[0].upper()}{curve.name[1:]}"
    return Figure(key, heading, _summary(found, curve), drawn, layout(x, y, height=300, **mark))


def _summary(found: Robustness, curve: DistortionCurve) -> str:
    first, last = (scored(found.metric, curve.scores[k].value) for k in (0, -1))
    title, strongest = metric_of(found.metric).title, told(curve.strengths[-1], curve.unit)
    return f"{curve.what} At {strongest} the {title} is {last} instead of {first}; {half_told(found, curve)}."
