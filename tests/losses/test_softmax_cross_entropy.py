"""Softmax cross-entropy: the notes' numbers, symmetries, gradient, extremes, a plain twin, misuse."""

import math

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thalweg.errors import InputError
from thalweg.losses.binary_cross_entropy import BinaryCrossEntropy
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy

LOSS = SoftmaxCrossEntropy()
seeds = st.integers(0, 2**31 - 1)


def batch(seed, n=4, c=5):
    rng = np.random.default_rng(seed)
    return jnp.array(rng.normal(size=(n, c)), jnp.float32), jnp.array(rng.integers(0, c, n))


def test_cs231n_cat():  # O3
    # CS231n lecture 3: s = (3.2, 5.1, -1.7), right class 0. exp: 24.533, 164.022, 0.183, sum 188.737;
    # p = 24.533 / 188.737 = 0.12998, -ln p = 2.0404 nats (the slide's 0.89 is the logarithm to base 10).
    scores = jnp.array([[3.2, 5.1, -1.7]])
    np.testing.assert_allclose(LOSS(scores, jnp.array([0])), [2.0404], atol=5e-5)
    np.testing.assert_allclose(LOSS(scores, jnp.array([0])) / math.log(10), [0.89], atol=5e-3)
    np.testing.assert_allclose(LOSS.predict(scores), [[0.12998, 0.86905, 0.00097]], atol=5e-6)


def test_gradient_is_probabilities_less_one_at_the_class():  # O3
    # p = (.2, .3, .5), y = 1: ds = (.2, .3 - 1, .5).
    scores = jnp.log(jnp.array([[0.2, 0.3, 0.5]]))
    gradient = jax.grad(lambda s: LOSS(s, jnp.array([1])).sum())(scores)
    np.testing.assert_allclose(gradient, [[0.2, -0.7, 0.5]], rtol=1e-6)


def test_the_sum_of_binary_losses_is_another_number():  # O3
    # p = (.2, .3, .5), y = 1: -ln .3 = 1.204; as binary losses -ln .3 - ln(1 - .2) - ln(1 - .5) = 2.120.
    p, y = jnp.array([0.2, 0.3, 0.5]), jnp.array([1])
    np.testing.assert_allclose(LOSS(jnp.log(p)[None, :], y), [1.204], atol=5e-4)
    odds = jnp.log(p / (1 - p))[:, None]
    np.testing.assert_allclose(BinaryCrossEntropy()(odds, jnp.array([0, 1, 0])).sum(), 2.120, atol=5e-4)


@given(c=st.sampled_from([2, 10]), score=st.floats(-1e4, 1e4, width=32))
def test_equal_scores_cost_ln_c(c, score):  # O3
    losses = LOSS(jnp.full((2, c), score, jnp.float32), jnp.array([0, c - 1]))
    np.testing.assert_allclose(losses, [math.log(c)] * 2, rtol=1e-6)


@given(seed=seeds, shift=st.floats(-100, 100, width=32))
def test_adding_one_number_to_every_score_changes_nothing(seed, shift):
    scores, labels = batch(seed)
    np.testing.assert_allclose(LOSS(scores + jnp.float32(shift), labels), LOSS(scores, labels), rtol=1e-4, atol=1e-5)


@given(seed=seeds)
def test_renaming_the_classes_changes_nothing(seed):
    scores, labels = batch(seed)
    order = np.random.default_rng(seed).permutation(5)  # new name -> old name
    renamed = jnp.array(np.argsort(order)[np.asarray(labels)])
    np.testing.assert_allclose(LOSS(scores[:, order], renamed), LOSS(scores, labels), rtol=1e-5)


@given(seed=seeds)
def test_the_gradient_of_an_example_adds_up_to_0(seed):
    scores, labels = batch(seed)
    gradient = jax.grad(lambda s: LOSS(s, labels).sum())(scores)
    np.testing.assert_allclose(gradient.sum(axis=1), np.zeros(4), atol=1e-6)
    np.testing.assert_allclose(
        gradient + jax.nn.one_hot(labels, 5, dtype=scores.dtype), LOSS.predict(scores), atol=1e-6
    )


@pytest.mark.parametrize(("label", "loss", "gradient"), [(0, 0.0, [0, 0, 0]), (1, 2e4, [1, -1, 0])])
def test_exact_at_the_extremes(label, loss, gradient):
    scores, labels = jnp.array([[1e4, -1e4, 0.0]], jnp.float32), jnp.array([label])
    np.testing.assert_array_equal(LOSS(scores, labels), [loss])
    np.testing.assert_array_equal(jax.grad(lambda s: LOSS(s, labels).sum())(scores), [gradient])
    np.testing.assert_array_equal(LOSS.predict(scores), [[1, 0, 0]])


