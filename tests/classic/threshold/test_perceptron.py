"""Rosenblatt's perceptron: its corrections, its bound, its pocket, and scikit-learn's."""

import warnings

import jax.numpy as jnp
import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import Perceptron as Peer

from tests.classic.threshold.examples import AND, CORNERS, XOR, cloud, parity
from thalweg.classic.threshold.epochs import order_key, visits
from thalweg.classic.threshold.mistake_bound import mistake_bound
from thalweg.classic.threshold.perceptron import train_perceptron
from thalweg.classic.threshold.unit import ThresholdUnit
from thalweg.errors import InputError


def plainly(x, y, orders, bias=True):
    """Row after row, in NumPy: weights, bias, mistakes in each epoch."""
    w, b, mistakes = np.zeros(x.shape[1]), 0.0, []
    for order in orders:
        mistakes.append(0)
        for i in order:
            t = 2 * y[i] - 1
            if t * (w @ x[i] + b) <= 0:
                w, b, mistakes[-1] = w + t * x[i], b + t * bias, mistakes[-1] + 1
        if mistakes[-1] == 0:
            break
    return w, b, mistakes


def test_and_by_hand():
    # Visits: (-1,-1) is wrong at 0, w = (1, 1), b = -1. (-1, 1): -1, right. (1, -1): -1, right. (1, 1): 1, right. Done.
    found = train_perceptron(CORNERS, AND)
    assert found.last.weights.tolist() == [1.0, 1.0] and found.last.bias == -1.0
    assert found.mistakes.tolist() == [1, 0] and found.converged and found.wrong == 0


@pytest.mark.parametrize("bias", [True, False])
def test_each_correction_is_that_of_the_plain_loop(bias):
    x, y, _, _ = cloud(margin=0.0, seed=3)
    found = train_perceptron(x, y, epochs=7, bias=bias)
    w, b, mistakes = plainly(x, y, [range(len(x))] * 7, bias)
    np.testing.assert_allclose(found.last.weights, w, rtol=1e-12, atol=1e-12)
    assert found.last.bias == b and found.mistakes.tolist() == mistakes and max(mistakes) > 1


