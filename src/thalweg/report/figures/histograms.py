"""Histograms over layers and epochs: one picture, and a list to choose from."""

from typing import Any, NamedTuple

import numpy as np

from thalweg.report.figures.style import Figure, axis, layout
from thalweg.report.numbers import amount, count
from thalweg.report.series import Histograms, in_order, of_histograms
from thalweg.report.text import plot_text
from thalweg.runs.looked_at import evenly
from thalweg.train.history import History
from thalweg.trees import is_weight

ROWS = 60  # steps of size that a picture is drawn with
MOST_LOOKS = 60  # of a map over epochs
MOST_MAPS = 60  # a report stays small, and a list that is longer is not read
LEAST_SHARE = -4.0  # power of ten of the share of entries that has the lowest colour
PARTS = {"output": "outputs", "gradient": "gradients of outputs", "weight": "weights"}


class _Map(NamedTuple):
    """One choice."""

    label: str
    x: list[float]
    x_axis: dict[str, Any]
    unit: str
    edges: np.ndarray  # (ROWS + 1,)
    shares: np.ndarray  # (ROWS, len(x))


def histogram_figures(history: History, layers: tuple[str, ...] = ()) -> tuple[Figure, ...]:
    """Return the picture of what was counted in each layer.

    Args:
        history: Of the run.
        layers: Names in the order of the network; others follow.

    Returns:
        One picture; () where nothing was counted.
    """
    parts = {part: in_order(of_histograms(history, part), layers) for part in PARTS}
    parts["weight"] = {name: h for name, h in parts["weight"].items() if is_weight(name)}
    parts = {part: {name: h for name, h in found.items() if h.counts.any()} for part, found in parts.items()}
    parts = {part: found for part, found in parts.items() if found}
    if not parts:
        return ()
    sides = [_side_by_side(part, found, moment) for part, found in parts.items() for moment in (-1, 0)]
    named = [(part, name, h) for part, found in parts.items() for name, h in found.items()]
    chosen = evenly(len(named), MOST_MAPS)
    overs = [_over_epochs(part, name, h, history) for part, name, h in (named[k] for k in chosen)]
    maps = [*sides, *overs]
    first = maps[0]
    return (
        Figure(
            "histograms",
            "Histograms",
            _summary(parts, len(named) - len(overs)),
            [_trace(one, shown=place == 0) for place, one in enumerate(maps)],
            layout(
                first.x_axis,
                axis(first.unit),
                height=460,
                hovermode="closest",
                showlegend=False,
                margin={"l": 8, "r": 12, "t": 56, "b": 8},
                updatemenus=[_menu(maps)],
            ),
        ),
    )


