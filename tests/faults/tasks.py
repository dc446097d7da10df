"""The data that faulty and healthy runs are made of: each base task with an experiment that suits it, and its half.

Rules are chosen by the "tuning" half and judged by the "test" half. A task lies in one of them with all that is made of
it, so that no run of the test half shares a row with one that a rule was chosen by.
"""

import functools
import gzip
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from sklearn import datasets

from tests.checks.prepared import source_of
from thalweg.activations.relu import ReLU
from thalweg.activations.tanh import Tanh
from thalweg.data.open import open_source
from thalweg.data.source import Source
from thalweg.data.split import Split, split_source
from thalweg.experiment import Experiment, Training
from thalweg.initializers.auto import Auto
from thalweg.layers.activation import Activation
from thalweg.layers.convolution import Convolution
from thalweg.layers.dense import Dense
from thalweg.layers.max_pooling import MaxPooling
from thalweg.losses.binary_cross_entropy import BinaryCrossEntropy
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.losses.squared_error import SquaredError
from thalweg.network.sequential import Sequential
from thalweg.penalties.l1 import L1
from thalweg.penalties.l2 import L2
from thalweg.penalties.no_penalty import NoPenalty
from thalweg.preprocess.arrays import NoPreprocessing, Standardize
from thalweg.preprocess.table import TableEncoding
from thalweg.updates.adam import Adam

VALIDATION = 0.3  # of the rows; there is no test part: nothing is chosen by a single run
SIDE = 8  # pixels of the small images
WAVES = 4  # directions


class Base(NamedTuple):
    """Data, and an experiment that suits them."""

    half: str  # "tuning" or "test"
    make: Callable[[], Source]
    experiment: Experiment
    variable: str = ""  # environment variable that names the folder of its data; "" for data that are always there


def dense(*widths: int, function: Any = ReLU(), outputs: int = 2, weights: Any = Auto()) -> Sequential:  # noqa: B008
    """Dense layers of these widths with an activation behind each, and a last one of `outputs` units."""
    layers: list[Any] = []
    for width in widths:
        layers += [Dense(width, weights), Activation(function)]
    return Sequential((*layers, Dense(outputs, weights)))


def convolutional(outputs: int, filters: int = 8, weights: Any = Auto()) -> Sequential:  # noqa: B008
    """One convolution of 3 x 3, pooled, and a dense layer."""
    return Sequential((Convolution(filters, 3, weights=weights), Activation(ReLU()), MaxPooling(), Dense(outputs)))


def classes(network: Sequential, rate: float, batch: int, epochs: int, **parts: Any) -> Experiment:
    """An experiment for classes: Adam, standardised inputs, softmax."""
    usual = {"loss": SoftmaxCrossEntropy(), "preprocess": Standardize(), "update": Adam(rate), "penalty": NoPenalty()}
    return Experiment(network=network, training=Training(batch, epochs), **(usual | parts))


def amounts(network: Sequential, rate: float, batch: int, epochs: int, **parts: Any) -> Experiment:
    """The same for a regression."""
    return classes(network, rate, batch, epochs, **({"loss": SquaredError()} | parts))


def _table(name: str) -> Callable[[], Source]:
    def make() -> Source:
        x, y = getattr(datasets, f"load_{name}")(return_X_y=True)
        return source_of(x, y[:, None] if name == "diabetes" else y)

    return make


def _digit_images() -> Source:
    found = datasets.load_digits()
    return source_of(found.images[..., None], found.target)


def _friedman() -> Source:
    x, y = datasets.make_friedman1(800, noise=1.0, random_state=3)
    return source_of(x, y[:, None])


def _clusters() -> Source:
    return source_of(
        *datasets.make_classification(
            1500, 20, n_informative=10, n_redundant=4, n_classes=5, n_clusters_per_class=2, class_sep=1.5,
            flip_y=0.01, random_state=4,
        )
    )  # fmt: skip


def _few_rows() -> Source:
    """Five columns of two hundred say the class."""
    random = np.random.default_rng(5)
    x = random.normal(size=(400, 200))
    return source_of(x, (x[:, :5].sum(axis=1) + 0.7 * random.normal(size=400) > 0).astype(np.int32))


def _few_amounts() -> Source:
    x, y = datasets.make_friedman1(300, n_features=100, noise=1.0, random_state=6)
    return source_of(x, y[:, None])


def _spiral() -> Source:
    random = np.random.default_rng(7)
    radius = np.tile(np.linspace(0.05, 1.0, 150), 3)
    arm = np.repeat(np.arange(3), 150)
    angle = 4 * radius + 4 * arm * np.pi / 6 + 0.1 * random.normal(size=len(arm))
    return source_of(np.stack([radius * np.sin(angle), radius * np.cos(angle)], axis=1), arm)


def _waves() -> Source:
    """Images of waves in four directions, each with a phase of its own, under noise."""
    random = np.random.default_rng(8)
    label = random.integers(0, WAVES, 1200)
    angle, phase = np.pi * label / WAVES, random.uniform(0, 2 * np.pi, len(label))
    down, across = np.mgrid[:SIDE, :SIDE]
    along = np.cos(angle)[:, None, None] * across + np.sin(angle)[:, None, None] * down
    image = np.sin(1.6 * along + phase[:, None, None]) + 0.8 * random.normal(size=along.shape)
    return source_of(image[..., None], label)


