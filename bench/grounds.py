"""Real data to train on: tables, MNIST and photos of hand signs, each with what suits it.

Variables name the folders: TABLES as for `python -m bench tables`, MNIST with the four idx files, SIGNS with a folder
of photos for each class. What has none is left out.
"""

import os
from typing import Any, NamedTuple

import numpy as np

from bench.mnist import digits
from bench.rows.tables import TABLES, opened
from thalweg.data.open import open_source
from thalweg.data.source import Source
from thalweg.data.split import Split
from thalweg.defaults import default_experiment
from thalweg.diagnosis.attempts import Ground
from thalweg.experiment import Experiment
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.network.presets.dense import dense_network
from thalweg.penalties.l2 import L2
from thalweg.runs.examples import open_examples
from thalweg.runs.training import WATCHED_ROWS
from thalweg.schedules.cosine import Cosine
from thalweg.schedules.warmup import Warmup
from thalweg.spec import replaced
from thalweg.train.prepare import prepare
from thalweg.train.scores import default_metric
from thalweg.updates.adam import Adam

MNIST, SIGNS = "MNIST", "hand signs"
MNIST_TRAIN, MNIST_VALIDATION = 10_000, 5_000  # of the 60,000 images to learn from; the others are left out
MNIST_EPOCHS, SIGNS_EPOCHS = 20, 20


class Data(NamedTuple):
    """Examples, their parts, and what suits them."""

    source: Source
    split: Split
    experiment: Experiment

    @property
    def metric(self) -> str:
        """What the data are judged by: accuracy, or R² for amounts."""
        return default_metric(self.source.task.kind)


def names() -> list[str]:
    """Return the data that are there: the built-in tables, and those whose folder a variable names."""
    tables = [name for name, (place, _) in TABLES.items() if "/" not in place or "TABLES" in os.environ]
    pictures = {MNIST: "MNIST", SIGNS: "SIGNS"}
    return [*tables, *(name for name, variable in pictures.items() if variable in os.environ)]


def read(name: str, split_seed: int) -> Data:
    """Read and divide.

    Args:
        name: One of `names`.
        split_seed: Says which rows are in which part.

    Returns:
        The data with the default experiment, for photos a short one; for MNIST, one hidden layer of 256 units.
    """
    if name == MNIST:
        return _mnist(split_seed)
    place, reading = (os.environ["SIGNS"], {}) if name == SIGNS else (opened(TABLES[name][0]), TABLES[name][1])
    examples = open_examples(place, reading=reading, split_seed=split_seed)
    experiment = default_experiment(examples.source, len(examples.split.train))
    return Data(examples.source, examples.split, lasting(experiment, SIGNS_EPOCHS) if name == SIGNS else experiment)


def fewer(data: Data, rows: int) -> Data:
    """Return the data with so many of their training rows, and with what suits as few of them."""
    if rows >= len(data.split.train):
        return data
    chosen = np.random.default_rng(0).choice(data.split.train, rows, replace=False)
    return Data(data.source, data.split._replace(train=np.sort(chosen)), default_experiment(data.source, rows))


def ground(data: Data, experiment: Experiment) -> Ground:
    """Return what trials of an experiment, and others with its preprocessing, are trained on."""
    prepared = prepare(data.source, data.split, experiment)
    watched = data.split.train[: WATCHED_ROWS // 4]  # these scores are not looked at, but to give up what is lost
    return Ground(data.source, prepared, prepared.weight, watched, data.metric, seed=0)


def lasting(experiment: Experiment, epochs: int) -> Experiment:
    """Return an experiment of so many epochs, all of which are trained: nothing stops it early."""
    training: Any = replaced(experiment.training, epochs=epochs, patience=epochs + 1)
    return replaced(experiment, training=training)


def _mnist(split_seed: int) -> Data:
    x, y, test = digits()
    shuffled = np.random.default_rng(split_seed).permutation(int(test[0]))
    train, validation, _ = np.split(shuffled, [MNIST_TRAIN, MNIST_TRAIN + MNIST_VALIDATION])
    experiment = Experiment(
        dense_network(10, hidden=(256,), drop=0.2),
        SoftmaxCrossEntropy(),
        penalty=L2(1e-4),
        update=Adam(1e-3),
        schedule=Warmup(0.02, Cosine()),
    )
    experiment = lasting(replaced(experiment, training=replaced(experiment.training, batch=128)), MNIST_EPOCHS)
    return Data(open_source((x, y)), Split(np.sort(train), np.sort(validation), test), experiment)
