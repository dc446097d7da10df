"""What a search tried: scores over each setting, settings side by side, curves by score, what mattered."""

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from plotly.colors import sample_colorscale

from thalweg.report.figures.style import COLOURS, Figure, axis, layout
from thalweg.report.numbers import metric_of, percent, scored
from thalweg.report.search import name_text, value_text
from thalweg.report.text import plot_text
from thalweg.runs.search_record import SearchSummary, StageRow, TrialRow
from thalweg.wording import counted

MOST_DIMENSIONS = 12
MOST_CURVES = 100
SCALE = "Viridis"


def search_figures(search: SearchSummary) -> tuple[Figure, ...]:
    """Return the pictures of a search.

    Args:
        search: That came to its end.

    Returns:
        A scatter for each dimension, the settings of all trials side by side, their curves, and which settings
        mattered, where that is known.
    """
    names = list(dict.fromkeys(name for stage in search.stages for name in stage.ranges))[:MOST_DIMENSIONS]
    scatters = (_scatter(search, name, place) for place, name in enumerate(names))
    importance = (_importance(search),) if search.importance else ()
    return (*importance, *scatters, *_coordinates(search, names), *_curves(search))


def _drawn(stage: StageRow, search: SearchSummary) -> list[TrialRow]:
    return [trial for trial in search.trials if trial.stage == stage.name]


def _scatter(search: SearchSummary, name: str, place: int) -> Figure:
    title, shown = metric_of(search.metric).title, name_text(name)
    traces: list[dict[str, Any]] = []
    log = any(name in stage.ranges and stage.ranges[name].log for stage in search.stages)
    for k, stage in enumerate(search.stages):
        trials = [trial for trial in _drawn(stage, search) if name in trial.point and math.isfinite(trial.score)]
        if trials:
            traces.append(_dots(trials, name, stage.name, k))
    lost = [trial for trial in search.trials if name in trial.point and trial.failed and math.isfinite(trial.score)]
    if lost:
        traces.append(
            _dots(lost, name, "failed", 5) | {"marker": {"color": "@red", "size": 9, "symbol": "x-thin-open"}}
        )
    best = search.finalists[0]
    if name in best.point:
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": [_at(best.point[name])],
                "y": [best.scores[0]],
                "name": "winner",
                "marker": {"color": "@clear", "size": 15, "symbol": "circle", "line": {"color": "@ink", "width": 2}},
            }
        )
    bands = [_band(stage, name, k) for k, stage in enumerate(search.stages) if _is_range(stage, name)]
    value = _said(best.point[name]) if name in best.point else "none"
    return Figure(
        f"search-{place}",
        f"Scores over {shown}",
        f"Each dot is a trial; shaded are the ranges of the stages, the winner is ringed: {value}. "
        f"Searched: {'; '.join(dict.fromkeys(s.ranges[name].text for s in search.stages if name in s.ranges))}.",
        traces,
        layout(
            axis(plot_text(shown, 60), **({"type": "log", "exponentformat": "power", "dtick": 1} if log else {})),
            axis(f"validation {title}"),
            hovermode="closest",
            shapes=bands,
        ),
    )


def _dots(trials: Sequence[TrialRow], name: str, stage: str, k: int) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [_at(trial.point[name]) for trial in trials],
        "y": [trial.score for trial in trials],
        "text": [f"trial {trial.number}" for trial in trials],
        "name": plot_text(stage),
        "marker": {"color": COLOURS[k % 8], "size": 8, "symbol": k % 8, "opacity": 0.8},
    }


def _is_range(stage: StageRow, name: str) -> bool:
    return stage.name != "finalists" and name in stage.ranges and math.isfinite(stage.ranges[name].low)


def _band(stage: StageRow, name: str, k: int) -> dict[str, Any]:
    found = stage.ranges[name]
    return {
        "type": "rect",
        "x0": found.low,
        "x1": found.high,
        "y0": 0,
        "y1": 1,
        "yref": "paper",
        "fillcolor": COLOURS[k % 8],
        "opacity": 0.07,
        "line": {"width": 0},
        "layer": "below",
    }


