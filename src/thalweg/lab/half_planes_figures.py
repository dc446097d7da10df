"""Half-planes over a cloud of points, and the course of dead units beside the loss."""

from typing import Any

import numpy as np

from thalweg.lab.half_planes_runs import UNITS, Courses, Units
from thalweg.report.figures.style import Figure, axis, layout, upright

SIDE = 3.0  # the picture spans -3 to 3
HATCH = 0.25  # length of the strokes on a unit's active side
STATES = (("active for some", "@grey", "solid"), ("active for all", "@blue", "dash"), ("dead", "@red", "dot"))


def half_planes_figure(key: str, title: str, x: np.ndarray, units: Units, says: str) -> Figure:
    """Return a cloud of points with each unit's line, and a stroke towards the side where it is active.

    Args:
        key: Of the picture in its page.
        title: Ours.
        x: (n, 2) points.
        units: What to draw.
        says: A sentence.

    Returns:
        The picture.
    """
    some = ~units.dead & ~units.always
    traces = [
        {
            "type": "scatter",
            "mode": "markers",
            "x": x[:, 0],
            "y": x[:, 1],
            "name": "points",
            "marker": {"color": "@green", "size": 4},
            "hoverinfo": "skip",
        }
    ]
    counts = []
    for (name, colour, dash), chosen in zip(STATES, (some, units.always, units.dead), strict=True):
        count = int(chosen.sum())
        counts.append(f"{count} {name}")
        segments = [s for j in np.flatnonzero(chosen) for s in _line(units.w[:, j], float(units.b[j]))]
        hidden = count - len(segments) // 6  # a line is three points, and its stroke three more
        label = f"{name}: {count}" + (f", {hidden} beyond the picture" if hidden else "")
        traces.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": [point[0] for point in segments],
                "y": [point[1] for point in segments],
                "name": label,
                "line": {"color": colour, "width": 1.5, "dash": dash},
                "hoverinfo": "skip",
            }
        )
    ends = {"range": [-SIDE, SIDE], "zeroline": False, "showgrid": False}
    return Figure(
        key,
        title,
        f"Of {UNITS} units {', '.join(counts)}. {says} The short stroke points to the side where a unit is active.",
        traces,
        layout(
            axis("first input", constrain="domain", **ends),
            axis("second input", scaleanchor="x", constrain="domain", constraintoward="top", **ends),
            height=430,
            hovermode="closest",
        ),
    )


def course_figure(key: str, found: Courses, jump: int) -> Figure:
    """Return the loss of two networks and how many of their units are dead, over steps.

    Args:
        key: Of the picture in its page.
        found: See `run_courses`.
        jump: The step at which the rate jumps.

    Returns:
        The picture.
    """
    traces: list[dict[str, Any]] = []
    for name, course, colour, dash in (
        ("rate 1", found.steady, "@blue", "solid"),
        ("rate 10 later", found.jumped, "@orange", "dash"),
    ):
        common = {"type": "scatter", "mode": "lines", "x": course.step, "line": {"color": colour, "dash": dash}}
        traces.append({**common, "y": course.loss, "name": name})
        traces.append({**common, "y": course.dead, "name": name, "yaxis": "y2", "showlegend": False})
    mark = upright(float(jump), "the rate jumps")
    return Figure(
        key,
        "Progress, then a sudden stop",
        f"The loss, and below it how many units are dead: {int(found.jumped.dead[-1])} of {UNITS} where the rate "
        f"jumps at step {jump}, {int(found.steady.dead[-1])} where it does not.",
        traces,
        layout(
            axis("step", anchor="y2"),
            axis("mean loss", domain=[0.4, 1], rangemode="tozero"),
            height=430,
            yaxis2=axis("dead units", domain=[0, 0.3], range=[-0.5, UNITS + 0.5]),
            shapes=mark["shapes"],
            annotations=mark["annotations"],
        ),
    )


def _line(w: np.ndarray, b: float) -> list[tuple[float | None, float | None]]:
    """Return a unit's line within the picture and the stroke on its active side; () where it lies beyond."""
    length = float(np.hypot(*w))
    if length == 0:
        return []
    normal = w / length
    foot, along = -b / length * normal, np.array([-normal[1], normal[0]])
    low, high = -np.inf, np.inf
    for start, step in zip(foot, along, strict=True):
        if abs(step) < 1e-9:
            if abs(start) > SIDE:
                return []
            continue
        first, second = sorted(((-SIDE - start) / step, (SIDE - start) / step))
        low, high = max(low, first), min(high, second)
    if low >= high:
        return []
    ends = [foot + low * along, foot + high * along]
    middle = (ends[0] + ends[1]) / 2
    stroke = [middle, middle + HATCH * normal]
    gap: tuple[float | None, float | None] = (None, None)
    return [
        *((float(p[0]), float(p[1])) for p in ends), gap, *((float(p[0]), float(p[1])) for p in stroke), gap,
    ]  # fmt: skip
