"""Our losses and activations against those of Keras, at random outputs; where the definitions differ, by how much."""

import jax.numpy as jnp
import numpy as np
import pytest
from tests.oracles.keras_on_jax import as_it_is_used, keras

from thalweg.activations.elu import ELU
from thalweg.activations.gelu import GELU
from thalweg.activations.hard_tanh import HardTanh
from thalweg.activations.leaky_relu import LeakyReLU
from thalweg.activations.relu import ReLU
from thalweg.activations.selu import SELU
from thalweg.activations.sigmoid import Sigmoid
from thalweg.activations.silu import SiLU
from thalweg.activations.softmax import Softmax
from thalweg.activations.softplus import Softplus
from thalweg.activations.tanh import Tanh
from thalweg.losses.absolute_error import AbsoluteError
from thalweg.losses.attribute_cross_entropy import AttributeCrossEntropy
from thalweg.losses.attribute_hinge import AttributeHinge
from thalweg.losses.binary_cross_entropy import BinaryCrossEntropy
from thalweg.losses.cosine_proximity import CosineProximity
from thalweg.losses.focal_loss import FocalLoss
from thalweg.losses.hinge import Hinge
from thalweg.losses.huber import Huber
from thalweg.losses.kl_divergence import KLDivergence
from thalweg.losses.mean_absolute_percentage_error import MeanAbsolutePercentageError
from thalweg.losses.mean_squared_logarithmic_error import MeanSquaredLogarithmicError
from thalweg.losses.multiclass_hinge import MulticlassHinge
from thalweg.losses.poisson import Poisson
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.losses.squared_error import SquaredError
from thalweg.losses.squared_hinge import SquaredHinge

ROWS, CLASSES, AMOUNTS = 40, 5, 3
draws = np.random.default_rng(0)
SCORES = draws.normal(scale=3, size=(ROWS, CLASSES)).astype("f")
LABELS = draws.integers(0, CLASSES, ROWS)
ONE_HOT = np.eye(CLASSES, dtype="f")[LABELS]
SHARES = draws.dirichlet(np.ones(CLASSES), ROWS).astype("f")
COLUMN = draws.normal(scale=3, size=(ROWS, 1)).astype("f")
BITS = draws.integers(0, 2, ROWS)
F, T = (draws.normal(scale=2, size=(ROWS, AMOUNTS)).astype("f") for _ in range(2))
POSITIVE = draws.exponential(scale=3, size=(ROWS, AMOUNTS)).astype("f") + np.float32(0.5)
COUNTS = draws.poisson(3, size=(ROWS, AMOUNTS)).astype("f")


def theirs(loss, targets, outputs):
    with as_it_is_used():
        return np.asarray(loss(jnp.asarray(targets), jnp.asarray(outputs)))


def keras_loss(name, **settings):
    return getattr(keras.losses, name)(reduction=None, **settings)


def softmax(scores):
    shifted = np.exp(scores - scores.max(axis=1, keepdims=True))
    return shifted / shifted.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_losses_of_classes(smoothing):
    many = keras_loss("CategoricalCrossentropy", from_logits=True, label_smoothing=smoothing)
    ours = SoftmaxCrossEntropy(smoothing)(SCORES, LABELS)
    np.testing.assert_allclose(ours, theirs(many, ONE_HOT, SCORES), rtol=2e-6, atol=1e-6)
    two = keras_loss("BinaryCrossentropy", from_logits=True, label_smoothing=smoothing)
    ours = BinaryCrossEntropy(smoothing)(COLUMN, BITS)
    np.testing.assert_allclose(ours, theirs(two, BITS[:, None].astype("f"), COLUMN), rtol=2e-6, atol=1e-6)


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_losses_of_attributes(smoothing):
    # Keras averages over the outputs of an example, where ours are sums.
    answers = (SCORES[::-1] > 0).astype("f")
    two = keras_loss("BinaryCrossentropy", from_logits=True, label_smoothing=smoothing)
    ours = AttributeCrossEntropy(smoothing)(SCORES, answers.astype(int))
    np.testing.assert_allclose(ours, CLASSES * theirs(two, answers, SCORES), rtol=2e-6)
    hinge = CLASSES * theirs(keras_loss("Hinge"), 2 * answers - 1, SCORES)
    np.testing.assert_allclose(AttributeHinge()(SCORES, answers.astype(int)), hinge, rtol=2e-6)


def test_losses_of_shares():
    many = keras_loss("CategoricalCrossentropy", from_logits=True)
    np.testing.assert_allclose(SoftmaxCrossEntropy()(SCORES, SHARES), theirs(many, SHARES, SCORES), rtol=2e-6)
    # Keras takes probabilities, and keeps shares and probabilities above 1e-7.
    divergence = theirs(keras_loss("KLDivergence"), SHARES, softmax(SCORES))
    np.testing.assert_allclose(KLDivergence()(SCORES, SHARES), divergence, rtol=1e-4, atol=2e-6)


