"""Loss, head, network and data that do not go together are refused before anything is trained."""

import numpy as np
import pytest

from thalweg.activations.relu import ReLU
from thalweg.data.arrays import from_arrays
from thalweg.data.split import split_source
from thalweg.errors import InputError
from thalweg.experiment import Experiment
from thalweg.layers.activation import Activation
from thalweg.layers.dense import Dense
from thalweg.losses.binary_cross_entropy import BinaryCrossEntropy
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.losses.squared_error import SquaredError
from thalweg.network.sequential import Sequential
from thalweg.preprocess.table import TableEncoding
from thalweg.train.prepare import check_fits, prepare


def experiment(loss, *layers):
    return Experiment(Sequential(layers), loss)


@pytest.mark.parametrize(
    ("made", "task", "classes", "message"),
    [
        (experiment(SoftmaxCrossEntropy(), Dense(1)), "regression", 0, "does not go with a regression task. Use --set"),
        (experiment(SquaredError(), Dense(3)), "classes", 3, "with its linear head does not go with a classes task"),
        (
            experiment(BinaryCrossEntropy(), Dense(1)),
            "classes",
            3,
            "is for 2 classes; the data have 3. Use --set loss=",
        ),
        (experiment(SoftmaxCrossEntropy(), Dense(2)), "classes", 3, r"needs \(3,\). Set the last layer's units to 3"),
        (
            experiment(SoftmaxCrossEntropy(), Dense(3), Activation(ReLU())),
            "classes",
            3,
            "the pair ReLU and SoftmaxCrossEntropy does not go together: the loss takes raw scores",
        ),
        (
            experiment(SoftmaxCrossEntropy(), Dense(10**9), Dense(3)),
            "classes",
            3,
            "the network has 9,000,000,003 parameters on these data; at most 2,000,000,000 are trained. Make",
        ),
    ],
)
def test_what_does_not_go_together_is_refused(made, task, classes, message):
    with pytest.raises(InputError, match=message):
        check_fits(made, task, classes, (5,))


def test_a_preprocessing_for_other_data_is_refused():
    source = from_arrays(np.arange(60.0).reshape(30, 2), np.arange(30) % 2, name="toy")
    split, _ = split_source(source)
    with pytest.raises(
        InputError, match="the preprocessing TableEncoding is for tables; the data are of the kind 'array'"
    ):
        prepare(source, split, Experiment(Sequential((Dense(1),)), BinaryCrossEntropy(), TableEncoding()))
