"""Softmax cross-entropy: the notes' numbers, symmetries, gradient, extremes, a plain twin, misuse."""

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thalweg.errors import InputError
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy

LOSS = SoftmaxCrossEntropy()
seeds = st.integers(0, 2**31 - 1)


def batch(seed, n=4, c=5):
    rng = np.random.default_rng(seed)
    return jnp.array(rng.normal(size=(n, c)), jnp.float32), jnp.array(rng.integers(0, c, n))


def test_cs231n_cat():
    # CS231n lecture 3: s = (3.2, 5.1, -1.7), right class 0. exp: 24.533, 164.022, 0.183, sum 188.737;
    # p = 24.533 / 188.737 = 0.12998, -ln p = 2.0404 nats (the slide's 0.89 is the logarithm to base 10).
    scores = jnp.array([[3.2, 5.1, -1.7]])
    np.testing.assert_allclose(LOSS(scores, jnp.array([0])), [2.0404], atol=5e-5)
    np.testing.assert_allclose(LOSS.predict(scores), [[0.12998, 0.86905, 0.00097]], atol=5e-6)


def test_gradient_is_probabilities_less_one_at_the_class():
    # p = (.2, .3, .5), y = 1: ds = (.2, .3 - 1, .5).
    scores = jnp.log(jnp.array([[0.2, 0.3, 0.5]]))
    gradient = jax.grad(lambda s: LOSS(s, jnp.array([1])).sum())(scores)
    np.testing.assert_allclose(gradient, [[0.2, -0.7, 0.5]], rtol=1e-6)


@given(c=st.sampled_from([2, 10]), score=st.floats(-1e4, 1e4, width=32))
def test_equal_scores_cost_ln_c(c, score):
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


@pytest.mark.parametrize("shape", [(3,), (4, 1), (4, 5), ()])
def test_refuses_targets_that_are_not_one_class_an_example(shape):
    with pytest.raises(InputError) as caught:
        LOSS(batch(0)[0], jnp.zeros(shape, int))
    assert str(caught.value) == (
        "SoftmaxCrossEntropy needs one class number an example, shape (4,); "
        f"got targets of shape {shape} for outputs of shape (4, 5)."
    )


def test_is_matched_to_the_softmax_head():
    assert LOSS.head == "softmax"
