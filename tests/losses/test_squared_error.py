"""Squared error: hand values of both forms, sums over outputs, symmetry, gradient, misuse."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thalweg.errors import InputError
from thalweg.losses.squared_error import SquaredError

reals = st.floats(-100, 100, width=32)


@pytest.mark.parametrize(("half", "losses"), [(True, [4.5, 0.625]), (False, [9.0, 1.25])])
def test_both_forms_by_hand(half, losses):
    # (1 - 4)^2 + 0 = 9; (0.5)^2 + (-1)^2 = 1.25
    outputs, targets = jnp.array([[1.0, 2.0], [0.5, 0.0]]), jnp.array([[4.0, 2.0], [0.0, 1.0]])
    np.testing.assert_array_equal(SquaredError(half)(outputs, targets), losses)


@pytest.mark.parametrize(("half", "slope"), [(True, 1.0), (False, 2.0)])
def test_the_gradient_is_the_error(half, slope):
    outputs, targets = jnp.array([[1.0, 2.0]]), jnp.array([[4.0, 1.0]])
    gradient = jax.grad(lambda f: SquaredError(half)(f, targets).sum())(outputs)
    np.testing.assert_array_equal(gradient, slope * np.array([[-3.0, 1.0]]))


@given(f=reals, t=reals)
def test_errors_of_both_signs_cost_the_same_and_none_costs_nothing(f, t):
    f, t = jnp.full((1, 1), f, jnp.float32), jnp.full((1, 1), t, jnp.float32)
    np.testing.assert_array_equal(SquaredError()(f, t), SquaredError()(t, f))
    assert SquaredError()(t, t) == 0


def test_outputs_are_summed_and_not_averaged():
    outputs = jnp.array(np.random.default_rng(0).normal(size=(6, 3)), jnp.float32)
    alone = [SquaredError()(outputs[:, k : k + 1], jnp.zeros((6, 1))) for k in range(3)]
    np.testing.assert_allclose(SquaredError()(outputs, jnp.zeros((6, 3))), sum(alone), rtol=1e-6)


def test_predictions_are_the_outputs():
    outputs = jnp.array([[1.0, -2.0]])
    np.testing.assert_array_equal(SquaredError().predict(outputs), outputs)


def test_targets_may_be_whole_numbers():
    np.testing.assert_array_equal(SquaredError()(jnp.array([[1.5]]), np.array([[1]])), [0.125])


@pytest.mark.parametrize("shape", [(4,), (4, 2), (1, 4), (3, 1)])
def test_refuses_targets_of_another_shape(shape):
    with pytest.raises(InputError) as caught:
        SquaredError()(jnp.zeros((4, 1)), jnp.zeros(shape))
    assert str(caught.value) == (
        f"SquaredError needs targets of the outputs' shape (4, 1); got {shape}. "
        "Reshape targets of one value an example to (n, 1)."
    )


def test_refuses_half_that_is_not_true_or_false():
    with pytest.raises(InputError, match=r"^SquaredError.half must be true or false; got 0\.5\.$"):
        SquaredError(half=0.5)


def test_is_matched_to_the_linear_head():
    assert SquaredError().head == "linear"