def _at(value: Any) -> Any:
    """Return where a value lies on an axis: a number as it is, an option by its name."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else plot_text(value_text(value))


def _said(value: Any) -> str:
    return value_text(value)


class _Axis(NamedTuple):
    """One setting of the picture in which all stand side by side."""

    label: str
    at: list[float]  # of each trial, from 0 at the bottom to 1 at the top; NaN where it has no such setting
    marks: list[tuple[float, str]]  # (height, words)


def _coordinates(search: SearchSummary, names: Sequence[str]) -> tuple[Figure, ...]:
    trials = _by_score(search)[-MOST_CURVES:]
    if len(trials) < 2 or len(names) < 2:
        return ()
    title = metric_of(search.metric).title
    scores = [trial.score for trial in trials]
    axes = [
        *(_axis_of(search, trials, name) for name in names),
        _numbers(title, scores, lambda score: scored(search.metric, score)),
    ]
    places = list(range(len(axes)))
    traces = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "x": places,
            "y": [one.at[k] for one in axes],
            "text": [
                *(value_text(trial.point.get(name, "none")) for name in names),
                scored(search.metric, trial.score),
            ],
            "hoverinfo": "text+name",
            "name": f"trial {trial.number}",
            "line": {"color": colour, "width": 1.5},
            "marker": {"color": colour, "size": 4},
        }
        for k, (trial, colour) in enumerate(zip(trials, _colours(len(trials)), strict=True))
    ]
    marks = [
        {
            "x": place,
            "y": height,
            "text": plot_text(words, 16),
            "showarrow": False,
            "xanchor": "right" if place == places[-1] else "left",
            "xshift": -5 if place == places[-1] else 5,
            "bgcolor": "@surface",
            "opacity": 0.8,
            "font": {"size": 11},
        }
        for place, one in enumerate(axes)
        for height, words in one.marks
    ]
    below = {"tickvals": places, "ticktext": [one.label for one in axes], "showgrid": True, "zeroline": False}
    return (
        Figure(
            "search-coordinates",
            "Settings side by side",
            f"Each line is one of {counted(len(trials), 'trial')}, from its settings to its {title} at the right; the "
            "lighter, the better. Where light lines run through one part of an axis, that part is the good one.",
            traces,
            layout(
                axis("", **below),
                axis("", showticklabels=False, showgrid=False, zeroline=False, range=[-0.06, 1.06]),
                height=420,
                showlegend=False,
                hovermode="closest",
                annotations=marks,
            ),
        ),
    )


def _axis_of(search: SearchSummary, trials: Sequence[TrialRow], name: str) -> _Axis:
    label = plot_text(name_text(name).removeprefix("network.layers."), 22)
    ranges = [stage.ranges[name] for stage in search.stages if name in stage.ranges]
    values = [trial.point.get(name) for trial in trials]
    if all(math.isfinite(one.low) for one in ranges) and all(_is_number(value) for value in values):
        numbers = [math.nan if value is None else float(value) for value in values]
        if not any(one.log for one in ranges):
            return _numbers(label, numbers, value_text)
        logs = [math.log10(number) if number > 0 else math.nan for number in numbers]
        return _numbers(label, logs, lambda log: value_text(float(10.0**log)))
    options = sorted({value_text(value) for value in values if value is not None}, key=_by_number)
    height = {option: (k + 0.5) / len(options) for k, option in enumerate(options)}
    at = [math.nan if value is None else height[value_text(value)] for value in values]
    return _Axis(label, at, [(height[option], option) for option in options])


def _numbers(label: str, numbers: list[float], said: Callable[[float], str]) -> _Axis:
    known = [number for number in numbers if math.isfinite(number)]
    low, high = (min(known), max(known)) if known else (0.0, 0.0)
    if low == high:
        return _Axis(
            label, [0.5 if math.isfinite(n) else math.nan for n in numbers], [(0.5, said(low))] if known else []
        )
    at = [(number - low) / (high - low) for number in numbers]
    return _Axis(label, at, [(0.0, said(low)), (1.0, said(high))])


def _is_number(value: Any) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def _by_number(text: str) -> tuple[float, str]:
    try:
        return float(text), text
    except ValueError:
        return math.inf, text


def _by_score(search: SearchSummary) -> list[TrialRow]:
    """Return the trials that came to a score, the best last."""
    larger = metric_of(search.metric).larger_is_better
    known = [trial for trial in search.trials if math.isfinite(trial.score) and not trial.failed]
    return sorted(known, key=lambda trial: trial.score if larger else -trial.score)


def _colours(count: int) -> list[str]:
    return [
        str(colour) for colour in sample_colorscale(SCALE, np.linspace(0, 1, count).tolist() if count > 1 else [1.0])
    ]


def _curves(search: SearchSummary) -> tuple[Figure, ...]:
    trials = [trial for trial in _by_score(search) if len(trial.curve) > 1]
    if not trials:
        return ()
    title, shown = metric_of(search.metric).title, trials[-MOST_CURVES:]
    traces = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": [epoch for epoch, _ in trial.curve],
            "y": [score for _, score in trial.curve],
            "name": f"trial {trial.number}",
            "line": {"color": colour, "width": 1.5},
        }
        for trial, colour in zip(shown, _colours(len(shown)), strict=True)
    ]
    best = shown[-1]
    left = f" of {len(trials):,}, the best" if len(trials) > len(shown) else ""
    return (
        Figure(
            "search-curves",
            "Learning curves of the trials",
            f"{counted(len(shown), 'trial')}{left}: the lighter, the better it was at its best, up to "
            f"{scored(search.metric, best.score)} of trial {best.number}.",
            traces,
            layout(axis("epoch"), axis(f"validation {title}"), showlegend=False, hovermode="closest"),
        ),
    )


def _importance(search: SearchSummary) -> Figure:
    names = list(search.importance)[::-1]
    first = next(iter(search.importance))
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": [search.importance[name] for name in names],
        "y": [plot_text(name_text(name), 48) for name in names],
        "marker": {"color": "@blue"},
    }
    return Figure(
        "search-importance",
        "Which settings mattered",
        f"Shares of what the scores of the first trials hang on, by a random forest: the largest, "
        f"{percent(round(search.importance[first], 3))}, is that of {name_text(first)}. A few percent are no different "
        "from none.",
        [bars],
        layout(axis("share", tickformat=".0%"), axis(""), height=110 + 34 * len(names), showlegend=False),
    )
