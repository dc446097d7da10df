"""Why deep networks of sigmoids do not learn, and four cures: pre-training, rectifiers, normalisation, shortcuts."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from thalweg.keys import root
from thalweg.lab.deep_sigmoid_runs import (
    DEPTH,
    EPOCHS,
    RATES,
    REPEATS,
    STEPS,
    WIDTH,
    Course,
    load_images,
    run_way,
    ways,
)
from thalweg.lab.sheet import Claim, Sheet, Table, between
from thalweg.report.figures.style import Figure, axis, layout, line
from thalweg.report.numbers import amount
from thalweg.report.series import Series

ROWS = 2000
QUANTILE = 2.776  # of Student's t with 4 degrees of freedom, at 97.5%: five repeats

SOURCE = (
    'Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010; Hinton, '
    'Osindero and Teh, "A fast learning algorithm for deep belief nets", 2006; CS231n notes, "Neural Networks Part 2".'
)


class Margin(NamedTuple):
    """A difference of paired scores: the mean over the repeats, and its 95% interval."""

    mean: float
    low: float
    high: float


def _silent(_: str) -> None:
    return None


def deep_sigmoid(data: Path, seed: int = 0, *, rows: int = ROWS, say: Callable[[str], None] = _silent) -> Sheet:
    """Train networks of eight hidden layers on a few labelled images, begun or built in five ways.

    Args:
        data: The folder of MNIST's idx files.
        seed: Of the choice of images, the weights and the order; 0 to 4294967295.
        rows: Labelled images to train on, and to pre-train on; at least 1.
        say: Told how far it is.

    Returns:
        The sheet.

    Raises:
        InputError: If a number is out of its range, or the data cannot be read.

    Source: Glorot and Bengio, 2010; Hinton, Osindero and Teh, 2006; CS231n notes, "Neural Networks Part 2".
    """
    root(seed)
    images = load_images(data, rows)
    courses = tuple(run_way(images, way, rows=rows, seed=seed, say=say) for way in ways(images.classes))
    return sheet_of(courses, rows, seed)._replace(
        python="from pathlib import Path; from thalweg.lab.deep_sigmoid import deep_sigmoid; "
        f"sheet = deep_sigmoid(Path({str(data)!r}), {seed}, rows={rows})",
        options=(str(data), "--rows", str(rows)),
    )


def sheet_of(courses: tuple[Course, ...], rows: int, seed: int) -> Sheet:
    """Return what was measured as a sheet.

    Args:
        courses: Of the five ways, in the order of `ways`, five repeats each.
        rows: Labelled images each network was trained on.
        seed: They were made with.

    Returns:
        The sheet, without the lines that make it again.
    """
    plain, begun, *_ = courses
    return Sheet(
        name="deep-sigmoid",
        title="Deep networks of sigmoids, and four cures",
        seed=seed,
        headline=f"{DEPTH} layers of sigmoids get {plain.score.mean():.1%} of test images right from random weights, "
        f"and {begun.score.mean():.1%} from those of a deep belief network",
        words=_words(courses, rows),
        claims=_claims(courses),
        tables=(_table(courses), _repeats(courses)),
        figures=(_figure(courses),),
        python="",
        source=SOURCE,
    )


def margin(one: Course, other: Course) -> Margin:
    """Return how much more test images one way gets right than another, paired over five repeats.

        mean d +- t s / sqrt(5),    d the differences, s their standard deviation, t = 2.776

    Args:
        one: The better way, maybe.
        other: On the same images.

    Returns:
        The margin, in shares.

    Source: Student, "The probable error of a mean", 1908.
    """
    d = one.score - other.score
    half = QUANTILE * d.std(ddof=1) / math.sqrt(len(d))
    return Margin(float(d.mean()), float(d.mean() - half), float(d.mean() + half))


def _words(courses: tuple[Course, ...], rows: int) -> tuple[str, ...]:
    plain, begun, *_ = courses
    rates = ", ".join(f"{rate:g}" for rate in RATES)
    return (
        f"Five networks of {DEPTH} hidden layers of {WIDTH} units learn {rows:,} labelled images, each {REPEATS} "
        "times, "
        f"every time other images and other weights, in {STEPS} steps with momentum. The rate begins at {rates} "
        "and falls to 0; which of them counts is chosen by images that are neither trained on nor tested on.",
        "A sigmoid's slope is at most 1/4. On its way down the gradient is multiplied by such a slope at each layer, "
        "and by weights that do not make up for it. With random weights the first layer's gradient is "
        f"{plain.ratio.mean():.2g} of the last hidden layer's; and the upper layers hear next to nothing of the image, "
        "for on the way up what tells images apart shrinks alike. None of the rates helps.",
        f"Pre-training sees the same {rows:,} images, without their labels: each layer begins as a restricted "
        f"Boltzmann machine, trained for {EPOCHS} epochs on what the machine below makes of the images. Its weights "
        "are large enough to hand on what tells images apart, and of the gradient "
        f"{begun.ratio.mean():.2g} arrives at the first layer.",
        "Rectifiers do not saturate on one side, and He's weights keep the size of what passes them; batch "
        "normalisation brings each layer's sums back to where the sigmoid is steep; shortcuts hand the signal on past "
        "the sigmoids. None of them needs pre-training, which is why it is seldom done where labels are many.",
    )


def _claims(courses: tuple[Course, ...]) -> tuple[Claim, ...]:
    plain, begun, rectified, normalised, shortcut = courses
    ahead = margin(begun, plain)
    return (
        between(
            "With sigmoids and random weights the gradient vanishes: first hidden layer against last.",
            float(plain.ratio.max()), 0.0, 0.001, form=".2g", expected="less than 1/1000 in every repeat",
        ),
        between(
            "Such a network does not learn, at whichever rate; its best share of training images right.",
            float(plain.fitted.max()), 0.0, 0.3, form=".1%", expected="less than 30%; 10% is chance",
        ),
        between(
            "Pre-trained, the gradient is handed down: first hidden layer against last.",
            float(begun.ratio.min()), 0.01, math.inf, form=".2g", expected="more than 1/100 in every repeat",
        ),
        Claim(
            "Pre-training helps: test images right, the pre-trained network's share less the random one's.",
            "the 95% interval over five pairs lies above 30 points",
            f"{100 * ahead.mean:.1f} points, {100 * ahead.low:.1f} to {100 * ahead.high:.1f}",
            ahead.low > 0.3,
        ),
        *(
            between(
                f"{says}: first hidden layer's gradient against the last's, mean.",
                float(course.ratio.mean()), 0.1, 100.0, form=".2g", expected="0.1 to 100",
            )
            for says, course in _others(rectified, normalised, shortcut)
        ),
        *(
            between(
                f"{says} learn without pre-training: test images right.",
                float(course.score.mean()), 0.85, 1.0, form=".1%", expected="more than 85%",
            )
            for says, course in _others(rectified, normalised, shortcut)
        ),
    )  # fmt: skip


def _others(rectified: Course, normalised: Course, shortcut: Course) -> tuple[tuple[str, Course], ...]:
    return ("Rectifiers", rectified), ("Normalised sigmoids", normalised), ("Sigmoids with shortcuts", shortcut)


def _table(courses: tuple[Course, ...]) -> Table:
    def row(course: Course) -> tuple[str, ...]:
        ahead = margin(course, courses[0])
        over = f"{100 * ahead.mean:.1f} ({100 * ahead.low:.1f} to {100 * ahead.high:.1f})"
        return (
            course.title,
            amount(float(course.ratio.mean()), 2),
            f"{course.fitted.mean():.1%}",
            f"{course.score.mean():.1%}",
            "" if course is courses[0] else over,
        )

    head = (
        "network",
        "first gradient, first hidden layer / last",
        "training images right",
        "test images right",
        "points above random sigmoids, 95% interval",
    )
    return Table(f"Means of {REPEATS} repeats", head, tuple(map(row, courses)))


def _repeats(courses: tuple[Course, ...]) -> Table:
    rows = [
        (course.title, str(repeat + 1), f"{RATES[int(course.chosen[repeat])]:g}", f"{course.score[repeat]:.2%}")
        for course in courses
        for repeat in range(len(course.score))
    ]
    return Table("Each repeat", ("network", "repeat", "chosen rate", "test images right"), tuple(rows))


def _figure(courses: tuple[Course, ...]) -> Figure:
    lines = []
    for place, course in enumerate(courses):
        mean = np.exp(np.log(course.lengths[:, :-1]).mean(axis=0))
        lines.append(line(Series(np.arange(1, len(mean) + 1), mean), course.title, place, mode="lines"))
    said = ", ".join(f"{amount(float(course.ratio.mean()), 2)} ({course.title})" for course in courses)
    return Figure(
        "lengths",
        "Length of each hidden layer's gradient at the first step",
        f"By layer, from the input; geometric means of the repeats. First layer over last: {said}.",
        lines,
        layout(
            axis("hidden layer, from the input"),
            axis("length of the gradient", type="log", exponentformat="power", dtick=1),
            hovermode="closest",
        ),
        True,
    )
