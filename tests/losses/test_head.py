"""What a head's outputs are, told apart by the head alone."""

import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.losses.binary_cross_entropy import BinaryCrossEntropy
from thalweg.losses.head import scored, surprise
from thalweg.losses.hinge import Hinge
from thalweg.losses.multiclass_hinge import MulticlassHinge
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.losses.squared_error import SquaredError


def test_scores_are_told_from_probabilities_and_amounts():
    assert scored(MulticlassHinge()) and scored(Hinge())
    assert not any(map(scored, (SoftmaxCrossEntropy(), BinaryCrossEntropy(), SquaredError())))


@pytest.mark.parametrize(("loss", "outputs"), [(SoftmaxCrossEntropy(), 3), (BinaryCrossEntropy(), 1)])
def test_surprise_is_minus_the_log_of_the_predicted_probability(loss, outputs):
    scores = jnp.asarray(np.random.default_rng(0).normal(size=(6, outputs)), jnp.float32)
    targets = jnp.arange(6) % 2
    right = np.asarray(loss.predict(scores))[np.arange(6), np.asarray(targets)]
    np.testing.assert_allclose(surprise(loss, scores, targets), -np.log(right), rtol=1e-5)


def test_nothing_is_surprising_where_there_are_no_probabilities():
    assert jnp.isnan(surprise(MulticlassHinge(), jnp.zeros((2, 3)), jnp.array([0, 1]))).all()
    assert jnp.isnan(surprise(Hinge(), jnp.zeros((2, 1)), jnp.array([0, 1]))).all()
