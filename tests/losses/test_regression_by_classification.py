"""Regression by classification: hand values, bins, extremes, misuse."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.errors import InputError
from thalweg.losses.regression_by_classification import RegressionByClassification as Binned

THREE = Binned(3, edges=(0.0, 1.0), means=(-1.0, 0.5, 4.0))


def test_the_surprise_of_a_bin_by_hand():  # O8
    # An edge belongs to the bin below it: 0 is in bin 0, 1 in bin 1.
    scores = jnp.log(jnp.array([[1.0, 2, 5], [1, 2, 5], [1, 2, 5], [1, 2, 5]]))  # probabilities 1/8, 2/8, 5/8
    losses = THREE(scores, jnp.array([[0.0], [1.0], [0.5], [1.01]]))
    np.testing.assert_allclose(losses, -np.log([1 / 8, 2 / 8, 2 / 8, 5 / 8]), rtol=1e-6)
    # -1 * 1/8 + 0.5 * 2/8 + 4 * 5/8 = 2.5
    np.testing.assert_allclose(THREE.predict(scores), [[2.5]] * 4, rtol=1e-6)


def test_a_guess_that_knows_nothing_costs_ln_k():
    np.testing.assert_allclose(THREE(jnp.zeros((2, 3)), jnp.array([[7.0], [-7.0]])), np.log(3), rtol=1e-6)


def test_its_gradient_is_that_of_a_softmax():
    scores = jnp.array([[0.3, -1.0, 2.0]])
    gradient = jax.grad(lambda f: THREE(f, jnp.array([[0.5]]))[0])(scores)
    np.testing.assert_allclose(gradient, jax.nn.softmax(scores) - jnp.array([[0.0, 1.0, 0.0]]), rtol=1e-5)


def test_bins_hold_equal_shares():
    # Of 1, 2, 2, 3, 4, 5, 6, 10 each quarter is two: the second 2, the 3 and the 5 are the last of theirs.
    amounts = np.array([10.0, 2, 1, 3, 2, 5, 6, 4])[:, None]
    made = Binned(4).completed(amounts, np.ones(8))
    assert made.edges == (2.0, 3.0, 5.0)
    np.testing.assert_allclose(made.means, [5 / 3, 3, 4.5, 8])
    random = np.random.default_rng(0).normal(size=(1000, 1))
    held = np.bincount(np.searchsorted(Binned(10).completed(random, np.ones(1000)).edges, random[:, 0]))
    assert held.tolist() == [100] * 10


def test_rows_count_as_their_weights_say():
    amounts, weight = np.arange(6.0)[:, None], np.array([3.0, 1, 1, 1, 0, 0])
    made = Binned(2).completed(amounts, weight)
    assert made.edges == (0.0,)  # 3 of 6
    np.testing.assert_allclose(made.means, [0, 2])  # (1 + 2 + 3) / 3


def test_bins_between_equal_amounts_stay_empty():
    amounts = np.array([1.0] * 8 + [2.0, 3.0])[:, None]
    made = Binned(5).completed(amounts, np.ones(10))
    assert made.edges == (1.0, 1.0, 1.0, 1.0)
    np.testing.assert_allclose(made.means, [1, 1, 1, 1, 2.5])
    scores = jnp.log(jnp.array([[0.8, 1e-9, 1e-9, 1e-9, 0.2]]))
    np.testing.assert_allclose(made.predict(scores), [[0.8 * 1 + 0.2 * 2.5]], rtol=1e-6)


def test_bins_that_are_given_are_kept():
    assert THREE.completed(np.ones((5, 1)), np.ones(5)) is THREE


def test_huge_scores_and_targets_are_exact():
    scores = jnp.array([[1e4, -1e4, 0.0], [-1e4, 1e4, 0.0]])
    np.testing.assert_array_equal(THREE(scores, jnp.array([[-1e30], [-1e30]])), [0, 2e4])
    np.testing.assert_array_equal(THREE.predict(scores), [[-1], [0.5]])
    gradient = jax.grad(lambda f: THREE(f, jnp.array([[1e30], [-1e30]])).sum())(scores)
    assert np.isfinite(gradient).all()


@pytest.mark.parametrize(
    ("work", "said"),
    [
        (lambda: Binned(1), r"bins must be from 2 to 10,000; got 1\."),
        (lambda: Binned(10**9), r"bins must be from 2 to 10,000; got 1000000000\."),
        (
            lambda: Binned(3, edges=(0.0,), means=(1.0, 2.0)),
            r"3 bins needs 2 edges and 3 means, or neither; got 1 and",
        ),
        (lambda: Binned(2, edges=(0.0,)), r"2 bins needs 1 edges and 2 means, or neither; got 1 and 0"),
        (lambda: Binned(3, edges=(1.0, 0.0), means=(0.0, 1.0, 2.0)), r"must ascend; got \(1.0, 0.0\)"),
        (
            lambda: Binned(2, edges=(0.0,), means=(0.0, 1e300)),
            r"must lie within 1e\+30 of 0, for .*1e\+300\)\.",
        ),
        (lambda: Binned(2)(jnp.zeros((3, 2)), jnp.zeros((3, 1))), r"edges are not known: training fills them in\."),
        (lambda: Binned(2).predict(jnp.zeros((3, 2))), r"edges are not known: training fills them in\."),
        (lambda: THREE(jnp.zeros((3, 2)), jnp.zeros((3, 1))), r"needs 3 outputs an example, .*; got shape \(3, 2\)\."),
        (lambda: THREE.predict(jnp.zeros((1, 4))), r"one for each bin; got shape \(1, 4\)\."),
        (lambda: THREE(jnp.zeros((3, 3)), jnp.zeros(3)), r"needs one value an example, shape \(3, 1\); got \(3,\)\."),
    ],
)
def test_misuse_is_said(work, said):
    with pytest.raises(InputError, match=said):
        work()
