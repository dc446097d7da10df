"""The multiclass SVM losses: the lecture's numbers, symmetries, gradients, plain twins, misuse."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thalweg.errors import InputError
from thalweg.losses.multiclass_hinge import MulticlassHinge
from thalweg.losses.squared_multiclass_hinge import SquaredMulticlassHinge

# O1, CS231n lecture 3: cat, car and frog, with their scores for these three classes.
SCORES = np.array([[3.2, 5.1, -1.7], [1.3, 4.9, 2.0], [2.2, 2.5, -3.1]])
LABELS = np.array([0, 1, 2])


def losses(loss, scores=SCORES, labels=LABELS):
    with jax.enable_x64(True):
        return np.asarray(loss(jnp.asarray(scores), jnp.asarray(labels)))


def test_the_three_pictures_of_the_lecture():  # O1
    # cat: (5.1 - 3.2 + 1) + 0 = 2.9; car: 0; frog: (2.2 + 3.1 + 1) + (2.5 + 3.1 + 1) = 12.9; mean 15.8 / 3
    np.testing.assert_allclose(losses(MulticlassHinge()), [2.9, 0, 12.9], rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(losses(MulticlassHinge()).mean(), 5.27, atol=0.005)


def test_the_squares_of_the_lecture():  # O2: 2.9^2 = 8.41; 0; 6.3^2 + 6.6^2 = 83.25; mean 91.66 / 3
    np.testing.assert_allclose(losses(SquaredMulticlassHinge()), [8.41, 0, 83.25], rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(losses(SquaredMulticlassHinge()).mean(), 30.55, atol=0.005)


def test_what_other_notes_have_differs_by_a_constant_or_a_factor():  # O1
    ours = losses(MulticlassHinge())
    np.testing.assert_allclose((ours + 1).mean(), 6.27, atol=0.005)  # letting j = y in adds the margin
    np.testing.assert_allclose((ours / 3).mean(), 1.756, atol=0.0005)  # the mean over the classes


def test_a_car_that_leads_by_less_still_costs_nothing():  # O1
    moved = SCORES.copy()
    moved[1, 1] = 3.9
    assert losses(MulticlassHinge(), moved)[1] == 0


@given(n=st.integers(1, 4), c=st.integers(2, 7), margin=st.floats(0.125, 8.0, width=32))
def test_equal_scores_cost_the_margin_for_each_wrong_class(n, c, margin):  # O1
    scores, labels = np.full((n, c), 4.25), np.zeros(n, int)
    np.testing.assert_allclose(losses(MulticlassHinge(margin), scores, labels), margin * (c - 1), rtol=1e-12)
    np.testing.assert_allclose(losses(SquaredMulticlassHinge(margin), scores, labels), margin**2 * (c - 1), rtol=1e-12)


@pytest.mark.parametrize("loss", [MulticlassHinge(), SquaredMulticlassHinge()])
def test_one_number_added_to_all_scores_changes_nothing_and_doubling_keeps_a_zero(loss):  # O1
    np.testing.assert_allclose(losses(loss, SCORES + 17), losses(loss), rtol=1e-12, atol=1e-12)
    assert losses(loss, 2 * SCORES)[1] == losses(loss)[1] == 0


def test_the_gradient_counts_the_charged_classes():
    gradient = jax.grad(lambda s: MulticlassHinge()(s, jnp.array([0])).sum())
    np.testing.assert_array_equal(gradient(jnp.array([[0.0, 0.5, -3.0]])), [[-1, 1, 0]])
    np.testing.assert_array_equal(gradient(jnp.array([[0.0, 0.5, 2.0]])), [[-2, 1, 1]])
    np.testing.assert_array_equal(gradient(jnp.array([[0.0, -1.0, -3.0]])), [[0, 0, 0]])  # at the kink: 0


def test_agrees_with_a_plain_loop():
    rng = np.random.default_rng(0)
    scores, labels = rng.normal(size=(20, 5)), rng.integers(0, 5, 20)
    for loss, power in ((MulticlassHinge(0.7), 1), (SquaredMulticlassHinge(0.7), 2)):
        expected = [
            sum(max(0.0, s - row[y] + 0.7) ** power for j, s in enumerate(row) if j != y)
            for row, y in zip(scores.tolist(), labels.tolist(), strict=True)
        ]
        np.testing.assert_allclose(losses(loss, scores, labels), expected, rtol=1e-12)


@pytest.mark.parametrize("loss", [MulticlassHinge(), SquaredMulticlassHinge()])
def test_huge_scores_are_exact_and_their_gradients_finite(loss):
    scores = jnp.array([[1e4, -1e4, 0.0]], jnp.float32)
    value, gradient = jax.value_and_grad(lambda s: loss(s, jnp.array([1])).sum())(scores)
    steps = (20_001.0, 10_001.0)
    assert float(value) == np.float32(sum(steps) if loss == MulticlassHinge() else sum(s * s for s in steps))
    assert jnp.isfinite(gradient).all()


@pytest.mark.parametrize("loss", [MulticlassHinge(), SquaredMulticlassHinge()])
def test_the_prediction_is_the_scores_and_a_class_out_of_range_costs_nan(loss):
    np.testing.assert_array_equal(loss.predict(jnp.array([[1.0, -2.0]])), [[1.0, -2.0]])
    assert np.isnan(loss(jnp.zeros((2, 3)), jnp.array([3, -1]))).all()


@pytest.mark.parametrize("loss", [MulticlassHinge(), SquaredMulticlassHinge()])
def test_targets_of_another_shape_are_refused(loss):
    with pytest.raises(InputError, match=rf"^{type(loss).__name__} needs one class number an example, .*; got"):
        loss(jnp.zeros((2, 3)), jnp.zeros((2, 3), int))
