"""How many neighbours to ask on CIFAR-10: ten values of k in five folds, read off one pass over the distances."""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from thalweg.classic.nearest.choose_k import ChosenK, choose_k
from thalweg.classic.nearest.nearest_rows import nearest_rows
from thalweg.classic.nearest.vote import vote
from thalweg.data.source import Source
from thalweg.errors import InputError
from thalweg.lab.sheet import Claim, Sheet, Table, between
from thalweg.lab.small_photographs import load_images, split_images
from thalweg.report.figures.style import Figure, axis, layout, line
from thalweg.report.numbers import count, percent
from thalweg.report.series import Series

ROWS, MANY = 10_000, 40_000  # images by default; from how many on the notes' accuracies are to be met
KS = (1, 3, 5, 7, 10, 12, 15, 20, 50, 100)
FOLDS = 5
FEWEST = 200  # images: a fold leaves the largest k out of these
NAMES = {"l2": "L2", "l1": "L1"}


class Asked(NamedTuple):
    """What came of one distance."""

    chosen: ChosenK
    accuracy: float  # of the best k, on images that took no part in choosing it
    again: float  # the share of training images whose own class k = 1 finds, each among all others and itself


def choose_k_of_images(data: Path, seed: int = 0, *, rows: int = ROWS) -> Sheet:
    """Cross-validate k of the nearest neighbours, by two distances between raw pixels.

    Args:
        data: The folder of CIFAR-10's binary files.
        seed: Of the images chosen, the split and the folds; 0 to 4294967295.
        rows: Training images to use, at most; at least 200. The set has 50,000.

    Returns:
        The sheet.

    Raises:
        InputError: If the seed or the number of rows is out of its range, or the data cannot be read.

    Source: CS231n notes, "Image Classification", "Validation sets for hyperparameter tuning".
    """
    if rows < FEWEST:
        raise InputError(f"--rows must be at least {FEWEST}, so that 100 neighbours can be asked; got {rows}.")
    source = load_images(data, rows, seed=seed)
    asked = {distance: _ask(source, distance, seed) for distance in NAMES}
    made = sheet_of(asked, len(source.targets), seed)
    return made._replace(
        python="from pathlib import Path; from thalweg.lab.choose_k import choose_k_of_images; "
        f"sheet = choose_k_of_images(Path({str(data)!r}), {seed}, rows={rows})",
        options=(str(data), "--rows", str(rows)),
    )


def sheet_of(asked: dict[str, Asked], rows: int, seed: int) -> Sheet:
    """Return what was measured as a sheet.

    Args:
        asked: By "l2" and "l1".
        rows: Images used in all.
        seed: It was made with.

    Returns:
        The sheet, without the lines that make it again.
    """
    best = max(asked, key=lambda distance: asked[distance].accuracy)
    return Sheet(
        name="choose-k",
        title="How many neighbours to ask",
        seed=seed,
        headline=f"By {NAMES[best]} and the {asked[best].chosen.best} nearest of {count(rows)} images "
        f"{percent(asked[best].accuracy)} of new ones are named rightly",
        words=_words(rows),
        claims=_claims(asked, rows),
        tables=(_table(asked),),
        figures=(_figure(asked),),
        python="",
        source='CS231n notes, "Image Classification", "k - Nearest Neighbor Classifier" and "Validation sets for '
        'hyperparameter tuning".',
    )


def _ask(source: Source, distance: str, seed: int) -> Asked:
    split = split_images(source, seed=seed)
    images = np.asarray(source.inputs).reshape(len(source.targets), -1).astype(np.float32)
    x, y = images[split.train], source.targets[split.train]
    fold = np.random.default_rng([seed, 2]).permutation(np.arange(len(x)) % FOLDS)
    chosen = choose_k(x, y, fold, KS, distance=distance)
    classes = source.task.size
    new = vote(nearest_rows(x, images[split.validation], chosen.best, distance=distance), y, classes, [chosen.best])[0]
    some = np.sort(np.random.default_rng([seed, 3]).choice(len(x), min(len(x), 500), replace=False))
    own = vote(nearest_rows(x, x[some], 1, distance=distance), y, classes, [1])[0]
    return Asked(
        chosen,
        float((new.argmax(axis=1) == source.targets[split.validation]).mean()),
        float((own.argmax(axis=1) == y[some]).mean()),
    )