def rebinned(counts: np.ndarray, ends: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Return a histogram over other bins, as if entries were spread evenly within each of its own.

    Args:
        counts: (bins,) of one width.
        ends: (2,) of the first and of the last.
        edges: (n + 1,) ascending, of the wanted bins, spanning the ends.

    Returns:
        (n,), with the same sum.

    Example:
        >>> rebinned(np.array([4.0, 2.0]), np.array([0.0, 2.0]), np.array([-1.0, 0.5, 1.0, 3.0])).tolist()
        [2.0, 2.0, 2.0]
    """
    if ends[0] == ends[1]:  # all entries are alike
        place = min(max(int(np.searchsorted(edges, ends[0], side="right")) - 1, 0), len(edges) - 2)
        return np.where(np.arange(len(edges) - 1) == place, counts.sum(), 0.0)
    own = np.linspace(float(ends[0]), float(ends[1]), len(counts) + 1)
    below = np.interp(edges, own, np.concatenate([[0.0], np.cumsum(counts)]))
    return np.diff(below)


def _side_by_side(part: str, found: dict[str, Histograms], moment: int) -> _Map:
    """Every layer at the first look or at the last."""
    names = list(found)
    when = "at the end" if moment else "at the start"
    places = [float(k) for k in range(len(names))]
    ticks = {"tickvals": places, "ticktext": [plot_text(name) for name in names], "tickangle": -45}
    columns = [Histograms(*(field[moment : (moment + 1) or None] for field in h)) for h in found.values()]
    edges, shares = _on_common_edges(columns)
    return _Map(f"{PARTS[part]}, layer by layer, {when}", places, axis("", **ticks), part, edges, shares)


def _over_epochs(part: str, name: str, h: Histograms, history: History) -> _Map:
    chosen = evenly(len(h.at), MOST_LOOKS)
    edges, shares = _on_common_edges([Histograms(*(field[chosen] for field in h))])
    table = history.evaluation_table()
    known = len(table.get("step", ())) > 0
    at = np.interp(h.at[chosen], table["step"], table["epoch"]) if known else h.at[chosen]
    label = f"{PARTS[part]} of {plot_text(name)} over epochs" if part != "weight" else f"{plot_text(name)} over epochs"
    return _Map(label, at.tolist(), axis("epoch" if known else "step"), part, edges, shares)


def _on_common_edges(many: list[Histograms]) -> tuple[np.ndarray, np.ndarray]:
    """Return edges that span all, and shares (ROWS, records) of each record's counted entries."""
    ends = np.concatenate([h.ends for h in many])
    low, high = float(ends[:, 0].min()), float(ends[:, 1].max())
    if low == high:
        low, high = low - 0.5 * max(abs(low), 1.0), high + 0.5 * max(abs(high), 1.0)
    edges = np.linspace(low, high, ROWS + 1)
    edges[0], edges[-1] = low, high  # exactly, or an outermost entry would be in none
    counts = [rebinned(c, e, edges) for h in many for c, e in zip(h.counts, h.ends, strict=True)]
    return edges, np.stack([c / max(c.sum(), 1.0) for c in counts], axis=1)


def _trace(one: _Map, *, shown: bool) -> dict[str, Any]:
    with np.errstate(divide="ignore"):
        powers = np.log10(one.shares)
    return {
        "type": "heatmap",
        "x": one.x,
        "y": (one.edges[:-1] + one.edges[1:]) / 2,
        "z": np.where(np.isfinite(powers), np.maximum(powers, LEAST_SHARE), np.nan).round(2),
        "zmin": LEAST_SHARE,
        "zmax": 0.0,
        "visible": shown,
        "colorscale": "Viridis",
        "colorbar": {
            "title": {"text": "share of entries", "side": "right"},
            "thickness": 12,
            "tickvals": [-4, -3, -2, -1, 0],
            "ticktext": ["0.01%", "0.1%", "1%", "10%", "100%"],
        },
        "hovertemplate": f"%{{y:.3g}}: 10^%{{z:.1f}} of the entries<extra>{one.label}</extra>",
    }


def _menu(maps: list[_Map]) -> dict[str, Any]:
    return {
        "type": "dropdown",
        "x": 0,
        "xanchor": "left",
        "y": 1.03,
        "yanchor": "bottom",
        "pad": {"t": 0, "b": 4},
        "bgcolor": "@surface",
        "bordercolor": "@line",
        "font": {"color": "@ink", "size": 13},
        "buttons": [
            {
                "label": one.label,
                "method": "update",
                "args": [
                    {"visible": [other is one for other in maps]},
                    {"xaxis": one.x_axis, "yaxis": axis(one.unit)},
                ],
            }
            for one in maps
        ],
    }


def _summary(parts: dict[str, dict[str, Histograms]], left_out: int) -> str:
    spans = []
    for part, found in parts.items():
        ends = np.concatenate([h.ends[-1:] for h in found.values()])
        spans.append(f"{PARTS[part]} from {amount(ends[:, 0].min())} to {amount(ends[:, 1].max())}")
    missing = sum(int(h.not_finite[-1]) for found in parts.values() for h in found.values())
    are = "entry is" if missing == 1 else "entries are"
    broken = f"{count(missing)} {are} infinite or not a number." if missing else ""
    fewer = f"{count(left_out)} more were counted and are in the history only." if left_out else ""
    said = f"At the end, but for far entries, there are {', '.join(spans)}. The list above has each layer over epochs."
    return " ".join(filter(None, (said, broken, fewer)))
