"""The two pictures of batch normalisation: which settings train, and how far training and validation lie apart."""

from typing import Any

import numpy as np

from thalweg.lab.batch_norm_runs import RATES, SIZES, TRAINED, Grid, Repeats
from thalweg.lab.panels import LEFT, MARGIN, RIGHT, headings
from thalweg.report.figures.style import Figure, axis, layout

RAN_AWAY = "\N{MULTIPLICATION SIGN}"
COLUMNS = ("without,<br>at its best", "with it,<br>at its best", "with it, at<br>the other's best")
LOOKS = (("@orange", "circle"), ("@blue", "square"), ("@purple", "diamond"))
WIDE = 0.4  # of a column's points, to either side


def grid_figure(plain: Grid, normed: Grid) -> Figure:
    """Return the accuracy reached at each setting, without normalisation on the left and with it on the right.

    Args:
        plain: Without.
        normed: With it.

    Returns:
        The picture.
    """
    return Figure(
        "grid",
        "Training digits right, in percent",
        f"Left without batch normalisation, right with it. {int(plain.trained.sum())} and {int(normed.trained.sum())} "
        f"of {plain.trained.size} settings reach {TRAINED:.0%}; {RAN_AWAY} marks a loss that is no number any more. "
        "Without it a column or two train; with it a broad band. First weights are in units of He's deviation.",
        [_heat(plain, ""), _heat(normed, "2")],
        layout(
            _across(LEFT),
            axis("rate", tickvals=_every_other(RATES), ticktext=_names(RATES), showgrid=False, zeroline=False),
            height=430,
            hovermode="closest",
            plot_bgcolor="@line",
            margin=MARGIN,
            xaxis2=_across(RIGHT),
            annotations=headings("without", "with it"),
            coloraxis={"cmin": 0, "cmax": 1, "colorscale": [[0, "@surface"], [1, "@blue"]], "showscale": False},
        ),
    )


def _heat(grid: Grid, place: str) -> dict[str, Any]:
    shown = [[f"{100 * share:.0f}" if np.isfinite(share) else RAN_AWAY for share in row] for row in grid.accuracy]
    said = [
        [
            f"rate {rate:.3g}, weights {size:.3g} of He's:<br>"
            + (f"{share:.1%} right, loss {loss:.3g}" if np.isfinite(share) else "the loss is no number")
            for size, share, loss in zip(SIZES, shares, losses, strict=True)
        ]
        for rate, shares, losses in zip(RATES, grid.accuracy, grid.loss, strict=True)
    ]
    return {
        "type": "heatmap",
        "x": np.arange(len(SIZES)),
        "y": np.arange(len(RATES)),
        "z": grid.accuracy,
        "text": shown,
        "texttemplate": "%{text}",
        "hovertext": said,
        "hovertemplate": "%{hovertext}<extra></extra>",
        "coloraxis": "coloraxis",
        "xgap": 1,
        "ygap": 1,
        "xaxis": f"x{place}",
        "yaxis": "y",
    }


def _across(domain: tuple[float, float]) -> dict[str, Any]:
    marks = {"tickvals": _every_other(SIZES), "ticktext": _names(SIZES), "tickangle": 0}
    return axis("first weights", domain=list(domain), showgrid=False, zeroline=False, **marks)


def _every_other(values: np.ndarray) -> list[int]:
    return list(range(0, len(values), 2))


def _names(values: np.ndarray) -> list[str]:
    return [f"{values[k]:.3g}" for k in _every_other(values)]


def gap_figure(repeats: tuple[Repeats, ...]) -> Figure:
    """Return training less validation accuracy on each split, a column of points for each network.

    Args:
        repeats: Without normalisation, with it, and with it at the first one's setting.

    Returns:
        The picture.
    """
    means = [100 * float(r.gaps.mean()) for r in repeats]
    return Figure(
        "gap",
        "The generalisation gap on ten other splits",
        f"Training less validation accuracy. On average {means[0]:.1f} points without normalisation and {means[1]:.1f} "
        f"with it, each at its best setting; {means[2]:.1f} with it at the setting that is best without.",
        [trace for k, r in enumerate(repeats) for trace in _points(k, 100 * r.gaps)],
        layout(
            axis("", tickvals=[0, 1, 2], ticktext=list(COLUMNS), range=[-0.6, 2.6], showgrid=False, zeroline=False),
            axis("gap, in points", rangemode="tozero"),
            hovermode="closest",
            showlegend=False,
        ),
    )


def _points(k: int, gaps: np.ndarray) -> list[dict[str, Any]]:
    colour, symbol = LOOKS[k]
    mean = float(gaps.mean())
    points = {
        "type": "scatter",
        "mode": "markers",
        "x": k + np.linspace(-0.6, 0.6, len(gaps)) * WIDE,
        "y": gaps,
        "marker": {"color": colour, "symbol": symbol, "size": 8},
        "hovertemplate": "%{y:.1f} points<extra></extra>",
    }
    line = {
        "type": "scatter",
        "mode": "lines",
        "x": [k - WIDE, k + WIDE],
        "y": [mean, mean],
        "line": {"color": colour, "width": 2},
        "hovertemplate": "mean %{y:.1f} points<extra></extra>",
    }
    return [points, line]
