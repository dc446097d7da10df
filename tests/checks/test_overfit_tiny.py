"""Learning a handful by heart: sound networks do, broken ones do not."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from sklearn.datasets import load_diabetes, load_digits, load_iris

from tests.checks.prepared import from_arrays
from thalweg.activations.relu import ReLU
from thalweg.checks.overfit_tiny import Fitted, fit_tiny, overfit_tiny
from thalweg.checks.tiny_set import pick_tiny
from thalweg.keys import root
from thalweg.layers.activation import Activation
from thalweg.layers.batch_norm import BatchNorm
from thalweg.layers.dense import Dense
from thalweg.layers.drop_connect import DropConnect
from thalweg.layers.dropout import Dropout
from thalweg.layers.gaussian_noise import GaussianNoise
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.network.named import Named
from thalweg.network.sequential import Sequential
from thalweg.spec import spec
from thalweg.train.population import start
from thalweg.train.state import learner_of


@spec
class AllZero:
    def __call__(self, key, shape, *, fan_in, fan_out):
        return jnp.zeros(shape)


@spec
class Blocked:
    """Passes values and no gradient."""

    saturating = False
    ends = None

    def __call__(self, x):
        return jax.lax.stop_gradient(0.0 * x)


def judged(x, y, network=None, *, tiny=None, **parts):
    parts |= {} if network is None else {"network": network}
    prepared = from_arrays(x, y, **parts)
    member = start(learner_of(prepared.experiment), root(0), prepared.x.shape[1:], 1)
    rows = pick_tiny(prepared.x, prepared.y, prepared.split.train, seed=0) if tiny is None else tiny
    classes = prepared.y.ndim == 1
    blind = np.log(int(prepared.y.max()) + 1) if classes else 0.5
    fitted = fit_tiny(member, prepared.x[rows], prepared.y[rows], enough=0.05 * blind)
    outputs = int(prepared.y.max()) + 1 if classes else 1
    return overfit_tiny(fitted, examples=len(rows), outputs=outputs, classes=classes, blind=float(blind))


def amounts():
    x, t = load_diabetes(return_X_y=True)
    return x, t[:, None]


@pytest.mark.parametrize("data", [load_digits, load_iris])
def test_a_sound_network_learns_twenty_examples(data):
    result = judged(*data(return_X_y=True))
    assert result.passed, result.text
    assert result.measured < 0.05
    assert "100% of the examples are right" in result.text


def test_a_sound_network_learns_twenty_amounts():
    result = judged(*amounts())
    assert result.passed, result.text


def test_dropout_does_not_hinder_it():
    layers = (Dense(64), Activation(ReLU()), Named("drop", Dropout(0.9)), Dense(64), Activation(ReLU()), Dropout(0.9))
    assert judged(*load_iris(return_X_y=True), Sequential((*layers, Dense(3)))).passed


@pytest.mark.parametrize("noise", [DropConnect(64, drop=0.99), GaussianNoise(30.0), Named("n", GaussianNoise(30.0))])
def test_noise_does_not_hinder_it(noise):
    network = Sequential((Dense(64), Activation(ReLU()), noise, Activation(ReLU()), Dense(3)))
    result = judged(*load_iris(return_X_y=True), network)
    assert result.passed, result.text


def test_label_smoothing_does_not_hinder_it():
    assert judged(*load_iris(return_X_y=True), loss=SoftmaxCrossEntropy(0.3)).passed  # whose loss stays above 0.3


def test_batch_norm_does_not_hinder_it():
    network = Sequential((Dense(64), BatchNorm(), Activation(ReLU()), Dense(3)))
    assert judged(*load_iris(return_X_y=True), network).passed


@pytest.mark.parametrize(
    "network",
    [
        Sequential((Dense(32, AllZero()), Activation(ReLU()), Dense(3, AllZero()))),
        Sequential((Dense(32), Activation(Blocked()), Dense(3))),
    ],
    ids=["zero weights", "no gradient"],
)
def test_a_broken_network_fails(network):
    result = judged(*load_iris(return_X_y=True), network)
    assert (result.passed, result.severity) == (False, "error"), result.text
    assert "after 800 steps" in result.text


def test_a_network_that_is_too_small_gets_a_note():
    x, y = np.random.default_rng(0).normal(size=(200, 2)), np.arange(200) % 5
    result = judged(x, y, Sequential((Dense(5),)))
    assert (result.passed, result.severity) == (False, "note"), result.text
    assert "15 parameters" in result.advice


def test_weights_that_are_not_numbers_fail():
    prepared = from_arrays(*load_iris(return_X_y=True))
    member = start(learner_of(prepared.experiment), root(0), (4,), 1)
    broken = jax.tree.map(lambda w: w * jnp.nan, member.best)
    fitted = fit_tiny(member._replace(best=broken), prepared.x[:20], prepared.y[:20], enough=0.05)
    assert fitted.loss == np.inf
    assert not overfit_tiny(fitted, examples=20, outputs=3, classes=True, blind=1.1).passed


def test_labels_that_contradict_fail_when_they_are_forced_in():
    x = np.repeat(np.random.default_rng(0).normal(size=(60, 4)), 2, axis=0)
    y = np.arange(120) % 2  # every row twice, once with each label
    assert not judged(x, y, tiny=np.arange(20)).passed


def test_contradicting_rows_are_left_out():
    x = np.repeat(np.random.default_rng(0).normal(size=(60, 4)), 2, axis=0)
    y = np.arange(120) % 2
    rows = pick_tiny(x.astype(np.float32), y, np.arange(120), seed=0)
    assert len(rows) == 20
    assert len({r // 2 for r in rows.tolist()}) == 20
    assert judged(x, y).passed


def test_nearly_equal_rows_with_one_label_may_stay():
    x = np.zeros((50, 3), np.float32)
    assert len(pick_tiny(x, np.zeros(50, np.int32), np.arange(50), seed=0)) == 20


def test_the_rows_are_spread_over_the_classes():
    y = np.array([0] * 900 + [1] * 95 + [2] * 5)
    x = np.random.default_rng(0).normal(size=(1000, 3))
    rows = pick_tiny(x, y, np.arange(1000), seed=0)
    assert np.bincount(y[rows]).tolist() == [8, 7, 5]
    assert pick_tiny(x, y, np.arange(1000), seed=0).tolist() == rows.tolist()


def test_only_training_rows_are_picked():
    x = np.random.default_rng(0).normal(size=(100, 3))
    rows = pick_tiny(x, np.arange(100) % 2, np.arange(40, 60), seed=0)
    assert set(rows.tolist()) <= set(range(40, 60))


def test_a_network_that_had_no_time_is_not_judged():
    fitted = Fitted(loss=2.0, accuracy=0.2, steps=10, finished=False, parameters=10**8)
    result = overfit_tiny(fitted, examples=20, outputs=10, classes=True, blind=2.3)
    assert result.passed and not result.judged
    assert "so it is not judged" in result.text
    given = overfit_tiny(fitted._replace(finished=True), examples=20, outputs=10, classes=True, blind=2.3)
    assert given.judged and not given.passed
    learned = overfit_tiny(fitted._replace(loss=0.0, accuracy=1.0), examples=20, outputs=10, classes=True, blind=2.3)
    assert learned.judged and learned.passed and "not judged" not in learned.text


@pytest.mark.parametrize(("loss", "accuracy", "passed"), [(0.05, 1.0, True), (0.05, 0.95, False), (0.2, 1.0, False)])
def test_needs_both_a_low_loss_and_every_class_right(loss, accuracy, passed):
    fitted = Fitted(loss=loss, accuracy=accuracy, steps=800, finished=True, parameters=10**6)
    assert overfit_tiny(fitted, examples=20, outputs=10, classes=True, blind=2.3).passed is passed
