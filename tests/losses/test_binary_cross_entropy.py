"""Binary cross-entropy: hand values, its tie to softmax, gradient, extremes, a plain twin, misuse."""

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thalweg.errors import InputError
from thalweg.losses.binary_cross_entropy import BinaryCrossEntropy
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy

LOSS = BinaryCrossEntropy()
scores = st.floats(-80, 80, width=32)


def column(*values):
    return jnp.array(values, jnp.float32)[:, None]


def test_even_odds_cost_ln_2():
    np.testing.assert_allclose(LOSS(column(0, 0), jnp.array([0, 1])), [math.log(2)] * 2, rtol=1e-6)


def test_odds_of_three_to_one_by_hand():
    # s = ln 3: p = 3/4, so class 1 costs ln(4/3) = 0.28768 and class 0 ln 4 = 1.38629; ds = p - y.
    s = column(math.log(3), math.log(3))
    np.testing.assert_allclose(LOSS(s, jnp.array([1, 0])), [0.2876821, 1.3862944], rtol=1e-6)
    gradient = jax.grad(lambda s: LOSS(s, jnp.array([1, 0])).sum())(s)
    np.testing.assert_allclose(gradient, [[-0.25], [0.75]], rtol=1e-6)
    np.testing.assert_allclose(LOSS.predict(s), [[0.25, 0.75]] * 2, rtol=1e-6)


@given(s=scores, y=st.integers(0, 1))
def test_swapping_the_classes_and_the_sign_changes_nothing(s, y):
    np.testing.assert_array_equal(LOSS(column(s), jnp.array([y])), LOSS(column(-s), jnp.array([1 - y])))
    np.testing.assert_array_equal(LOSS.predict(column(s))[:, ::-1], LOSS.predict(column(-s)))


@given(s=scores, y=st.integers(0, 1))
def test_equals_softmax_of_0_and_the_score(s, y):
    pair, label = jnp.array([[0.0, s]], jnp.float32), jnp.array([y])
    np.testing.assert_allclose(LOSS(column(s), label), SoftmaxCrossEntropy()(pair, label), rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(LOSS.predict(column(s)), SoftmaxCrossEntropy().predict(pair), rtol=1e-5, atol=1e-30)


def test_smoothed_by_hand():
    # p = 3/4, y = 1, smoothing .2: t = .9, L = .9 ln(4/3) + .1 ln 4 = 0.397543; ds = p - t = -.15.
    loss, s, y = BinaryCrossEntropy(0.2), column(math.log(3)), jnp.array([1])
    np.testing.assert_allclose(loss(s, y), [0.3975433], rtol=1e-6)
    np.testing.assert_allclose(jax.grad(lambda s: loss(s, y).sum())(s), [[-0.15]], rtol=1e-5)
    np.testing.assert_allclose(loss(column(0), y), [math.log(2)], rtol=1e-6)


@pytest.mark.parametrize("smoothing", [0.0, 0.1, 0.9])
def test_smoothed_it_equals_the_smoothed_softmax_loss_of_0_and_the_score(smoothing):
    s = jnp.concatenate([jnp.linspace(-9, 9, 50), jnp.array([-1e4, 1e4])])
    pairs, labels = jnp.stack([jnp.zeros(52), s], axis=1), jnp.arange(52) % 2
    ours = BinaryCrossEntropy(smoothing)(s[:, None], labels)
    theirs = SoftmaxCrossEntropy(smoothing)(pairs, labels)
    assert (ours >= 0).all()
    np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-6)


def test_exact_at_the_extremes():  # O4
    s, y = column(1e4, -1e4, 1e4, -1e4), jnp.array([1, 0, 0, 1])
    np.testing.assert_array_equal(LOSS(s, y), [0, 0, 1e4, 1e4])
    np.testing.assert_array_equal(jax.grad(lambda s: LOSS(s, y).sum())(s), [[0], [0], [1], [-1]])
    np.testing.assert_array_equal(LOSS.predict(s[:2]), [[0, 1], [1, 0]])


def test_a_small_loss_keeps_its_digits():
    # -log(sigmoid(20)) = log(1 + e^-20) = 2.0611536e-9; computed from the probability it is exactly 0 in float32.
    np.testing.assert_allclose(LOSS(column(20), jnp.array([1])), [2.0611536e-9], rtol=1e-5)
    np.testing.assert_allclose(LOSS.predict(column(20))[0, 0], 2.0611536e-9, rtol=1e-5)


def test_agrees_with_plain_python():
    s, y = np.linspace(-6, 6, 8), [0, 1] * 4
    p = [1 / (1 + math.exp(-v)) for v in s]
    expected = [-t * math.log(q) - (1 - t) * math.log(1 - q) for q, t in zip(p, y, strict=True)]
    np.testing.assert_allclose(LOSS(column(*s), jnp.array(y)), expected, rtol=1e-5)


def test_a_class_other_than_0_and_1_costs_nan():
    losses = LOSS(column(1, 1, 1, 1), jnp.array([0, 2, -1, 1]))
    assert np.isnan(losses).tolist() == [False, True, True, False]


@pytest.mark.parametrize(("outputs", "targets"), [((4, 2), (4,)), ((4, 1), (4, 1)), ((4, 1), (3,))])
def test_refuses_other_shapes(outputs, targets):
    with pytest.raises(InputError) as caught:
        LOSS(jnp.zeros(outputs), jnp.zeros(targets, int))
    assert str(caught.value) == (
        "BinaryCrossEntropy needs outputs of shape (n, 1) and one class, 0 or 1, an example; "
        f"got outputs of shape {outputs} and targets of shape {targets}."
    )


def test_is_matched_to_the_sigmoid_head():
    assert LOSS.head == "sigmoid"
