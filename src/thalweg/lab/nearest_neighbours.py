"""What nearest neighbours are good for, what distances between pixels mean, and what asking costs."""

import itertools

import numpy as np

from thalweg.lab.equal_distances import Changed, equal_distances
from thalweg.lab.nearest_neighbours_figures import answer_figure, changed_gallery, spread_figure, timed_figure
from thalweg.lab.nearest_neighbours_runs import (
    ASKED,
    CLASSES,
    KS,
    POINTS,
    QUERIES,
    ROWS,
    SIZES,
    STEPS,
    TEST,
    TRAIN,
    WIDTH,
    WIDTHS,
    Answer,
    Cloud,
    Spread,
    Timed,
    answer,
    dense_grid,
    draw_cloud,
    farthest_from_grid,
    picture_distance,
    spread,
    timed,
)
from thalweg.lab.sheet import Claim, Sheet, Table, between
from thalweg.report.numbers import amount, duration, percent

ROUNDING = 1e-3  # of a distance, by which pixels that are whole numbers may be off
LEVEL = 2.0  # times as far as the nearest: what is left in the most dimensions, at most


def nearest_neighbours(seed: int = 0) -> Sheet:
    """Measure distances of pictures, draw regions of K nearest neighbours, and take the time of asking.

    Args:
        seed: Of the points; 0 to 4294967295.

    Returns:
        The sheet.

    Raises:
        InputError: If the seed is out of its range.

    Source: CS231n notes, "Image Classification"; lecture 2. Of distances in many dimensions: Beyer, Goldstein,
    Ramakrishnan and Shaft, "When is nearest neighbor meaningful?", 1999.
    """
    cloud = draw_cloud(seed)
    answers = (*(answer(cloud, k, "l2") for k in KS), answer(cloud, 1, "l1"))
    spreads = tuple(spread(width, seed) for width in WIDTHS)
    changed = equal_distances()
    times = tuple(timed(rows, seed) for rows in SIZES)
    one, most, *_ = answers[0], answers[len(KS) - 1]
    return Sheet(
        name="nearest-neighbours",
        title="Nearest neighbours",
        seed=seed,
        headline=f"One neighbour gets {percent(one.training)} of its training points right and {percent(one.new)} of "
        f"new ones; {most.k} neighbours get {percent(most.training)} and {percent(most.new)}",
        words=_words(cloud, spreads, changed, times),
        claims=(*_of_answers(answers), *_of_distances(spreads, changed, seed)),
        tables=(
            _picture_table(),
            _answer_table(cloud, answers),
            _grid_table(),
            _spread_table(spreads),
            _changed_table(changed),
            _time_table(times),
        ),
        figures=(*(answer_figure(cloud, found) for found in answers), spread_figure(spreads), timed_figure(times)),
        python=f"from thalweg.lab.nearest_neighbours import nearest_neighbours; sheet = nearest_neighbours({seed})",
        source='CS231n notes, "Image Classification"; lecture 2. Of distances in many dimensions: Beyer, Goldstein, '
        'Ramakrishnan and Shaft, "When is nearest neighbor meaningful?", 1999.',
        galleries=(changed_gallery(changed),),
    )


def _words(
    cloud: Cloud, spreads: tuple[Spread, ...], changed: tuple[Changed, ...], times: tuple[Timed, ...]
) -> tuple[str, ...]:
    last = times[-1]
    return (
        "The nearest neighbour classifier keeps its training rows, and gives a new row the class of the one that is "
        f"nearest. Of {POINTS} training points here {cloud.turned} have a wrong class. One neighbour believes each of "
        "them: every wrong point is an island in the other class, and all training points are right, which says "
        "nothing of new ones. With more neighbours the islands go, and some training points are outvoted.",
        "Distances have to be chosen. L1 adds up differences along each axis, so it hangs on where the axes lie; L2 "
        "does not, and stays the same when all points are turned.",
        "Between pictures, distances over pixels say little of what is seen. The pictures below are equally far from "
        "the first one. Nearest neighbours on pixels find pictures with the same ground and the same light, whatever "
        "stands before it.",
        "To have a training row near every place takes a number of them that grows as a power of the dimension: 4 for "
        f"steps of a quarter in one dimension, {4**10:,} in ten. And in many dimensions hardly any row is nearer than "
        f"another: of random points in {spreads[-1].width} dimensions the farthest is {amount(spreads[-1].ratio)} "
        "times as far as the nearest.",
        f"Nothing is trained: to copy {last.rows:,} rows took {duration(last.keep)}. But each question is held against "
        f"all of them, and {ASKED:,} questions took {duration(last.ask)}. A linear classifier took "
        f"{duration(last.train)} to train and {duration(last.predict)} for the same questions, and no longer however "
        "many rows it learned from. One would have it the other way round: slow training is paid for once. These are "
        "times of the machine that wrote this page.",
    )