def _words(rows: int) -> tuple[str, ...]:
    return (
        "A new image gets the class that most of its k nearest training images have. How near two images are is the "
        "sum of the differences of their pixels (L1), or the root of the sum of their squares (L2): nothing is "
        "learned, and nothing is known of what pixels mean.",
        f"Of {count(rows)} images some are set aside. The others are parted into five folds; the neighbours of each "
        "are sought among the other four folds, and what the k nearest say is scored, for every k. All that takes the "
        "distances once: the 5 nearest are the first of the 100 nearest. Then the best k is asked about the images "
        "that were set aside.",
        "On the images that it remembers, k = 1 makes no mistake, for each is its own nearest neighbour. A score on "
        "training rows says nothing of new ones.",
    )


def _claims(asked: dict[str, Asked], rows: int) -> tuple[Claim, ...]:
    many = rows >= MANY
    low, high = (0.34, 0.41) if many else (0.25, 0.37)
    known = "35% to 39%" if many else f"35% to 39% with all 50,000 images; 25% to 37% with {count(rows)}"
    claims = []
    for distance, found in asked.items():
        name, chosen = NAMES[distance], found.chosen
        place = chosen.ks.index(chosen.best)
        claims += [
            between(f"By {name}, raw pixels name about a third of new images rightly.", found.accuracy, low, high,
                    form=".1%", expected=known),
            between(
                f"By {name}, the folds foretell it.",
                found.accuracy - float(chosen.means[place]),
                -0.04,
                0.04,
                form="+.1%",
                expected="within 4 points",
            ),
            between(f"By {name}, k = 1 is right about every image that it remembers.", found.again, 1.0, 1.0,
                    form=".1%", expected="100%"),
        ]  # fmt: skip
    lead = asked["l1"].accuracy - asked["l2"].accuracy
    l1 = Claim(
        "L1 does at least as well as L2.", "the notes: 38.6% and 35.4%", f"{100 * lead:+.1f} points", lead > -0.01
    )
    return (*claims, l1)


def _table(asked: dict[str, Asked]) -> Table:
    ks = asked["l2"].chosen.ks
    rows = [
        (str(k), *(f"{percent(one.chosen.means[j])} ± {100 * one.chosen.deviations[j]:.1f}" for one in asked.values()))
        for j, k in enumerate(ks)
    ]
    rows.append(("best k", *(str(one.chosen.best) for one in asked.values())))
    rows.append(("new images", *(percent(one.accuracy) for one in asked.values())))
    return Table("Accuracy in five folds", ("k", *(NAMES[distance] for distance in asked)), tuple(rows))


def _figure(asked: dict[str, Asked]) -> Figure:
    traces = []
    for place, (distance, one) in enumerate(asked.items()):
        ks = np.array(one.chosen.ks, float)
        spread = {"error_y": {"type": "data", "array": one.chosen.deviations, "thickness": 1, "width": 3}}
        traces.append(line(Series(ks, one.chosen.means), NAMES[distance], place, mode="lines+markers", **spread))
    best = " and ".join(f"{one.chosen.best} by {NAMES[distance]}" for distance, one in asked.items())
    return Figure(
        "folds",
        "Accuracy by the number of neighbours",
        f"The mean of five folds, and their standard deviation. The best k is {best}.",
        traces,
        layout(axis("k", type="log", tickvals=list(KS)), axis("accuracy", tickformat=".0%")),
    )
