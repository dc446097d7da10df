"""The space that suits an experiment: what it has, and little that compiles anew."""

import pytest

from thalweg.data.open import open_source
from thalweg.defaults import default_experiment
from thalweg.experiment import Experiment
from thalweg.layers.dense import Dense
from thalweg.layers.dropout import Dropout
from thalweg.layers.reshape import Reshape
from thalweg.losses.attribute_cross_entropy import AttributeCrossEntropy
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.losses.squared_error import SquaredError
from thalweg.network.named import Named
from thalweg.network.presets.convolutional import small_convolutional
from thalweg.network.presets.dense import dense_network
from thalweg.network.residual import Residual
from thalweg.network.sequential import Sequential
from thalweg.penalties.elastic_net import ElasticNet
from thalweg.penalties.l2 import L2
from thalweg.search.check import checked_space
from thalweg.search.default_space import default_space
from thalweg.search.experiment_at import experiment_at
from thalweg.search.written import write_space
from thalweg.updates.adamw import AdamW
from thalweg.updates.lbfgs import LBFGS


def written(network, loss=None, task="classes", **parts):
    experiment = Experiment(network, loss or SoftmaxCrossEntropy(), **parts)
    return write_space(checked_space(default_space(experiment, task), experiment))


def test_the_default_experiment_of_classes_has_five_dimensions():
    experiment = default_experiment(open_source("digits"), 1000)
    space = checked_space(default_space(experiment, "classes"), experiment)
    assert write_space(space) == {
        "update.rate": "log 3.33e-5 .. 3e-2",
        "penalty.strength": "log 1e-6 .. 1e-1",
        "loss.label_smoothing": "uniform 0 .. 0.2",
        "network.layers.2.drop, network.layers.5.drop": "uniform 0 .. 0.6",
        "network.layers.0.units, network.layers.3.units": [32, 64, 128, 256],
    }
    assert len({experiment_at(experiment, space.drawn(0, k)).network.layers[0].units for k in range(30)}) == 4


def test_rates_that_short_runs_told_are_searched_a_decade_beyond():
    experiment = Experiment(dense_network(3), SoftmaxCrossEntropy())
    space = write_space(checked_space(default_space(experiment, "classes", (2e-3, 1.5e-2)), experiment))
    assert space["update.rate"] == "log 2e-4 .. 1.5e-1"


def test_only_labels_of_classes_are_smoothed():
    assert "loss.label_smoothing" in written(dense_network(3))
    assert "loss.label_smoothing" not in written(dense_network(3), AttributeCrossEntropy(), "attributes")
    assert "loss.label_smoothing" not in written(dense_network(1), SquaredError(), "regression")


def test_a_linear_model_of_amounts_has_the_rate_alone():
    assert written(dense_network(1, hidden=()), SquaredError(), "regression") == {"update.rate": "log 3.33e-5 .. 3e-2"}


def test_strengths_are_those_that_the_experiment_has():
    both = written(dense_network(3), penalty=ElasticNet(), update=AdamW(0.01))
    assert {name: both[name] for name in list(both)[:4]} == {
        "update.rate": "log 3.33e-4 .. 3e-1",
        "penalty.sizes": "log 1e-6 .. 1e-1",
        "penalty.squares": "log 1e-6 .. 1e-1",
        "update.decay": "log 1e-4 .. 1e0",
    }
    assert "penalty.strength" in written(dense_network(3), penalty=L2())


def test_the_rate_stays_within_what_the_rule_allows():
    assert written(dense_network(3), update=LBFGS(1.0))["update.rate"] == "log 3.33e-2 .. 1e0"


def test_dropout_is_found_wherever_it_lies():
    network = Sequential(
        (Residual((Dense(4), Dropout(0.8)), (Dense(4),)), Named("drop", Dropout(0.1)), Dense(3)),
    )
    assert written(network)["network.layers.0.branch.1.drop, network.layers.1.layer.drop"] == "uniform 0 .. 0.8"


@pytest.mark.parametrize(
    "network",
    [
        dense_network(3, hidden=(64, 32)),  # a form that a person gave them
        dense_network(3, hidden=(8, 8)),  # too narrow for a quarter
        dense_network(3, hidden=()),
        small_convolutional(3),
        Sequential((Dense(64), Reshape((8, 8)), Dense(3))),  # takes no other width
        Sequential((Dense(64), Dense(64), Reshape((8, 8)))),
    ],
)
def test_widths_that_should_not_vary_do_not(network):
    experiment = Experiment(network, SoftmaxCrossEntropy())
    assert not [name for name in write_space(default_space(experiment, "classes")) if "units" in name]


def test_named_layers_have_their_width_one_step_further():
    network = Sequential((Named("first", Dense(64)), Dense(3)))
    assert written(network)["network.layers.0.layer.units"] == [16, 32, 64, 128]
