"""When rectified units died, over the loss: progress, then a sudden stop, is their curve."""

import numpy as np

from thalweg.report.figures.style import Figure, axis, layout, line
from thalweg.report.numbers import percent
from thalweg.report.series import Deaths, Series, in_order, of_deaths
from thalweg.train.history import History
from thalweg.wording import counted

MOST_TOLD = 3  # layers that are told in words


def death_figures(history: History, layers: tuple[str, ...] = ()) -> tuple[Figure, ...]:
    """Return the curves of units that are dead for good, the training loss beneath them.

    Args:
        history: Of the run.
        layers: Names in the order of the network; others follow.

    Returns:
        One picture; () where no layer is rectified.
    """
    deaths = {name: d for name, d in in_order(of_deaths(history), layers).items() if d.last.size and d.at.size}
    if not deaths:
        return ()
    curves = [line(Series(d.at, d.dead()), name, place) for place, (name, d) in enumerate(deaths.items())]
    table = history.evaluation_table()
    loss = Series(table["step"], table["training_loss"][:, 0]) if table else Series(np.zeros(0), np.zeros(0))
    below = [line(loss, "training loss", 7, yaxis="y2")] if np.isfinite(loss.values).any() else []
    shares = axis("dead for good", tickformat=".0%", range=[-0.03, 1.03], domain=[0.46, 1.0] if below else [0.0, 1.0])
    second = {"yaxis2": axis("training loss", domain=[0.0, 0.36])} if below else {}
    drawn = layout(axis("step", anchor="y2" if below else "y"), shares, height=420 if below else 300, **second)
    return (Figure("dead-units", "Dead units", _summary(deaths), [*curves, *below], drawn),)


def _summary(deaths: dict[str, Deaths]) -> str:
    worst = sorted(deaths, key=lambda name: -deaths[name].dead()[-1])
    told = [_told(name, deaths[name]) for name in worst if deaths[name].dead()[-1] > 0][:MOST_TOLD]
    return " ".join(told) or "Every unit is active on some example of the probe set at the end."


def _told(name: str, deaths: Deaths) -> str:
    """One layer in words: how many died, and between which looks the most."""
    share = deaths.dead()
    gone = int((deaths.last < deaths.at[-1]).sum())
    said = f"{name}: {counted(gone, 'unit')} of {len(deaths.last)} dead at the end ({percent(share[-1])})"
    if not np.diff(share).any():
        return f"{said}, all of them from the first look on."
    most = int(np.diff(share).argmax())
    jump = share[most + 1] - share[most]
    part = "all of them" if np.isclose(jump, share[-1]) else f"{percent(jump)} of the layer"
    return f"{said}, {part} between steps {deaths.at[most]:,} and {deaths.at[most + 1]:,}."
