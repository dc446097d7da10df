"""Activations: values and slopes by hand, symmetries, extremes, saturation."""

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thalweg.activations.linear import Linear
from thalweg.activations.relu import ReLU
from thalweg.activations.sigmoid import Sigmoid
from thalweg.activations.tanh import Tanh

ALL = [ReLU(), Tanh(), Sigmoid(), Linear()]
reals = st.floats(-50, 50, width=32)


def slope(f, x):
    return jax.grad(lambda x: f(x))(jnp.asarray(x))


@pytest.mark.parametrize(
    ("f", "x", "value", "derivative"),
    [
        (ReLU(), -2.0, 0.0, 0.0),
        (ReLU(), 0.0, 0.0, 0.0),  # the slope at the kink is chosen: 0
        (ReLU(), 3.0, 3.0, 1.0),
        # e^-10 = 4.53999e-5: f = 4.53979e-5, f' = f (1 - f) = 4.53958e-5 on both sides.
        (Sigmoid(), -10.0, 4.53979e-5, 4.53958e-5),
        (Sigmoid(), 0.0, 0.5, 0.25),
        (Sigmoid(), 10.0, 1 - 4.53979e-5, 4.53958e-5),
        # ln 3: e^x = 3, so tanh = (9 - 1) / (9 + 1) = 0.8 and the slope 1 - 0.64.
        (Tanh(), math.log(3), 0.8, 0.36),
        (Tanh(), 0.0, 0.0, 1.0),
        (Linear(), -2.5, -2.5, 1.0),
    ],
)
def test_values_and_slopes_by_hand(f, x, value, derivative):
    with jax.enable_x64(True):
        np.testing.assert_allclose(f(jnp.float64(x)), value, rtol=2e-6, atol=1e-15)
        np.testing.assert_allclose(slope(f, jnp.float64(x)), derivative, rtol=2e-6, atol=1e-15)


@pytest.mark.parametrize(
    ("f", "low", "high"), [(ReLU(), 0, 1e4), (Tanh(), -1, 1), (Sigmoid(), 0, 1), (Linear(), -1e4, 1e4)]
)
def test_exact_at_the_extremes(f, low, high):
    x = jnp.array([-1e4, 1e4], jnp.float32)
    np.testing.assert_array_equal(f(x), np.array([low, high], np.float32))
    np.testing.assert_array_equal(jax.vmap(jax.grad(f))(x), [float(f in (Linear(),)), float(not f.saturating)])


@given(x=reals)
def test_sigmoid_mirrors_around_a_half(x):
    x = jnp.float32(x)
    np.testing.assert_allclose(Sigmoid()(-x), 1 - Sigmoid()(x), atol=1e-7)


@given(x=reals)
def test_tanh_is_odd_and_a_stretched_sigmoid(x):
    x = jnp.float32(x)
    np.testing.assert_allclose(Tanh()(-x), -Tanh()(x), atol=1e-7)
    np.testing.assert_allclose(Tanh()(x), 2 * Sigmoid()(2 * x) - 1, atol=3e-7)


@given(x=reals, scale=st.floats(0.015625, 100, width=32))
def test_relu_scales_with_its_input(x, scale):
    x, scale = jnp.float32(x), jnp.float32(scale)
    np.testing.assert_allclose(ReLU()(scale * x), scale * ReLU()(x), rtol=1e-6)


@pytest.mark.parametrize("f", ALL)
def test_agrees_with_plain_python(f):
    plain = {
        ReLU: lambda x: max(0.0, x),
        Tanh: math.tanh,
        Sigmoid: lambda x: 1 / (1 + math.exp(-x)),
        Linear: lambda x: x,
    }
    x = np.linspace(-8, 8, 33)
    np.testing.assert_allclose(f(jnp.asarray(x, jnp.float32)), [plain[type(f)](v) for v in x], rtol=2e-6, atol=1e-12)


@pytest.mark.parametrize("f", ALL)
def test_saturating_means_flat_on_both_sides(f):
    assert f.saturating == (max(abs(slope(f, -30.0)), abs(slope(f, 30.0))) < 1e-3)


@pytest.mark.parametrize("f", ALL)
def test_any_shape_keeps_its_shape(f):
    for shape in ((), (0,), (2, 3, 4)):
        assert f(jnp.ones(shape)).shape == shape
