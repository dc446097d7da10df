"""The losses of several yes/no answers: hand values, ties to those of one, gradients, extremes, oracles, misuse."""

import math

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from thalweg.errors import InputError
from thalweg.losses.attribute_cross_entropy import AttributeCrossEntropy
from thalweg.losses.attribute_hinge import AttributeHinge
from thalweg.losses.binary_cross_entropy import BinaryCrossEntropy
from thalweg.losses.custom_loss import CustomLoss
from thalweg.losses.head import scored, surprise
from thalweg.losses.hinge import Hinge

BOTH = (AttributeCrossEntropy(), AttributeHinge())
LN3 = math.log(3)
draws = np.random.default_rng(0)
SCORES = draws.normal(scale=3, size=(40, 5)).astype("f")
ANSWERS = draws.integers(0, 2, (40, 5)).astype(np.int32)


def gradient(loss, scores, answers):
    return jax.grad(lambda s: loss(s, answers).sum())(scores)


def test_cross_entropy_by_hand():
    # s = ln 3: p = 3/4, so yes costs ln(4/3) = 0.28768 and no ln 4 = 1.38629; together 1.67398. ds = p - y.
    s, y = jnp.array([[LN3, LN3]]), jnp.array([[1, 0]])
    np.testing.assert_allclose(AttributeCrossEntropy()(s, y), [0.2876821 + 1.3862944], rtol=1e-6)
    np.testing.assert_allclose(gradient(AttributeCrossEntropy(), s, y), [[-0.25, 0.75]], rtol=1e-6)
    np.testing.assert_allclose(AttributeCrossEntropy().predict(s), [[[0.25, 0.75]] * 2], rtol=1e-6)


def test_hinge_by_hand():
    # max(0, 2 - 0.5) for a yes, max(0, 2 + 0.5) for a no, max(0, 2 + 3) for a yes far off, max(0, 2 - 3) for a no.
    s, y = jnp.array([[0.5, 0.5, -3.0, -3.0]]), jnp.array([[1, 0, 1, 0]])
    np.testing.assert_array_equal(AttributeHinge(2.0)(s, y), [1.5 + 2.5 + 5.0 + 0.0])
    np.testing.assert_array_equal(gradient(AttributeHinge(2.0), s, y), [[-1, 1, -1, 0]])
    np.testing.assert_array_equal(gradient(AttributeHinge(), jnp.array([[1.0, -1.0]]), jnp.array([[1, 0]])), [[0, 0]])
    np.testing.assert_array_equal(AttributeHinge().predict(s)[0, 2], [3, -3])


def test_scores_of_0_cost_ln_2_or_the_margin_for_each_attribute():
    zeros, y = jnp.zeros((2, 7)), jnp.arange(14).reshape(2, 7) % 2
    np.testing.assert_allclose(AttributeCrossEntropy()(zeros, y), [7 * math.log(2)] * 2, rtol=1e-6)
    np.testing.assert_allclose(AttributeCrossEntropy(0.3)(zeros, y), [7 * math.log(2)] * 2, rtol=1e-6)
    np.testing.assert_array_equal(AttributeHinge(1.5)(zeros, y), [10.5, 10.5])


@pytest.mark.parametrize(
    ("ours", "of_one"),
    [
        (AttributeCrossEntropy(), BinaryCrossEntropy()),
        (AttributeCrossEntropy(0.2), BinaryCrossEntropy(0.2)),
        (AttributeHinge(), Hinge()),
    ],
)
def test_is_the_sum_of_the_losses_of_one_output_each(ours, of_one):
    each = [of_one(SCORES[:, j : j + 1], ANSWERS[:, j]) for j in range(5)]
    np.testing.assert_allclose(ours(SCORES, ANSWERS), sum(each), rtol=1e-5)
    single = np.stack([of_one.predict(jnp.asarray(SCORES[:, j : j + 1])) for j in range(5)], axis=1)
    np.testing.assert_allclose(ours.predict(SCORES), single, rtol=1e-6)


def test_agree_with_optax_and_plain_numpy():
    theirs = optax.sigmoid_binary_cross_entropy(jnp.asarray(SCORES), jnp.asarray(ANSWERS, jnp.float32)).sum(axis=1)
    np.testing.assert_allclose(AttributeCrossEntropy()(SCORES, ANSWERS), theirs, rtol=1e-5)
    plain = [
        sum(max(0.0, 1 - (2 * t - 1) * s) for s, t in zip(row, answers, strict=True))
        for row, answers in zip(SCORES.tolist(), ANSWERS.tolist(), strict=True)
    ]
    np.testing.assert_allclose(AttributeHinge()(SCORES, ANSWERS), plain, rtol=1e-5)


@pytest.mark.parametrize("loss", BOTH)
def test_exact_at_the_extremes(loss):
    s, y = jnp.array([[1e4, -1e4], [1e4, -1e4]]), jnp.array([[1, 0], [0, 1]])
    margins = 2 * float(getattr(loss, "margin", 0))
    np.testing.assert_array_equal(loss(s, y), [0, 2e4 + margins])
    np.testing.assert_array_equal(gradient(loss, s, y), [[0, 0], [1, -1]])
    assert np.isfinite(loss.predict(s)).all()


@pytest.mark.parametrize("loss", BOTH)
def test_an_answer_other_than_0_and_1_costs_nan(loss):
    losses = loss(jnp.ones((3, 2)), jnp.array([[0, 1], [0, 2], [-1, 1]]))
    assert np.isnan(losses).tolist() == [False, True, True]


@pytest.mark.parametrize("loss", BOTH)
@pytest.mark.parametrize("targets", [(4,), (4, 3), (3, 2)])
def test_other_shapes_are_refused(loss, targets):
    with pytest.raises(InputError) as caught:
        loss(jnp.zeros((4, 2)), jnp.zeros(targets, int))
    assert str(caught.value) == (
        f"{type(loss).__name__} needs one answer, 0 or 1, an attribute, shape (n, k); "
        f"got targets of shape {targets} for outputs of shape (4, 2)."
    )


def test_heads_tell_probabilities_from_scores():
    assert (AttributeCrossEntropy.head, AttributeHinge.head) == ("sigmoids", "signs")
    assert scored(AttributeHinge()) and not scored(AttributeCrossEntropy())
    right = np.take_along_axis(np.asarray(AttributeCrossEntropy().predict(SCORES)), ANSWERS[:, :, None], axis=2)
    expected = -np.log(right[:, :, 0]).sum(axis=1)
    np.testing.assert_allclose(surprise(AttributeCrossEntropy(0.2), SCORES, ANSWERS), expected, rtol=1e-5)
    assert jnp.isnan(surprise(AttributeHinge(), SCORES, ANSWERS)).all()


@pytest.mark.parametrize("loss", BOTH)
def test_a_loss_of_ones_own_may_have_either_head(loss):
    def plain(outputs, targets):
        return jnp.sum(jnp.where(targets == 1, -outputs, outputs) ** 2, axis=1)

    own = CustomLoss(plain, loss.head)
    np.testing.assert_array_equal(own.predict(jnp.asarray(SCORES)), loss.predict(SCORES))
    assert own(jnp.asarray(SCORES), jnp.asarray(ANSWERS)).shape == (40,)
