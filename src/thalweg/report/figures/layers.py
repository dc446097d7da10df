"""Layer by layer: update ratios, gradients, activations."""

import numpy as np

from thalweg.report.figures.deaths import death_figures
from thalweg.report.figures.histograms import histogram_figures
from thalweg.report.figures.style import Figure, axis, layout, level, line
from thalweg.report.numbers import amount, percent
from thalweg.report.series import Series, in_order, of_probes, of_steps, thinned
from thalweg.report.text import plot_text
from thalweg.train.history import History

MOST_CURVES = 8  # more cannot be told apart; they become the rows of a map
STEP_MEASURES = ("update_ratio", "gradient_norm")
PROBE_MEASURES = ("mean", "std", "zero_share", "dead_share", "saturated_share", "gradient_norm")
HEALTHY_RATIO = 1e-3  # CS231n notes, "Neural Networks Part 3", "Ratio of weights:updates"


def layer_figures(history: History, layers: tuple[str, ...] = ()) -> tuple[Figure, ...]:
    """Return the pictures of what monitors saw in each layer.

    Args:
        history: Of the run.
        layers: Names in the order of the network; others follow.

    Returns:
        The pictures; those without a record are left out.
    """
    steps = {measure: in_order(of_steps(history, measure), layers) for measure in STEP_MEASURES}
    probes = {measure: in_order(of_probes(history, measure), layers) for measure in PROBE_MEASURES}
    deaths = death_figures(history, layers)  # an older history has their share alone
    made = [
        _figure("update-ratio", "Update to weight ratio", "|update| / |weight|", steps["update_ratio"], HEALTHY_RATIO),
        _figure("gradient-norm", "Gradient norm", "gradient norm", steps["gradient_norm"]),
        _figure("activation-std", "Spread of the activations", "standard deviation", probes["std"]),
        *(deaths or [_share("dead-share", "Dead units", "share of dead units", probes["dead_share"])]),
        _share("saturated-share", "Saturated outputs", "share saturated", probes["saturated_share"]),
    ]
    drawn = (figure for figure in made if figure is not None)
    return (*drawn, *histogram_figures(history, layers))


def last_values(series: dict[str, Series]) -> dict[str, float]:
    """Return each series' last finite value.

    Args:
        series: By layer or tensor.

    Returns:
        By the same names, without those that never had one.
    """
    finite = {name: s.values[np.isfinite(s.values)] for name, s in series.items()}
    return {name: float(values[-1]) for name, values in finite.items() if len(values)}


def _figure(key: str, title: str, unit: str, series: dict[str, Series], guide: float = 0.0) -> Figure | None:
    last = last_values(series)
    if not last:
        return None
    summary = _ends(last, amount)
    if guide:
        summary += f" A healthy ratio of a weight matrix lies near {amount(guide)}."
    if len(series) > MOST_CURVES:
        return _map(key, title, series, summary)
    positive = all((s.values[np.isfinite(s.values)] >= 0).all() and (s.values > 0).any() for s in series.values())
    y = axis(unit, type="log", exponentformat="power") if positive else axis(unit)
    over = next(iter(series.values())).at
    guides = [level(guide, over, f"healthy: near {amount(guide)}")] if guide else []
    return Figure(key, title, summary, _lines(series) + guides, layout(axis("step"), y), switch=positive)


def _share(key: str, title: str, unit: str, series: dict[str, Series]) -> Figure | None:
    last = last_values(series)
    if not last:
        return None
    y = axis(unit, tickformat=".0%", range=[-0.03, 1.03])
    return Figure(key, title, _ends(last, percent), _lines(series), layout(axis("step"), y, height=300))


def _lines(series: dict[str, Series]) -> list[dict]:
    return [line(s, name, place) for place, (name, s) in enumerate(series.items())]


def _map(key: str, title: str, series: dict[str, Series], summary: str) -> Figure:
    """One row a tensor, colour for the power of ten."""
    rows = [thinned(s) for s in series.values()]
    with np.errstate(divide="ignore", invalid="ignore"):
        powers = [np.log10(s.values) for s in rows]
    places = list(range(len(rows)))
    trace = {
        "type": "heatmap",
        "x": rows[0].at,
        "y": places,
        "z": powers,
        "colorscale": "Viridis",
        "colorbar": {"title": {"text": "power of ten", "side": "right"}, "thickness": 12},
        "hovertemplate": "step %{x}: 10^%{z:.1f}<extra></extra>",
    }
    names = axis("", tickvals=places, ticktext=[plot_text(name) for name in series], autorange="reversed")
    height = min(1600, 120 + 22 * len(rows))
    return Figure(key, title, summary, [trace], layout(axis("step"), names, height=height, hovermode="closest"))


def _ends(last: dict[str, float], read) -> str:
    if len(last) == 1:
        return f"{read(next(iter(last.values())))} at the end."
    least, most = min(last, key=lambda n: last[n]), max(last, key=lambda n: last[n])
    if read(last[least]) == read(last[most]):
        return f"{read(last[most])} at the end, everywhere."
    return f"At the end from {read(last[least])} ({least}) to {read(last[most])} ({most})."
