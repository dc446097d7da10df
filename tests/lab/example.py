"""A study made up without training, with the numbers derived for seed 0."""

import numpy as np

from thalweg.lab.derived import LOSSES
from thalweg.lab.spiral import Fit, Study
from thalweg.report.series import Series

ACCURACY = (148 / 300, 0.98)
SIDE = np.linspace(-1.2, 1.2, 40)


def study(seed=0, precision="float64", losses=LOSSES, accuracy=ACCURACY, epochs=(200, 10_000)):
    """A study whose regions are three bands and three boxes, and whose every value can be another."""
    draw = np.random.default_rng(5)
    regions = (np.repeat([0, 1, 2], [13, 13, 14])[:, None] + np.zeros((1, 40), int), np.arange(1600).reshape(40, 40))
    fits = tuple(
        Fit(
            title=title,
            epochs=length,
            losses=tuple((step, loss) for step, loss in table.items() if step < length),
            loss=Series(np.array(list(table)), np.array(list(table.values()))),
            penalty=Series(np.array(list(table)), np.full(len(table), 0.01)),
            accuracy=share,
            regions=answers % 3,
        )
        for title, length, table, share, answers in zip(
            ("softmax classifier", "network of 100 ReLU units"), epochs, losses, accuracy, regions, strict=True
        )
    )
    return Study(seed, precision, draw.uniform(-1, 1, (300, 2)), np.repeat(np.arange(3), 100), SIDE, fits)


def moved(place, step, by):
    """The derived losses with one of them moved."""
    return tuple({**table, step: table[step] + by} if k == place else table for k, table in enumerate(LOSSES))