@pytest.mark.parametrize("gamma", [0.0, 1.0, 2.0])
def test_focal_loss(gamma):
    # Keras multiplies by alpha, 0.25 if nothing is said.
    focal = keras_loss("CategoricalFocalCrossentropy", alpha=1.0, gamma=gamma, from_logits=True)
    np.testing.assert_allclose(FocalLoss(gamma)(SCORES, LABELS), theirs(focal, ONE_HOT, SCORES), rtol=2e-5, atol=2e-6)


@pytest.mark.parametrize(("ours", "name"), [(Hinge(), "Hinge"), (SquaredHinge(), "SquaredHinge")])
def test_hinges(ours, name):
    signs = (2 * BITS[:, None] - 1).astype("f")
    np.testing.assert_allclose(ours(COLUMN, BITS), theirs(keras_loss(name), signs, COLUMN), rtol=1e-6, atol=1e-6)


def test_the_hinge_of_several_classes_is_theirs_only_where_there_are_two():
    # Keras charges the worst of the wrong classes (Crammer and Singer), ours each of them (Weston and Watkins). Keras
    # takes the right class for a wrong one of score 0, which is never the worst where all scores are positive; ours
    # is the same for scores that are all moved.
    hinge = keras_loss("CategoricalHinge")
    pair, of_two = SCORES[:, :2], np.eye(2, dtype="f")[BITS]
    np.testing.assert_allclose(MulticlassHinge()(pair, BITS), theirs(hinge, of_two, pair + 16), rtol=2e-6, atol=1e-5)
    worst, each = theirs(hinge, ONE_HOT, SCORES + 16), np.asarray(MulticlassHinge()(SCORES, LABELS))
    assert (each >= worst - 1e-5).all() and (each <= (CLASSES - 1) * worst + 1e-5).all() and each.sum() > worst.sum()


@pytest.mark.parametrize(
    ("ours", "name", "settings", "factor"),
    [
        # Keras averages over the outputs of an example, where ours are sums: three outputs, a factor of 3.
        (SquaredError(), "MeanSquaredError", {}, AMOUNTS / 2),  # with half a square
        (SquaredError(half=False), "MeanSquaredError", {}, AMOUNTS),
        (AbsoluteError(), "MeanAbsoluteError", {}, AMOUNTS),
        (Huber(0.7), "Huber", {"delta": 0.7}, AMOUNTS),
    ],
)
def test_losses_of_amounts(ours, name, settings, factor):
    expected = factor * theirs(keras_loss(name, **settings), T, F)
    np.testing.assert_allclose(ours(F, T), expected, rtol=2e-6)


def test_losses_of_positive_amounts():
    outputs = np.abs(F)
    per_cent = theirs(keras_loss("MeanAbsolutePercentageError"), POSITIVE, outputs)
    np.testing.assert_allclose(MeanAbsolutePercentageError()(outputs, POSITIVE), per_cent, rtol=2e-6)
    ratios = theirs(keras_loss("MeanSquaredLogarithmicError"), POSITIVE, outputs)
    np.testing.assert_allclose(MeanSquaredLogarithmicError()(outputs, POSITIVE), ratios, rtol=1e-5, atol=1e-6)
    # Keras takes the rate, averages, and leaves out t - t log t, which ours takes off; log(rate + 1e-7).
    counted = AMOUNTS * theirs(keras_loss("Poisson"), COUNTS, np.exp(F))
    known = np.sum(COUNTS - COUNTS * np.log(np.maximum(COUNTS, 1)), axis=1)
    np.testing.assert_allclose(Poisson()(F, COUNTS), counted - known, rtol=1e-5, atol=1e-4)


def test_cosine_proximity():
    # Keras gives minus the cosine, ours 1 minus it.
    np.testing.assert_allclose(CosineProximity()(F, T), 1 + theirs(keras_loss("CosineSimilarity"), T, F), atol=2e-6)


@pytest.mark.parametrize(
    ("ours", "name", "settings"),
    [
        (ReLU(), "relu", {}),
        (LeakyReLU(0.1), "leaky_relu", {"negative_slope": 0.1}),
        (ELU(0.5), "elu", {"alpha": 0.5}),
        (SELU(), "selu", {}),
        (GELU(), "gelu", {"approximate": False}),
        (GELU(tanh_form=True), "gelu", {"approximate": True}),
        (SiLU(), "silu", {}),
        (Softplus(), "softplus", {}),
        (Tanh(), "tanh", {}),
        (HardTanh(), "hard_tanh", {}),
        (Sigmoid(), "sigmoid", {}),
        (Softmax(), "softmax", {}),
    ],
    ids=lambda value: str(value) if isinstance(value, str) else "",
)
def test_activations(ours, name, settings):
    with as_it_is_used():
        expected = np.asarray(getattr(keras.activations, name)(jnp.asarray(SCORES), **settings))
    np.testing.assert_allclose(ours(SCORES), expected, rtol=2e-6, atol=1e-6)
