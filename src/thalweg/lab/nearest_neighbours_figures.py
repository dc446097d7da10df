"""The pictures of the page of nearest neighbours: regions, distances by dimension, seconds by rows."""

import numpy as np

from thalweg.lab.equal_distances import Changed
from thalweg.lab.gallery import Gallery, plate
from thalweg.lab.nearest_neighbours_runs import SIDE, Answer, Cloud, Spread, Timed
from thalweg.lab.regions import regions_figure
from thalweg.report.figures.style import Figure, axis, layout, line
from thalweg.report.numbers import amount, percent
from thalweg.report.series import Series


def answer_figure(cloud: Cloud, found: Answer) -> Figure:
    """Return what the nearest say of each point of the plane.

    Args:
        cloud: Whose training points are shown, with the classes that they were given.
        found: What is said.

    Returns:
        The picture.
    """
    voters = "the nearest point" if found.k == 1 else f"the {found.k} nearest"
    return regions_figure(
        f"{found.distance}_{found.k}",
        f"K = {found.k}, {found.distance.upper()}",
        f"Each place has the class of {voters} by {found.distance.upper()}. {percent(found.training)} of the training "
        f"points keep their class, {percent(found.new)} of new points are right.",
        side=SIDE,
        regions=found.regions,
        x=cloud.x,
        y=cloud.y,
    )


def spread_figure(found: tuple[Spread, ...]) -> Figure:
    """Return how far the farthest point is, as a multiple of how far the nearest is, by dimension.

    Args:
        found: Of growing width.

    Returns:
        The picture.
    """
    widths, ratios = np.array([s.width for s in found], float), np.array([s.ratio for s in found])
    return Figure(
        "spread",
        "The farthest point's distance, in distances of the nearest",
        f"Random points in a cube. In {found[0].width} dimension the farthest is {amount(found[0].ratio)} times as far "
        f"as the nearest, in {found[-1].width} dimensions {amount(found[-1].ratio)} times: all points are about "
        "equally far.",
        [line(Series(widths, ratios), "farthest / nearest", 0)],
        layout(
            axis("dimensions", type="log", tickvals=widths, ticktext=[f"{s.width}" for s in found]),
            axis("farthest / nearest", type="log", exponentformat="power", dtick=1),
        )
        | {"showlegend": False},
        True,
    )


def timed_figure(found: tuple[Timed, ...]) -> Figure:
    """Return the seconds that training and prediction take, by the number of training rows.

    Args:
        found: Of growing number.

    Returns:
        The picture.
    """
    rows = np.array([t.rows for t in found], float)
    names = ("nearest: copy the rows", "nearest: ask", "linear: train", "linear: ask")
    columns = [np.array([getattr(t, name) for t in found]) for name in ("keep", "ask", "train", "predict")]
    return Figure(
        "timed",
        "Seconds, by the number of training rows",
        "On this machine, the shortest of three times, compiling left out. What nearest neighbours save beforehand "
        "they spend at every question, the more the more rows there are.",
        [line(Series(rows, column), name, k) for k, (name, column) in enumerate(zip(names, columns, strict=True))],
        layout(
            axis("training rows", type="log", tickvals=rows, ticktext=[f"{t.rows:,}" for t in found]),
            axis("seconds", type="log", exponentformat="power", dtick=1),
            hovermode="closest",
        ),
        True,
    )


def changed_gallery(found: tuple[Changed, ...]) -> Gallery:
    """Return the pictures that are equally far from the first, and one that is not.

    Args:
        found: The picture itself first.

    Returns:
        The pictures.
    """
    return Gallery(
        "Equally far",
        "By L2 over all pixels the second, third and fourth picture are equally far from the first. To nearest "
        "neighbours on pixels the three changes are of one size.",
        tuple(plate(one.pixels, one.title, f"{one.says} Distance {amount(one.distance, 5)}.") for one in found),
    )
