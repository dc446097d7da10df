"""Arrays as a source, split and prepared, for tests."""

import numpy as np

from thalweg.data.source import Attribute, Source, Task
from thalweg.data.split import split_source
from thalweg.experiment import Experiment, Training
from thalweg.losses.attribute_cross_entropy import AttributeCrossEntropy
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.losses.squared_error import SquaredError
from thalweg.network.presets.dense import dense_network
from thalweg.preprocess.arrays import NoPreprocessing, Standardize
from thalweg.train.prepare import prepare


def source_of(x, y):
    """A source of arrays: y (n,) class numbers, (n, k) whole numbers for answers, or (n, 1) values."""
    x, y = np.asarray(x), np.asarray(y)
    classes = tuple(f"class {k}" for k in range(int(y.max()) + 1)) if y.ndim == 1 else ()
    answers = y.ndim == 2 and y.dtype.kind in "iu"
    attributes = tuple(Attribute(f"a{j}", "no", "yes") for j in range(y.shape[1])) if answers else ()
    task = Task("attributes" if answers else "classes" if classes else "regression", "target", classes, attributes)
    table = np.concatenate([x.reshape(len(x), -1), y.reshape(len(y), -1)], axis=1)
    _, identical = np.unique(table, axis=0, return_inverse=True)
    targets = y.astype(np.int32 if task.size else np.float64)
    weight = np.ones(len(x), np.float32)
    return Source("small", "array", x, targets, task, "0" * 64, weight, identical.reshape(-1).astype(np.int64))


def experiment_for(source, *, standardize=True, **parts):
    """A dense network of two hidden layers that suits the source, with some parts changed."""
    losses = {"classes": SoftmaxCrossEntropy(), "regression": SquaredError(), "attributes": AttributeCrossEntropy()}
    usual = {
        "network": dense_network(source.task.size or 1),
        "loss": losses[source.task.kind],
        "preprocess": Standardize() if standardize else NoPreprocessing(),
        "training": Training(batch=32, epochs=60),
    }
    return Experiment(**(usual | parts))


def from_arrays(x, y, *, standardize=True, **parts):
    """Arrays split and prepared."""
    source = source_of(x, y)
    split, _ = split_source(source)
    return prepare(source, split, experiment_for(source, standardize=standardize, **parts))
