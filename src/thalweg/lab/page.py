"""The case study as a page: both models' regions and losses, and their numbers beside those known for seed 0."""

from pathlib import Path
from typing import NamedTuple

import numpy as np

import thalweg
from thalweg.files import write_whole
from thalweg.lab.derived import ACCURACIES, ROUNDING, SEED, compared, disagreements
from thalweg.lab.regions import regions_figure
from thalweg.lab.spiral import HIDDEN, NETWORK_EPOCHS, Fit, Study
from thalweg.report.figures.style import Figure, axis, layout, level, line
from thalweg.report.findings import MARKS
from thalweg.report.frame import framed
from thalweg.report.numbers import count, percent
from thalweg.report.series import Series


class _Model(NamedTuple):
    """What the page says of one model."""

    fit: Fit
    rows: tuple  # of `compared`
    expected: str  # accuracy known for seed 0, "" for none
    regions: Figure
    losses: Figure


def render_study(study: Study) -> str:
    """Return the case study as one HTML page that loads nothing.

    Args:
        study: Of any seed; numbers are compared for seed 0 alone.

    Returns:
        The page.
    """
    known = study.seed == SEED
    models = [
        _Model(
            fit,
            rows,
            _between(*bounds) if known else "",
            _regions(study, fit, place),
            _losses(fit, place, len(np.unique(study.y))),
        )
        for place, (fit, rows, bounds) in enumerate(zip(study.fits, compared(study), ACCURACIES, strict=True), 1)
    ]
    linear, network = study.fits
    headline = (
        f"On the spiral, straight boundaries get {percent(linear.accuracy)} of the points right, "
        f"one hidden layer {percent(network.accuracy)}"
    )
    return framed(
        "spiral.html",
        [figure for model in models for figure in (model.regions, model.losses)],
        package="thalweg.lab",
        title=f"The spiral, seed {study.seed} - Thalweg lab",
        headline=headline,
        study=study,
        models=models,
        known=known,
        hidden=HIDDEN,
        rounding=ROUNDING[study.precision],
        disagreements=disagreements(study),
        marks=MARKS,
        again=_again(study),
        version=thalweg.__version__,
    )


def write_study(path: Path, study: Study) -> None:
    """Write the case study's page as one HTML file that needs no other.

    Args:
        path: The file; its folder exists.
        study: What to show.

    Raises:
        InputError: If the file cannot be written; an older page stays.
    """
    write_whole(path, render_study(study).encode())


def _between(low: float, high: float) -> str:
    return f"{low:.2%}" if high - low < 1e-3 else f"{low:.0%} to {high:.0%}"


def _again(study: Study) -> tuple[tuple[str, str], ...]:
    """(purpose, line to type) of what makes this study again."""
    _, network = study.fits
    options = f"{study.seed}, network_epochs={network.epochs}, precision={study.precision!r}"
    python = f"from thalweg.lab.spiral import study_spiral; study = study_spiral({options})"
    own = network.epochs == NETWORK_EPOCHS and study.precision == "float64"
    shell = (("In a shell, this page and its numbers:", f"thalweg lab spiral --seed {study.seed}"),) if own else ()
    return (*shell, ("In Python, its numbers and regions as arrays:", python))


def _regions(study: Study, fit: Fit, place: int) -> Figure:
    right = round(fit.accuracy * len(study.y))
    return regions_figure(
        f"regions-{place}",
        _capital(fit.title),
        f"After {count(fit.epochs)} steps {count(right)} of the {count(len(study.y))} points lie in the region of "
        "their own class.",
        side=study.axis,
        regions=fit.regions,
        x=study.x,
        y=study.y,
    )


def _losses(fit: Fit, place: int, classes: int) -> Figure:
    data = Series(fit.loss.at, fit.loss.values - fit.penalty.values)
    return Figure(
        f"loss-{place}",
        f"{_capital(fit.title)}: loss over steps",
        f"From {fit.loss.values[0]:.6f} at step 0, near ln {classes} as it must be for a model that knows nothing yet, "
        f"to {fit.loss.values[-1]:.6f} at step {count(int(fit.loss.at[-1]))}, {fit.penalty.values[-1]:.6f} of it the "
        "penalty.",
        [
            line(fit.loss, "loss", 0),
            line(data, "without the penalty", 1),
            level(float(np.log(classes)), fit.loss.at, f"ln {classes}: guessing"),
        ],
        layout(axis("step"), axis("mean loss", rangemode="tozero"), height=300),
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
