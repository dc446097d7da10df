"""All checks together: healthy data sets pass, sick experiments are told apart by name."""

import jax.numpy as jnp
import numpy as np
import pytest
from sklearn import datasets

from tests.checks.prepared import experiment_for, from_arrays, source_of
from thalweg.activations.relu import ReLU
from thalweg.checks.network_checks import _first_loss
from thalweg.checks.suite import run_checks
from thalweg.data.split import split_source
from thalweg.experiment import Experiment
from thalweg.keys import root
from thalweg.layers.activation import Activation
from thalweg.layers.batch_norm import BatchNorm
from thalweg.layers.dense import Dense
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.network.residual import Residual
from thalweg.network.sequential import Sequential
from thalweg.penalties.l2 import L2
from thalweg.spec import spec
from thalweg.starts.as_drawn import AsDrawn
from thalweg.starts.class_priors import ClassPriors
from thalweg.train.population import start
from thalweg.train.prepare import prepare
from thalweg.train.state import learner_of


@spec
class Huge:
    def __call__(self, key, shape, *, fan_in, fan_out):
        return 3.0 * jnp.sin(jnp.arange(np.prod(shape), dtype=float)).reshape(shape)


def data(name):
    x, y = getattr(datasets, f"load_{name}")(return_X_y=True)
    return x, y[:, None] if name == "diabetes" else y


def results(source, **parts):
    split, _ = split_source(source)
    prepared = prepare(source, split, experiment_for(source, **parts))
    return {result.name: result for result in run_checks(prepared, source, seed=0)}


def failed(found):
    return {name: result.severity for name, result in found.items() if not result.passed}


@pytest.mark.parametrize("name", ["digits", "iris", "wine", "breast_cancer", "diabetes"])
def test_healthy_data_pass(name):
    found = results(source_of(*data(name)), penalty=L2(1e-4))
    # Some pixels of the digits are always white.
    assert failed(found) == ({"constant columns": "note"} if name == "digits" else {})
    assert {"finite inputs", "scaled inputs", "initial loss", "penalty raises the loss", "overfits a tiny set"} <= set(
        found
    )


def test_amounts_behind_a_rectifier_are_out_of_reach():
    network = Sequential((Dense(16), Activation(ReLU()), Dense(1), Activation(ReLU())))
    check = results(source_of(*data("diabetes")), network=network)["targets within reach"]
    assert (check.passed, check.severity) == (False, "warning") and 0.4 < check.measured < 0.6
    assert "in standard deviations from their mean" in check.text


def test_raw_digits_with_huge_weights_are_unscaled_and_cost_too_much():
    network = Sequential((Dense(32, Huge()), Activation(ReLU()), Dense(10, Huge())))
    found = results(source_of(*data("digits")), standardize=False, network=network)
    assert found["scaled inputs"].severity == "warning"
    assert {"scaled inputs", "initial loss"} <= set(failed(found))
    assert found["initial loss"].severity == "error"


def test_a_penalty_of_strength_zero_is_said():
    assert failed(results(source_of(*data("iris")), penalty=L2(0.0))) == {"penalty raises the loss": "warning"}


def test_labels_shuffled_apart_are_noticed():
    x, y = data("digits")
    found = results(source_of(x, np.random.default_rng(0).permutation(y)))
    assert failed(found)["labels related to inputs"] == "warning"


def test_few_rows_are_said_not_to_be_judged():
    x, y = data("iris")
    found = results(source_of(x, np.random.default_rng(0).permutation(y)))["labels related to inputs"]
    assert found.passed and not found.judged
    rows = int(found.measured)
    assert 60 < rows < 150
    assert found.text == (
        f"{rows} training rows: too few to tell a weak sign from luck, so it is not judged; 200 are needed."
    )


def test_inputs_that_are_not_numbers_end_the_checks():
    x, y = data("iris")
    source = source_of(x, y)
    prepared = from_arrays(x, y)
    prepared.x[prepared.split.train[0], 2] = np.nan
    found = {result.name: result for result in run_checks(prepared, source, seed=0)}
    assert (found["finite inputs"].passed, found["finite inputs"].where) == (False, "input 2")
    assert "initial loss" not in found


def test_checking_twice_gives_the_same():
    source = source_of(*data("wine"))
    assert results(source) == results(source)


def test_at_most_twenty_thousand_rows_are_looked_at(monkeypatch):
    monkeypatch.setattr("thalweg.checks.data_checks.DATA_ROWS", 250)
    found = results(source_of(*data("digits")))
    assert found["labels related to inputs"].severity == "note"  # so few rows were looked at


def test_copies_in_a_test_part_of_its_own_are_told():
    source = source_of(*data("iris"))
    split, _ = split_source(source)
    # As where a test file holds rows of the training file.
    mixed = split._replace(test=np.concatenate([split.test, split.train[:10]]))
    prepared = prepare(source, mixed, experiment_for(source))
    found = {result.name: result for result in run_checks(prepared, source, seed=0)}
    assert failed(found) == {"test rows unseen": "warning"}
    assert found["test rows unseen"].text.startswith("10 of 40 test rows (25.0%) equal training rows")
    assert "test rows unseen" not in results(source)  # parts that are dealt share none


def test_a_start_from_the_shares_of_the_classes_is_held_against_their_entropy():
    random = np.random.default_rng(0)
    y = (random.random(600) < 0.05).astype(int)
    x = random.normal(size=(600, 4)) + y[:, None]
    source = source_of(x, y)
    split, _ = split_source(source)
    for beginning in (AsDrawn(), ClassPriors()):
        prepared = prepare(source, split, experiment_for(source, start=beginning))
        (found,) = [result for result in run_checks(prepared, source, seed=0) if result.name == "initial loss"]
        assert found.passed, beginning
        rare = y[split.train].mean()
        entropy = -(rare * np.log(rare) + (1 - rare) * np.log(1 - rare))
        expected = np.log(2) if beginning == AsDrawn() else entropy
        assert found.expected == pytest.approx(expected, rel=1e-3)


def test_a_deep_normalised_network_is_measured_by_the_statistics_of_a_batch():
    # Its running statistics are 0 and 1 before any step: passed through them, 48 normalised layers make the loss
    # explode, which training never meets.
    x = np.random.default_rng(0).normal(size=(200, 12)).astype(np.float32)
    y = (x[:, 0] > 0).astype(int)
    block = (Dense(16), BatchNorm(), Activation(ReLU()), Dense(16), BatchNorm())
    network = Sequential((Dense(16), *(Residual(block) for _ in range(24)), Dense(2)))
    member = start(learner_of(Experiment(network, SoftmaxCrossEntropy())), root(0), (12,), 1)
    assert _first_loss(member, x, y, np.ones(200, np.float32)) < 0.9  # ln 2 = 0.69 would be a blind guess's


def test_a_penalty_beside_a_huge_loss_is_seen():
    x = 1e6 * np.random.default_rng(0).normal(size=(200, 4)).astype(np.float32)
    found = results(source_of(x, x @ np.ones((4, 1))), standardize=False, penalty=L2(1e-4))
    assert found["initial loss"].measured > 1e6 and found["penalty raises the loss"].passed