@pytest.mark.parametrize("seed", [0, 1])
def test_it_is_scikit_learns_in_the_given_order(seed):
    x, y, _, _ = cloud(margin=0.02, seed=seed)
    y[:3] = 1 - y[:3]  # not separable
    peer = Peer(penalty=None, eta0=1.0, shuffle=False, tol=None, max_iter=6, early_stopping=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        peer.fit(x, y)
    found = train_perceptron(x, y, epochs=6)
    np.testing.assert_allclose(found.last.weights, peer.coef_[0], rtol=1e-10, atol=1e-12)
    assert found.last.bias == pytest.approx(peer.intercept_[0], abs=1e-12) and not found.converged
    np.testing.assert_array_equal(found.last.says(x), peer.predict(x) == 1)


@pytest.mark.parametrize("seed", [None, 0, 1, 2])
def test_mistakes_end_below_the_bound_of_a_known_margin(seed):
    x, y, weights, bias = cloud(margin=0.1)
    found = train_perceptron(x, y, epochs=1000, seed=seed)
    bound = mistake_bound(x, y, ThresholdUnit(weights, bias))
    # R^2 is 4 at most (three coordinates up to 1, and the 1 of the bias), gamma 0.1 / sqrt(1 + 0.2^2) at least.
    assert bound <= 4 * 1.04 / 0.1**2
    assert found.converged and 0 < found.mistakes.sum() <= bound
    np.testing.assert_array_equal(found.last.says(x), y == 1)


def test_the_bound_is_reached_by_rows_at_right_angles():
    # w = (t_1, ..., t_n) separates unit rows with margin 1 / sqrt(n); R = 1. Each row is wrong just once.
    n, y = 6, np.array([0, 1, 1, 0, 1, 0])
    found = train_perceptron(np.eye(n), y, bias=False)
    bound = mistake_bound(np.eye(n), y, ThresholdUnit(2.0 * y - 1, 0.0), bias=False)
    assert bound == pytest.approx(n, rel=1e-12) and found.mistakes.tolist() == [n, 0]


def test_the_bound_counts_the_bias_as_an_input_of_one():
    # Rows 3 and -1 around the plane at 1: R^2 = 10, scores 2 and -2 of length sqrt(2).
    unit = ThresholdUnit(np.array([1.0]), -1.0)
    assert mistake_bound(np.array([[3.0], [-1.0]]), np.array([1, 0]), unit) == pytest.approx(10 * 2 / 4)


@pytest.mark.parametrize(("n", "most"), [(2, 3), (3, 6), (4, 11)])
def test_of_parity_a_plane_gets_only_so_many_right(n, most):
    # The most that any plane can get right, found by trying planes: of XOR three corners of four.
    x, y = parity(n)
    planes = np.random.default_rng(0).normal(size=(n + 1, 200_000 if n == 4 else 20_000))
    reached = (((np.column_stack([x, np.ones(len(x))]) @ planes > 0) == (y[:, None] == 1)).sum(axis=0)).max()
    assert reached == most
    for seed in (None, 0, 1):
        found = train_perceptron(x, y, epochs=60, seed=seed)
        assert not found.converged and len(found.mistakes) == 60 and found.mistakes.min() > 0
        assert len(x) - found.wrong <= most
        assert (found.best.says(x) != (y == 1)).sum() == found.wrong


def test_the_pocket_keeps_three_of_four_where_the_last_weights_have_come_back_to_nothing():
    found = train_perceptron(CORNERS, XOR, epochs=5)
    assert found.last == (pytest.approx([0.0, 0.0]), 0.0) and found.mistakes.tolist() == [4] * 5
    assert found.wrong == 1 and (found.best.says(CORNERS) == (XOR == 1)).sum() == 3


def test_the_pocket_is_no_worse_than_the_last_weights_met():
    x, y, _, _ = cloud(rows=60, margin=0.0, seed=5)
    y[::9] = 1 - y[::9]
    found = train_perceptron(x, y, epochs=40, seed=0)
    assert found.wrong <= 9 < 0.5 * len(x)  # about as many as were turned round: 7
    assert found.wrong == (found.best.says(x) != (y == 1)).sum() < (found.last.says(x) != (y == 1)).sum()


def test_the_same_seed_is_the_same_to_the_bit_and_orders_differ():
    x, y, _, _ = cloud(margin=0.01)
    one, two, other = (train_perceptron(x, y, epochs=30, seed=seed) for seed in (4, 4, 5))
    assert one.last.weights.tobytes() == two.last.weights.tobytes() != other.last.weights.tobytes()
    assert one.mistakes.tolist() != other.mistakes.tolist()


def test_each_epoch_visits_every_row_once_in_an_order_of_its_own():
    key = order_key(3)
    first, again, second = (np.asarray(visits(key, jnp.asarray(k), 30, True)) for k in (0, 0, 1))
    assert sorted(first) == sorted(second) == list(range(30))
    assert first.tolist() == again.tolist() != second.tolist() and first.tolist() != list(range(30))
    assert np.asarray(visits(key, jnp.asarray(1), 30, False)).tolist() == list(range(30))


def test_the_scale_of_rows_changes_no_answer_but_the_bias():
    x, y, _, _ = cloud(margin=0.05)
    one, eight = (train_perceptron(scale * x, y, bias=False, epochs=20) for scale in (1.0, 8.0))
    assert one.mistakes.tolist() == eight.mistakes.tolist()
    np.testing.assert_array_equal(8 * one.last.weights, eight.last.weights)  # a power of two rounds nothing


def test_more_epochs_than_it_needs_are_not_run_and_not_shown():
    few, many = (train_perceptron(CORNERS, AND, epochs=epochs) for epochs in (2, 300))
    assert few.mistakes.tolist() == many.mistakes.tolist() == [1, 0]
    cut = train_perceptron(CORNERS, AND, epochs=1)
    assert cut.mistakes.tolist() == [1] and not cut.converged and cut.wrong == 0


@pytest.mark.parametrize(
    ("x", "y", "more", "said"),
    [
        (CORNERS, AND, {"epochs": 0}, r"the perceptron needs 1 to 1,000,000 epochs; got 0\."),
        (CORNERS, AND, {"seed": -1}, "a seed must be a whole number from 0 to 4294967295; got -1"),
        (CORNERS, np.zeros(4, int), {}, r"needs rows of two classes; got \[0\]\. Add rows of another class\."),
        (CORNERS, AND + 1, {}, r"the perceptron tells class 0 from class 1; got a class 2\. Put classes together"),
        (CORNERS, AND - 1, {}, r"needs class numbers from 0; got -1\. Number the classes 0, 1 and so on\."),
        (CORNERS, AND[:3], {}, r"needs one class a row; got 4 rows and classes of shape \(3,\)\."),
        (np.zeros((4, 0)), AND, {}, r"needs rows of one number or more each; got an array of shape \(4, 0\)\."),
        (CORNERS + np.array([[0], [0], [np.nan], [0]]), AND, {}, "needs finite numbers; row 2 has others. Fill"),
    ],
)  # fmt: skip
def test_what_it_cannot_learn_from_is_refused(x, y, more, said):
    with pytest.raises(InputError, match=said):
        train_perceptron(x, y, **more)


def test_a_unit_refuses_rows_of_another_width():
    found = train_perceptron(CORNERS, AND)
    with pytest.raises(InputError, match=r"the unit learned from rows of 2 numbers; got rows of 3\."):
        found.last.says(np.zeros((1, 3)))


def test_a_bound_is_refused_where_the_plane_does_not_separate():
    unit = ThresholdUnit(np.array([1.0, 0.0]), 0.0)
    with pytest.raises(
        InputError, match=r"needs a plane that separates the rows; 1 of 4 lie on its wrong side or on it"
    ):
        mistake_bound(CORNERS, AND, unit)
    with pytest.raises(InputError, match=r"a perceptron without a bias needs a plane through the origin; got a bias 1"):
        mistake_bound(CORNERS, AND, unit._replace(bias=1.0), bias=False)


@pytest.mark.parametrize("y", [[0.2, 0.9], [0.0, np.nan], [0, 10**9]])
def test_classes_are_whole_numbers(y):
    told = r"the perceptron needs whole numbers up to 100,000 for classes; got \[.*\]\. Number them anew\."
    with pytest.raises(InputError, match=told):
        train_perceptron(np.eye(2), np.array(y))
