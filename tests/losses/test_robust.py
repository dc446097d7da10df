"""Absolute error and Huber's loss: hand values, the joint, slopes, against SciPy, misuse."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
import scipy.special

from thalweg.errors import InputError
from thalweg.losses.absolute_error import AbsoluteError
from thalweg.losses.huber import Huber
from thalweg.losses.squared_error import SquaredError


def test_sizes_are_summed_over_the_outputs():  # O6: |1 - 0| + |4 - 6|
    np.testing.assert_array_equal(AbsoluteError()(jnp.array([[1.0, 4.0]]), jnp.array([[0.0, 6.0]])), [3.0])


def test_hubers_two_forms_by_hand():  # 0.5 0.5^2; 2 (3 - 1); and both forms give 2 at the joint
    errors = jnp.array([[0.5], [3.0], [2.0]])
    np.testing.assert_array_equal(Huber(2.0)(errors, jnp.zeros((3, 1))), [0.125, 4.0, 2.0])


def test_slopes_at_0_at_the_joint_and_far_out():
    slope = jax.grad(lambda f, loss: loss(f, jnp.zeros_like(f)).sum())
    f = jnp.array([[0.0], [-3.0], [3.0], [1.0], [1e4]])
    np.testing.assert_array_equal(slope(f, AbsoluteError()), [[0], [-1], [1], [1], [1]])
    np.testing.assert_array_equal(slope(f, Huber()), [[0], [-1], [1], [1], [1]])
    assert jnp.isfinite(slope(jnp.array([[1e30], [-1e30]]), Huber())).all()


def test_huber_is_the_squared_error_of_small_errors_and_nearly_the_absolute_one_of_large():
    rng = np.random.default_rng(0)
    f, t = jnp.asarray(rng.normal(size=(50, 2)), jnp.float32), jnp.asarray(rng.normal(size=(50, 2)), jnp.float32)
    np.testing.assert_allclose(Huber(100.0)(f, t), SquaredError()(f, t), rtol=1e-5)
    np.testing.assert_allclose(Huber(1e-4)(f, t) / 1e-4, AbsoluteError()(f, t), atol=2e-4)


@pytest.mark.parametrize("delta", [0.3, 1.0, 2.5])
def test_huber_against_optax_and_scipy(delta):
    rng = np.random.default_rng(1)
    f, t = rng.normal(scale=3, size=(2, 200, 3)).astype(np.float32)
    ours = Huber(delta)(jnp.asarray(f), jnp.asarray(t))
    np.testing.assert_allclose(ours, scipy.special.huber(delta, f - t).sum(axis=1), rtol=1e-5)
    np.testing.assert_allclose(
        ours, optax.huber_loss(jnp.asarray(f), jnp.asarray(t), delta=delta).sum(axis=1), rtol=1e-5
    )


def test_the_best_constant_is_the_median_for_sizes_and_the_mean_for_squares():
    t = np.array([0.0, 1.0, 2.0, 3.0, 100.0], np.float32)
    guesses = np.linspace(0, 50, 5001, dtype=np.float32)

    def best(loss):
        costs = [float(loss(np.full((5, 1), g), t[:, None]).mean()) for g in guesses[::10]]
        return guesses[::10][int(np.argmin(costs))]

    assert best(AbsoluteError()) == pytest.approx(2.0, abs=0.1)
    assert best(SquaredError()) == pytest.approx(21.2, abs=0.1)


@pytest.mark.parametrize("loss", [AbsoluteError(), Huber()])
def test_targets_of_another_shape_are_refused(loss):
    np.testing.assert_array_equal(loss.predict(jnp.ones((2, 1))), jnp.ones((2, 1)))
    with pytest.raises(InputError, match=rf"^{type(loss).__name__} needs targets of .* shape \(2, 1\); got \(2,\)"):
        loss(jnp.zeros((2, 1)), jnp.zeros(2))
