"""Adaline: the least squares, scikit-learn's steps, and the rate at which it breaks."""

import numpy as np
import pytest
from sklearn.linear_model import SGDRegressor

from tests.classic.threshold.examples import AND, CORNERS, XOR, cloud
from thalweg.classic.threshold.adaline import LOST, train_adaline, train_batch_adaline
from thalweg.classic.threshold.perceptron import train_perceptron
from thalweg.classic.threshold.rate_limits import batch_rate_limit, row_rate_limit
from thalweg.errors import InputError


@pytest.fixture
def rows():
    x, y, _, _ = cloud(rows=40, margin=0.0, seed=2)
    return x, y


def least(x, y):
    """Weights and bias of the least squared error."""
    return np.linalg.lstsq(np.column_stack([x, np.ones(len(x))]), 2.0 * y - 1, rcond=None)[0]


def test_two_steps_by_hand():
    # Row (1, 2) of class 1: e = 1, w = 0.1 (1, 2), b = 0.1. Row (-1, 0) of class 0: s = 0, e = -1: w += 0.1 (1, 0).
    found = train_adaline(np.array([[1.0, 2.0], [-1.0, 0.0]]), np.array([1, 0]), rate=0.1, epochs=1)
    assert found.unit.weights == pytest.approx([0.2, 0.2]) and found.unit.bias == pytest.approx(0.0)
    assert found.errors == pytest.approx([(0.4**2 + 0.8**2) / 2]) and found.wrong.tolist() == [0]


def test_its_steps_are_scikit_learns(rows):
    x, y = rows
    peer = SGDRegressor(
        loss="squared_error", penalty=None, learning_rate="constant", eta0=0.05, shuffle=False, tol=None, max_iter=9
    ).fit(x, 2.0 * y - 1)
    found = train_adaline(x, y, rate=0.05, epochs=9)
    np.testing.assert_allclose(found.unit.weights, peer.coef_, rtol=1e-10)
    assert found.unit.bias == pytest.approx(peer.intercept_[0], rel=1e-10)


def test_all_rows_at_a_time_it_comes_to_the_least_squares(rows):
    x, y = rows
    found = train_batch_adaline(x, y, rate=0.5 * batch_rate_limit(x), epochs=400)
    np.testing.assert_allclose([*found.unit.weights, found.unit.bias], least(x, y), rtol=1e-9)
    assert (np.diff(found.errors) <= 1e-15).all() and len(found.errors) == 400 and not found.diverged
    assert found.wrong[-1] == (found.unit.says(x) != (y == 1)).sum()


def test_one_row_at_a_time_it_ends_the_nearer_the_smaller_the_rate(rows):
    x, y = rows
    away = [
        np.linalg.norm([*found.unit.weights, found.unit.bias] - least(x, y))
        for found in (train_adaline(x, y, rate=rate, epochs=1500, seed=0) for rate in (0.3, 0.03, 0.003))
    ]
    assert away[0] > 3 * away[1] > 9 * away[2]


def test_the_limit_is_two_over_the_largest_eigenvalue(rows):
    x, _ = rows
    wide = np.column_stack([x, np.ones(len(x))])
    assert batch_rate_limit(x) == pytest.approx(2 / np.linalg.eigvalsh(wide.T @ wide / len(x)).max(), rel=1e-12)
    assert batch_rate_limit(x, bias=False) == pytest.approx(2 / np.linalg.eigvalsh(x.T @ x / len(x)).max(), rel=1e-12)
    assert row_rate_limit(x) == pytest.approx(2 / np.square(wide).sum(axis=1).max(), rel=1e-12)
    assert row_rate_limit(x) < batch_rate_limit(x)


