"""The SVM losses of two classes: hand values, slopes, the kink, misuse."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer
from sklearn.svm import LinearSVC

from thalweg.errors import InputError
from thalweg.experiment import Experiment
from thalweg.keys import root
from thalweg.losses.hinge import Hinge
from thalweg.losses.squared_hinge import SquaredHinge
from thalweg.network.presets.dense import dense_network
from thalweg.penalties.l2 import L2
from thalweg.train.population import advance, population, start
from thalweg.train.state import Batches, learner_of
from thalweg.updates.lbfgs import LBFGS

OUTPUTS, CLASSES = jnp.array([[2.0], [0.5], [-0.5], [-3.0]]), jnp.array([1, 1, 1, 0])


def test_both_by_hand():  # O7: max(0, 1 - t f): 0, 0.5, 1.5 and, on the other side, 0
    np.testing.assert_array_equal(Hinge()(OUTPUTS, CLASSES), [0, 0.5, 1.5, 0])
    np.testing.assert_array_equal(SquaredHinge()(OUTPUTS, CLASSES), [0, 0.25, 2.25, 0])
    np.testing.assert_array_equal(Hinge()(OUTPUTS, 1 - CLASSES), [3, 1.5, 0.5, 4])


def test_a_blind_guess_costs_1():
    for loss in (Hinge(), SquaredHinge()):
        np.testing.assert_array_equal(loss(jnp.zeros((2, 1)), jnp.array([0, 1])), [1, 1])


def test_turning_class_and_score_around_changes_nothing():
    for loss in (Hinge(), SquaredHinge()):
        np.testing.assert_array_equal(loss(-OUTPUTS, 1 - CLASSES), loss(OUTPUTS, CLASSES))


def test_slopes_and_the_kink():
    slope = jax.grad(lambda f, loss: loss(f, jnp.array([1, 1, 1])).sum())
    f = jnp.array([[0.5], [1.0], [2.0]])
    np.testing.assert_array_equal(slope(f, Hinge()), [[-1], [0], [0]])  # at the kink: 0
    np.testing.assert_array_equal(slope(f, SquaredHinge()), [[-1], [0], [0]])  # -2 (1 - 0.5)
    assert jnp.isfinite(slope(jnp.array([[1e4], [-1e4], [0.0]]), SquaredHinge())).all()


def test_the_prediction_is_the_side_of_0():
    for loss in (Hinge(), SquaredHinge()):
        np.testing.assert_array_equal(loss.predict(OUTPUTS).argmax(axis=1), [1, 1, 0, 0])
        assert np.isnan(loss(jnp.zeros((1, 1)), jnp.array([2]))).all()


@pytest.mark.parametrize("loss", [Hinge(), SquaredHinge()])
@pytest.mark.parametrize(("outputs", "targets"), [((3, 2), (3,)), ((3, 1), (2,)), ((3, 1), (3, 1))])
def test_other_shapes_are_refused(loss, outputs, targets):
    with pytest.raises(InputError, match=rf"^{type(loss).__name__} needs outputs of shape \(n, 1\) and one class"):
        loss(jnp.zeros(outputs), jnp.zeros(targets, int))


def test_a_linear_network_of_it_is_scikit_learns_support_vector_machine():  # K2
    rows = load_breast_cancer()
    x = (rows.data[:300, :6] - rows.data[:300, :6].mean(axis=0)) / rows.data[:300, :6].std(axis=0)
    y = rows.target[:300]
    # Theirs is |w|^2 / 2 + C sum of losses, ours their mean + strength / 2 |w|^2; so large a scaling of the intercept
    # leaves it out of their penalty.
    strength = 0.02
    peer = LinearSVC(C=1 / (strength * len(x)), loss="squared_hinge", dual=False, intercept_scaling=100, tol=1e-9)
    peer.fit(x, y)
    experiment = Experiment(dense_network(1, hidden=()), SquaredHinge(), penalty=L2(strength), update=LBFGS())
    batches = Batches(jnp.asarray(x, jnp.float32), jnp.asarray(y, jnp.int32), jnp.ones(len(x)), None, None)
    fresh = population([start(learner_of(experiment), root(0), (6,), 80)])
    params = advance(fresh, batches, clock=0, count=80)[0].carry.params["dense_1"]
    np.testing.assert_allclose(params["w"][0, :, 0], peer.coef_[0], atol=2e-3)
    np.testing.assert_allclose(params["b"][0], peer.intercept_, atol=2e-3)
    assert np.abs(peer.coef_).max() > 0.2