def _of_answers(answers: tuple[Answer, ...]) -> tuple[Claim, ...]:
    one, most, taxi = answers[0], answers[len(KS) - 1], answers[-1]
    return (
        Claim(
            "The notes' two pictures of 4 x 4 pixels, L1 distance.",
            "456", f"{picture_distance('l1'):g}", picture_distance("l1") == 456,
        ),
        Claim(
            "One neighbour gets every training row right, wrong classes and all.",
            "100%", percent(one.training), one.training == 1,
        ),
        Claim(
            f"{most.k} neighbours do not.",
            "below 100%", percent(most.training), most.training < 1,
        ),
        Claim(
            f"On new points {most.k} neighbours are better than one.",
            f"above {percent(one.new)}", percent(most.new), most.new > one.new,
        ),
        Claim(
            "New points that get another class by L2 when all points are turned by 45 degrees.",
            "0%", percent(one.turned), one.turned == 0,
        ),
        Claim(
            "The same by L1.",
            "above 0%", percent(taxi.turned), taxi.turned > 0,
        ),
    )  # fmt: skip


def _of_distances(spreads: tuple[Spread, ...], changed: tuple[Changed, ...], seed: int) -> tuple[Claim, ...]:
    counts = [len(dense_grid(width)) for width in (1, 2, 3)]
    off = max(farthest_from_grid(width, seed) for width in (1, 2, 3))
    far = [one.distance for one in changed[1:4]]
    ratios = [one.ratio for one in spreads]
    return (
        Claim(
            "Points of a grid with four steps along each side, in 1, 2 and 3 dimensions.",
            "4, 16, 64", ", ".join(map(str, counts)), counts == [4, 16, 64],
        ),
        between(
            "That is dense: how far a random place is from a grid point in any direction, at most.",
            off, 0.0, 0.125, expected="at most 1/8 of the side",
        ),
        Claim(
            "The more dimensions, the less farther the farthest point is than the nearest, at each doubling.",
            "falls", ", ".join(amount(ratio) for ratio in ratios),
            all(b < a for a, b in itertools.pairwise(ratios)),
        ),
        between(
            f"In {spreads[-1].width} dimensions it is hardly farther at all: how many times as far.",
            ratios[-1], 1.0, LEVEL, expected=f"below {LEVEL:g}",
        ),
        between(
            "A picture moved, made darker and covered in part is equally far from itself; largest difference.",
            (max(far) - min(far)) / min(far), 0.0, ROUNDING, form=".1g", expected=f"at most {ROUNDING:g} of it",
        ),
    )  # fmt: skip


def _picture_table() -> Table:
    off = np.abs(TEST - TRAIN)
    return Table(
        f"Two pictures of 4 x 4 pixels: L1 distance {picture_distance('l1'):g}, L2 distance "
        f"{picture_distance('l2'):.2f}",
        ("row", "one picture", "the other", "differences", "sum"),
        tuple(
            (str(k + 1), *(" ".join(map(str, part[k])) for part in (TEST, TRAIN, off)), str(off[k].sum()))
            for k in range(4)
        ),
    )


def _answer_table(cloud: Cloud, answers: tuple[Answer, ...]) -> Table:
    return Table(
        f"Right answers in four quadrants, {cloud.turned} of {POINTS} training points with a wrong class",
        ("neighbours", "distance", "training points", "new points", "new points that change when all are turned"),
        tuple(
            (f"K = {a.k}", a.distance.upper(), percent(a.training), percent(a.new), percent(a.turned)) for a in answers
        ),
    )


def _grid_table() -> Table:
    return Table(
        "Points of a grid with four steps along each side",
        ("dimensions", "points"),
        tuple((str(width), f"{4**width:,}") for width in (1, 2, 3, 4, 6, 8, 10)),
    )


def _spread_table(spreads: tuple[Spread, ...]) -> Table:
    return Table(
        f"Distances from a random point of a cube to {ROWS} others, medians over {QUERIES}",
        ("dimensions", "to the nearest", "to the farthest", "farthest / nearest"),
        tuple((str(s.width), amount(s.nearest), amount(s.farthest), amount(s.ratio)) for s in spreads),
    )


def _changed_table(changed: tuple[Changed, ...]) -> Table:
    return Table(
        "L2 distance from the first picture, over all pixels and colours",
        ("picture", "distance"),
        tuple((one.title, amount(one.distance, 6)) for one in changed[1:]),
    )


def _time_table(times: tuple[Timed, ...]) -> Table:
    return Table(
        f"Times for rows of {WIDTH} numbers and {CLASSES} classes, {ASKED:,} questions; the linear classifier makes "
        f"{STEPS} steps over all rows",
        ("training rows", "nearest: copy", "nearest: ask", "right", "linear: train", "linear: ask", "right"),
        tuple(
            (
                f"{t.rows:,}",
                duration(t.keep),
                duration(t.ask),
                percent(t.right[0]),
                duration(t.train),
                duration(t.predict),
                percent(t.right[1]),
            )
            for t in times
        ),
    )