@given(seed=seeds, scale=st.floats(0, 1000, width=32))
def test_no_loss_is_negative(seed, scale):
    scores, labels = batch(seed)
    assert (LOSS(jnp.float32(scale) * scores, labels) >= 0).all()


def test_agrees_with_a_plain_loop():
    scores, labels = batch(0)
    expected = [
        math.log(sum(math.exp(s) for s in row)) - row[y]
        for row, y in zip(scores.tolist(), labels.tolist(), strict=True)
    ]
    np.testing.assert_allclose(LOSS(scores, labels), expected, rtol=1e-5)


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.int32, np.int64])
def test_labels_of_any_whole_type(dtype):
    scores, labels = batch(0)
    np.testing.assert_array_equal(LOSS(scores, np.asarray(labels, dtype)), LOSS(scores, labels))


@pytest.mark.parametrize("label", [5, -1, 1000])
def test_a_class_that_does_not_exist_costs_nan_and_spoils_no_other_example(label):
    scores, labels = batch(0)
    losses = LOSS(scores, labels.at[1].set(label))
    assert np.isnan(losses).tolist() == [False, True, False, False]
    np.testing.assert_array_equal(losses[2:], LOSS(scores, labels)[2:])


def test_smoothed_by_hand():  # R7
    # p = (.2, .3, .5), y = 1, smoothing .3: t = (.1, .8, .1), L = -.1 ln .2 - .8 ln .3 - .1 ln .5 = 1.193437;
    # ds = p - t = (.1, -.5, .4).
    loss, scores = SoftmaxCrossEntropy(0.3), jnp.log(jnp.array([[0.2, 0.3, 0.5]]))
    np.testing.assert_allclose(loss(scores, jnp.array([1])), [1.193437], rtol=1e-6)
    gradient = jax.grad(lambda s: loss(s, jnp.array([1])).sum())(scores)
    np.testing.assert_allclose(gradient, [[0.1, -0.5, 0.4]], rtol=1e-5)
    np.testing.assert_array_equal(loss.predict(scores), LOSS.predict(scores))


@pytest.mark.parametrize("smoothing", [0.0, 0.1, 0.9])
def test_smoothed_and_soft_targets_against_optax(smoothing):
    scores, labels = batch(1, n=200)
    shares = jax.nn.one_hot(labels, 5, dtype=scores.dtype)
    wanted = optax.softmax_cross_entropy(scores, optax.smooth_labels(shares, smoothing))
    for targets in (labels, shares, shares.astype(np.int32)):
        np.testing.assert_allclose(SoftmaxCrossEntropy(smoothing)(scores, targets), wanted, rtol=1e-4, atol=1e-6)
    soft = jnp.asarray(np.random.default_rng(1).dirichlet(np.ones(5), 200), scores.dtype)
    np.testing.assert_allclose(LOSS(scores, soft), optax.softmax_cross_entropy(scores, soft), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("targets", [[1], [[0, 1, 0]]])
def test_smoothed_at_the_extremes(targets):
    # s = (1e4, -1e4, 0), y = 1, smoothing .3: log p = (0, -2e4, -1e4), so L = .8 2e4 + .1 1e4; ds = p - t.
    loss, scores = SoftmaxCrossEntropy(0.3), jnp.array([[1e4, -1e4, 0.0]])
    np.testing.assert_allclose(loss(scores, jnp.array(targets)), [1.7e4], rtol=1e-6)
    gradient = jax.grad(lambda s: loss(s, jnp.array(targets)).sum())(scores)
    np.testing.assert_allclose(gradient, [[0.9, -0.8, -0.1]], rtol=1e-6)


def test_equal_scores_cost_ln_c_smoothed_or_not():
    np.testing.assert_allclose(SoftmaxCrossEntropy(0.2)(jnp.zeros((1, 10)), jnp.array([3])), [math.log(10)], rtol=1e-6)


@pytest.mark.parametrize("row", [[0.5, 0.4, 0.0], [1.5, -0.5, 0.0], [np.nan, 1.0, 0.0]])
def test_shares_that_are_none_cost_nan_and_spoil_no_other_example(row):
    losses = LOSS(jnp.zeros((2, 3)), jnp.array([row, [0.25, 0.5, 0.25]]))
    assert np.isnan(losses).tolist() == [True, False]


@pytest.mark.parametrize("shape", [(3,), (4, 1), (3, 5), ()])
def test_refuses_targets_that_are_not_one_class_an_example(shape):
    with pytest.raises(InputError) as caught:
        LOSS(batch(0)[0], jnp.zeros(shape, int))
    assert str(caught.value) == (
        "SoftmaxCrossEntropy needs one class number an example, shape (4,), or one share of each class, shape (4, 5); "
        f"got targets of shape {shape}."
    )


def test_is_matched_to_the_softmax_head():
    assert LOSS.head == "softmax"
