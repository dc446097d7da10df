"""Focal loss: hand values, its tie to the cross-entropy, slopes, extremes, a plain twin, misuse."""

import math

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from jax.test_util import check_grads

from thalweg.errors import InputError
from thalweg.losses.focal_loss import FocalLoss
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy


def batch(n=200, c=5):
    rng = np.random.default_rng(3)
    return jnp.asarray(rng.normal(scale=3, size=(n, c)), jnp.float32), jnp.asarray(rng.integers(0, c, n))


def slope(loss, scores, labels):
    return jax.grad(lambda s: loss(s, labels).sum())(scores)


def test_sure_and_unsure_by_hand():  # O9
    # p_y = .9, gamma 2: (.1)^2 * -ln .9 = .01 * .1053605; p_y = .1: (.9)^2 * -ln .1 = .81 * 2.3025851 = 1.8650939.
    scores = jnp.log(jnp.array([[0.9, 0.1], [0.9, 0.1]]))
    np.testing.assert_allclose(FocalLoss()(scores, jnp.array([0, 1])), [0.001053605, 1.8650939], rtol=1e-5)
    np.testing.assert_allclose(FocalLoss().predict(scores), [[0.9, 0.1]] * 2, rtol=1e-6)


def test_its_slope_by_hand():
    # L = -(1 - p)^2 ln p at p = 1/2: dL/dp = 2 (1 - p) ln p - (1 - p)^2 / p = -ln 2 - 1/2; dp/ds_y = p (1 - p) = 1/4.
    wanted = (math.log(2) + 0.5) / 4
    np.testing.assert_allclose(slope(FocalLoss(), jnp.zeros((1, 2)), jnp.array([0])), [[-wanted, wanted]], rtol=1e-5)


def test_without_focus_it_is_the_cross_entropy():
    scores, labels = batch()
    for extreme in (scores, 1e3 * scores):
        np.testing.assert_allclose(FocalLoss(0.0)(extreme, labels), SoftmaxCrossEntropy()(extreme, labels), atol=5e-7)
    plain = slope(SoftmaxCrossEntropy(), scores, labels)
    np.testing.assert_allclose(slope(FocalLoss(0.0), scores, labels), plain, atol=1e-6)


@pytest.mark.parametrize("gamma", [0.5, 2.0, 5.0])
def test_against_optax_and_plain_numpy(gamma):
    scores, labels = batch()
    pairs = scores[:, :2]
    # Two classes with scores (0, s) are the paper's sigmoid of s.
    theirs = optax.sigmoid_focal_loss(pairs[:, 1] - pairs[:, 0], jnp.asarray(labels % 2, jnp.float32), gamma=gamma)
    np.testing.assert_allclose(FocalLoss(gamma)(pairs, labels % 2), theirs, rtol=2e-4, atol=1e-7)
    wide = np.exp(np.asarray(scores, np.float64))
    p = (wide / wide.sum(axis=1, keepdims=True))[np.arange(len(labels)), np.asarray(labels)]
    np.testing.assert_allclose(FocalLoss(gamma)(scores, labels), -((1 - p) ** gamma) * np.log(p), rtol=2e-4, atol=1e-7)


@pytest.mark.parametrize("gamma", [0.0, 0.5, 1.0, 2.0])
def test_finite_and_exact_at_the_extremes(gamma):
    scores = jnp.array([[1e4, -1e4, 0.0], [-1e4, 1e4, 0.0], [1e4, 1e4, -1e4]])
    labels = jnp.zeros(3, int)
    np.testing.assert_allclose(FocalLoss(gamma)(scores, labels), [0, 2e4, math.log(2) / 2**gamma], rtol=1e-6)
    gradient = slope(FocalLoss(gamma), scores, labels)
    assert jnp.isfinite(gradient).all()
    np.testing.assert_allclose(gradient[:2], [[0, 0, 0], [-1, 1, 0]], atol=1e-6)


def test_slopes_agree_with_differences():
    with jax.enable_x64(True):
        scores, labels = (np.asarray(values) for values in batch(n=6))
        check_grads(lambda s, g: FocalLoss(g)(s, labels), (scores.astype(float), np.float64(0.5)), 1, modes=["rev"])


def test_equal_scores_cost_the_same_whatever_the_class():  # (1 - 1/10)^2 ln 10
    np.testing.assert_allclose(FocalLoss()(jnp.zeros((2, 10)), jnp.array([0, 7])), [0.81 * math.log(10)] * 2, rtol=1e-6)


def test_a_class_that_does_not_exist_costs_nan_and_spoils_no_other_example():
    scores, labels = batch(n=4)
    losses = FocalLoss()(scores, labels.at[1].set(5))
    assert np.isnan(losses).tolist() == [False, True, False, False]


def test_targets_of_another_shape_are_refused():
    with pytest.raises(InputError) as caught:
        FocalLoss()(jnp.zeros((4, 5)), jnp.zeros((4, 1), int))
    assert str(caught.value) == (
        "FocalLoss needs one class number an example, shape (4,); got targets of shape (4, 1) for outputs of shape "
        "(4, 5)."
    )