def _mnist() -> Source:
    """The first 2,500 digits, as rows of pixels from 0 to 1."""
    folder = Path(os.environ["MNIST"])
    with (
        gzip.open(folder / "train-images-idx3-ubyte.gz") as images,
        gzip.open(folder / "train-labels-idx1-ubyte.gz") as labels,
    ):
        x = np.frombuffer(images.read(16 + 2500 * 784), np.uint8, offset=16).reshape(2500, 784)
        y = np.frombuffer(labels.read(8 + 2500), np.uint8, offset=8)
    return source_of((x / 255).astype(np.float32), y.astype(np.int32))


def _file(place: str, **reading: Any) -> Callable[[], Source]:
    return lambda: open_source(str(Path(os.environ["TABLES"]) / place), **reading)


_ENCODED = {"preprocess": TableEncoding(), "penalty": L2(1e-4)}
TASKS: dict[str, Base] = {
    "iris": Base("tuning", _table("iris"), classes(dense(16, outputs=3), 0.01, 16, 60)),
    "digits": Base("tuning", _table("digits"), classes(dense(64, outputs=10), 2e-3, 32, 25)),
    "digit images": Base("tuning", _digit_images, classes(convolutional(10), 3e-3, 32, 12)),
    "circles": Base(
        "tuning",
        lambda: source_of(*datasets.make_circles(1000, noise=0.1, random_state=1)),
        classes(dense(16, 16, function=Tanh()), 0.01, 32, 60),
    ),
    "blobs": Base(
        "tuning",
        lambda: source_of(*datasets.make_blobs(1000, centers=3, cluster_std=2, random_state=2)),
        classes(dense(16, outputs=3), 0.01, 32, 40),
    ),
    "diabetes": Base("tuning", _table("diabetes"), amounts(dense(16, outputs=1), 3e-3, 32, 60, penalty=L2(0.01))),
    "few rows": Base("tuning", _few_rows, classes(dense(16), 3e-3, 32, 60, penalty=L1(0.01))),
    "wine": Base("test", _table("wine"), classes(dense(16, outputs=3), 0.01, 16, 60)),
    "breast cancer": Base(
        "test", _table("breast_cancer"), classes(dense(16, outputs=1), 3e-3, 32, 40, loss=BinaryCrossEntropy())
    ),
    "moons": Base(
        "test",
        lambda: source_of(*datasets.make_moons(1000, noise=0.15, random_state=9)),
        classes(dense(16, 16), 0.01, 32, 60),
    ),
    "spiral": Base("test", _spiral, classes(dense(32, 32, outputs=3), 0.01, 32, 120)),
    "friedman": Base("test", _friedman, amounts(dense(32, outputs=1), 5e-3, 32, 60, penalty=L2(1e-3))),
    "clusters": Base("test", _clusters, classes(dense(64, outputs=5), 3e-3, 32, 40, penalty=L2(1e-3))),
    "waves": Base("test", _waves, classes(convolutional(WAVES), 5e-3, 32, 25)),
    "few amounts": Base("test", _few_amounts, amounts(dense(8, outputs=1), 3e-3, 16, 80, penalty=L1(0.01))),
    "mnist": Base(
        "tuning",
        _mnist,
        classes(dense(64, 64, outputs=10), 1e-3, 32, 15, preprocess=NoPreprocessing()),
        variable="MNIST",
    ),
    "titanic": Base(
        "tuning",
        _file("titanic/train.csv", target="Survived"),
        classes(dense(32, outputs=1), 1e-3, 32, 40, loss=BinaryCrossEntropy(), **_ENCODED),
        variable="TABLES",
    ),
    "abalone": Base(
        "tuning",
        _file("abalone/abalone.csv", target=-1, task="regression"),
        amounts(dense(32, 32, outputs=1), 1e-3, 64, 30, **_ENCODED),
        variable="TABLES",
    ),
    "red wine": Base(
        "test",
        _file("wine_quality/winequality-red.csv", target=-1, task="regression"),
        amounts(dense(32, outputs=1), 2e-3, 32, 30, **_ENCODED),
        variable="TABLES",
    ),
    "mpg": Base(
        "test",
        _file("mpg/mpg.csv", target="mpg"),
        amounts(dense(32, outputs=1), 3e-3, 32, 80, **_ENCODED),
        variable="TABLES",
    ),
    "penguins": Base(
        "test",
        _file("penguins/penguins.csv", target="species"),
        classes(dense(32, outputs=3), 3e-3, 32, 30, **_ENCODED),
        variable="TABLES",
    ),
}


def present(task: str) -> bool:
    """Say whether a task's data are there."""
    variable = TASKS[task].variable
    return not variable or variable in os.environ


@functools.cache
def source_of_task(task: str) -> Source:
    """Return a task's data, made once."""
    return TASKS[task].make()


def parts_of(source: Source, seed: int) -> Split:
    """Return the training and validation rows that go with a seed; there is no test part."""
    return split_source(source, split_seed=seed, test_share=0.0, validation_share=VALIDATION)[0]
