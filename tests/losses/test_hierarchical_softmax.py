"""Hierarchical softmax: hand values, its two kinds of outputs, misuse."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.checks.initial_loss import expected_first_loss
from thalweg.errors import InputError
from thalweg.layers.hierarchical_dense import HierarchicalDense
from thalweg.losses.head import scored, surprise
from thalweg.losses.hierarchical_softmax import HierarchicalSoftmax

LOSS = HierarchicalSoftmax()
LOGS = jnp.log(jnp.array([[0.5, 0.25, 0.25], [0.2, 0.3, 0.5]]))


def test_minus_the_log_of_the_right_class_by_hand():  # -ln .25 = 1.3863, -ln .5 = 0.6931
    targets = jnp.array([1, 2])
    np.testing.assert_allclose(LOSS(LOGS, targets), [1.3863, 0.6931], atol=5e-5)
    np.testing.assert_allclose(LOSS.predict(LOGS), [[0.5, 0.25, 0.25], [0.2, 0.3, 0.5]], rtol=1e-6)
    np.testing.assert_array_equal(LOSS(LOGS[jnp.arange(2), targets][:, None], targets), LOSS(LOGS, targets))
    np.testing.assert_array_equal(surprise(LOSS, LOGS, targets), LOSS(LOGS, targets))
    np.testing.assert_array_equal(jax.grad(lambda s: LOSS(s, targets).sum())(LOGS), [[0, -1, 0], [0, 0, -1]])
    assert LOSS.head == "log_probability" and not scored(LOSS)


def test_a_network_that_knows_nothing_costs_ln_2_a_turn():  # C2: 3.4 turns on average over 10 classes
    blind = jnp.asarray(HierarchicalDense(10).blind(), jnp.float32)
    even = expected_first_loss(
        LOSS, classes=10, targets=np.arange(10), weight=np.ones(10), outputs=jnp.asarray(blind, jnp.float32)
    )
    assert even == pytest.approx(2.357, abs=5e-4)
    # Two rows of a class of 3 turns, one of 4 turns that counts twice: 3.5 ln 2.
    few = np.array([HierarchicalDense(10).tree().depths.tolist().index(turns) for turns in (3, 3, 4)])
    found = expected_first_loss(
        LOSS, classes=10, targets=few, weight=np.array([1.0, 1.0, 2.0]), outputs=jnp.asarray(blind, jnp.float32)
    )
    assert found == pytest.approx(3.5 * np.log(2), rel=1e-6)


def test_a_class_that_does_not_exist_costs_nan_and_spoils_no_other_example():
    assert np.isnan(LOSS(LOGS, jnp.array([3, 0]))).tolist() == [True, False]


def test_targets_of_another_shape_are_refused():
    with pytest.raises(InputError) as caught:
        LOSS(LOGS, jnp.zeros((2, 3), int))
    assert str(caught.value) == (
        "HierarchicalSoftmax needs one class number an example, shape (2,); got targets of shape (2, 3) for outputs of "
        "shape (2, 3)."
    )
