"""Arrays as a source, split and prepared, for tests."""

import numpy as np

from thalweg.data.source import Source, Task
from thalweg.data.split import split_source
from thalweg.experiment import Experiment, Training
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.losses.squared_error import SquaredError
from thalweg.network.presets import dense_network
from thalweg.preprocess.arrays import NoPreprocessing, Standardize
from thalweg.train.prepare import prepare


def source_of(x, y):
    """A source of arrays: y (n,) class numbers, or (n, 1) values."""
    x, y = np.asarray(x), np.asarray(y)
    classes = tuple(f"class {k}" for k in range(int(y.max()) + 1)) if y.ndim == 1 else ()
    task = Task("classes" if classes else "regression", "target", classes)
    table = np.concatenate([x.reshape(len(x), -1), y.reshape(len(y), -1)], axis=1)
    _, identical = np.unique(table, axis=0, return_inverse=True)
    targets = y.astype(np.int32 if classes else np.float64)
    weight = np.ones(len(x), np.float32)
    return Source("small", "array", x, targets, task, "0" * 64, weight, identical.reshape(-1).astype(np.int64))


def experiment_for(source, *, standardize=True, **parts):
    """A dense network of two hidden layers that suits the source, with some parts changed."""
    classes = len(source.task.classes)
    usual = {
        "network": dense_network(classes or 1),
        "loss": SoftmaxCrossEntropy() if classes else SquaredError(),
        "preprocess": Standardize() if standardize else NoPreprocessing(),
        "training": Training(batch=32, epochs=60),
    }
    return Experiment(**(usual | parts))


def from_arrays(x, y, *, standardize=True, **parts):
    """Arrays split and prepared."""
    source = source_of(x, y)
    split, _ = split_source(source)
    return prepare(source, split, experiment_for(source, standardize=standardize, **parts))