@pytest.mark.parametrize("bias", [True, False])
def test_below_the_limit_it_converges_and_above_it_diverges(rows, bias):
    x, y = rows
    limit = batch_rate_limit(x, bias=bias)
    below, above = (train_batch_adaline(x, y, rate=f * limit, epochs=2000, bias=bias) for f in (0.99, 1.01))
    assert below.limit == above.limit == limit
    assert not below.diverged and below.remark == "" and below.errors[-1] < 1 and len(below.errors) == 2000
    assert above.diverged and above.errors[-1] > LOST >= above.errors[-2]
    assert above.remark == (
        f"the mean squared error grew beyond 1e+06 at a rate of {1.01 * limit:g}, all rows at a time; it must be below "
        f"{limit:.3g}. Lower it."
    )


def test_one_row_at_a_time_a_rate_below_its_limit_holds_and_one_far_above_is_told(rows):
    x, y = rows
    limit = row_rate_limit(x)
    for seed in (None, 0):
        held = train_adaline(x, y, rate=0.99 * limit, epochs=300, seed=seed)
        assert not held.diverged and held.errors.max() < 10 and held.limit == limit
    lost = train_adaline(x, y, rate=4 * limit, epochs=300)
    assert lost.diverged and len(lost.errors) < 300 and "one row at a time; below" in lost.remark


def test_it_is_told_also_where_one_epoch_leaves_no_number():
    x = np.tile([[1e3], [-1e3]], (500, 1))
    lost = train_adaline(x, np.tile([0, 1], 500), rate=1.0)
    assert len(lost.errors) == 1 and not np.isfinite(lost.errors[0]) and lost.diverged


def test_of_parity_the_least_squares_are_no_weights_at_all():
    found = train_batch_adaline(CORNERS, XOR, rate=0.5)
    assert found.unit.weights.tolist() == [0.0, 0.0] and found.unit.bias == 0.0 and set(found.wrong) == {2}
    for seed in (None, 0, 1):
        assert train_adaline(CORNERS, XOR, rate=0.1, seed=seed).wrong.min() >= 1


def test_a_row_far_on_its_right_side_counts_as_an_error():
    # Least squares of 0, 1 | 2, 40: weight 0.0359, bias -0.386. The border lies at 10.75, and 2 on its wrong side; a
    # perceptron finds a border between 1 and 2.
    x, y = np.array([[0.0], [1.0], [2.0], [40.0]]), np.array([0, 0, 1, 1])
    found = train_batch_adaline(x, y, rate=0.5 * batch_rate_limit(x), epochs=20_000)
    np.testing.assert_allclose([*found.unit.weights, found.unit.bias], least(x, y), rtol=1e-9)
    assert found.unit.says(x).tolist() == [False, False, False, True]
    assert train_perceptron(x, y).converged


def test_the_same_seed_is_the_same_to_the_bit(rows):
    one, two, other = (train_adaline(*rows, rate=0.1, epochs=3, seed=seed) for seed in (1, 1, 2))
    assert one.errors.tobytes() == two.errors.tobytes() != other.errors.tobytes()


def test_rows_of_zeros_without_a_bias_teach_nothing_and_break_nothing():
    found = train_adaline(np.zeros((4, 1)), AND, rate=9.0, bias=False, epochs=2)
    assert found.errors.tolist() == [1.0, 1.0] and found.limit == np.inf
    with pytest.raises(InputError, match=r"there is no limit on the rate where all inputs are 0; got 4 such rows\."):
        batch_rate_limit(np.zeros((4, 1)), bias=False)


@pytest.mark.parametrize("rate", [0.0, -1.0, np.inf, np.nan])
@pytest.mark.parametrize("train", [train_adaline, train_batch_adaline])
def test_a_rate_that_is_none_is_refused(train, rate):
    with pytest.raises(InputError, match=rf"Adaline needs a rate above 0; got {rate}\."):
        train(CORNERS, AND, rate=rate)


@pytest.mark.parametrize("train", [train_adaline, train_batch_adaline])
def test_bad_rows_are_refused(train):
    with pytest.raises(InputError, match="Adaline needs rows of two classes"):
        train(CORNERS, np.zeros(4, int), rate=0.1)
