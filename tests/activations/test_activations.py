"""Activations: values and slopes by hand, symmetries, extremes, saturation."""

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thalweg.activations.elu import ELU
from thalweg.activations.gelu import GELU
from thalweg.activations.hard_tanh import HardTanh
from thalweg.activations.leaky_relu import LeakyReLU
from thalweg.activations.linear import Linear
from thalweg.activations.relu import ReLU
from thalweg.activations.selu import SELU
from thalweg.activations.sigmoid import Sigmoid
from thalweg.activations.silu import SiLU
from thalweg.activations.softmax import Softmax
from thalweg.activations.softplus import Softplus
from thalweg.activations.step import Step
from thalweg.activations.tanh import Tanh

SMOOTH = [SELU(), GELU(), SiLU(), Softplus()]
ALL = [ReLU(), LeakyReLU(), ELU(), *SMOOTH, Tanh(), HardTanh(), Sigmoid(), Linear()]
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
        (ReLU(half_slope_at_zero=True), 0.0, 0.0, 0.5),  # A3: one course takes the mean of both sides
        (ReLU(half_slope_at_zero=True), 3.0, 3.0, 1.0),
        (LeakyReLU(), -2.0, -0.02, 0.01),
        (LeakyReLU(), 0.0, 0.0, 0.01),  # the slope of the negative side
        (LeakyReLU(0.2), 3.0, 3.0, 1.0),
        # e^-ln 2 = 1/2: alpha (1/2 - 1), slope alpha / 2.
        (ELU(), -math.log(2), -0.5, 0.5),
        (ELU(3.0), -math.log(2), -1.5, 1.5),
        (ELU(3.0), 0.0, 0.0, 3.0),
        (SELU(), -math.log(2), -0.5 * 1.6732632 * 1.0507010, 0.5 * 1.6732632 * 1.0507010),
        (SELU(), 2.0, 2 * 1.0507010, 1.0507010),
        # 1 P(z < 1) = 0.8413447; slope P + x density = 0.8413447 + 0.2419707.
        (GELU(), 1.0, 0.8413447, 1.0833155),
        (GELU(), 0.0, 0.0, 0.5),
        (GELU(tanh_form=True), 0.0, 0.0, 0.5),
        # x = ln 3: sigmoid 3/4, so f = 0.75 ln 3 and f' = 0.75 (1 + 0.25 ln 3).
        (SiLU(), math.log(3), 0.75 * math.log(3), 0.75 * (1 + 0.25 * math.log(3))),
        # log(1 + 3) and 3/4.
        (Softplus(), math.log(3), math.log(4), 0.75),
        (HardTanh(), 0.5, 0.5, 1.0),
        (HardTanh(), 1.0, 1.0, 0.0),  # the slope where it begins to cut is 0
        (HardTanh(), -1.0, -1.0, 0.0),
        (HardTanh(), -3.0, -1.0, 0.0),
        (Step(), 0.0, 0.0, 0.0),
        (Step(), 0.1, 1.0, 0.0),
    ],
)
def test_values_and_slopes_by_hand(f, x, value, derivative):  # A1, A2, A3, A4, A6, A9, A10, A11
    with jax.enable_x64(True):
        np.testing.assert_allclose(f(jnp.float64(x)), value, rtol=2e-6, atol=1e-15)
        np.testing.assert_allclose(slope(f, jnp.float64(x)), derivative, rtol=2e-6, atol=1e-15)


@pytest.mark.parametrize(
    ("f", "low", "high", "left", "right"),
    [
        (ReLU(), 0, 1e4, 0, 1),
        (ReLU(half_slope_at_zero=True), 0, 1e4, 0, 1),
        (LeakyReLU(0.25), -2.5e3, 1e4, 0.25, 1),
        (ELU(), -1, 1e4, 0, 1),
        (SELU(), -1.7580993408473766, 1.0507009873554805e4, 0, 1.0507009873554805),
        (GELU(), 0, 1e4, 0, 1),
        (GELU(tanh_form=True), 0, 1e4, 0, 1),
        (SiLU(), 0, 1e4, 0, 1),
        (Softplus(), 0, 1e4, 0, 1),
        (Tanh(), -1, 1, 0, 0),
        (HardTanh(), -1, 1, 0, 0),
        (Sigmoid(), 0, 1, 0, 0),
        (Step(), 0, 1, 0, 0),
        (Linear(), -1e4, 1e4, 1, 1),
    ],
)
def test_exact_at_the_extremes(f, low, high, left, right):
    x = jnp.array([-1e4, 1e4], jnp.float32)
    np.testing.assert_array_equal(f(x), np.array([low, high], np.float32))
    np.testing.assert_array_equal(jax.vmap(jax.grad(f))(x), np.array([left, right], np.float32))


def test_gradients_are_finite_everywhere():
    x = jnp.concatenate([jnp.linspace(-1e4, 1e4, 101), jnp.array([0.0, -0.0, 1.0, -1.0, 1e-30, -1e-30, 88.8, -88.8])])
    for f in (*ALL, Step(), ReLU(half_slope_at_zero=True), GELU(tanh_form=True)):
        assert jnp.isfinite(jax.vmap(jax.grad(f))(x)).all(), f


def test_softmax_weighs_along_the_last_axis():  # A8
    # e^0 : e^(ln 3) = 1 : 3; the slopes are p (1 - p) on the diagonal and -p q beside it.
    f = Softmax()
    with jax.enable_x64(True):
        x = jnp.array([0.0, math.log(3)])
        np.testing.assert_allclose(f(x), [0.25, 0.75], rtol=1e-12)
        np.testing.assert_allclose(jax.jacobian(f)(x), [[0.1875, -0.1875], [-0.1875, 0.1875]], rtol=1e-12)
        np.testing.assert_allclose(f(jnp.array([[0.0, 0.0], [1.0, 1.0]])), 0.5, rtol=1e-12)
    np.testing.assert_array_equal(f(jnp.array([[1e4, -1e4, 0.0]])), [[1.0, 0.0, 0.0]])
    assert jnp.isfinite(jax.jacobian(f)(jnp.array([1e4, -1e4, 0.0]))).all()


def test_both_forms_of_gelu_are_within_5e4_of_each_other():
    x = jnp.linspace(-6, 6, 601)
    difference = jnp.abs(GELU()(x) - GELU(tanh_form=True)(x)).max()
    assert 1e-4 < difference < 5e-4


def test_leaky_relu_with_slope_0_is_relu_and_with_1_is_linear():
    x = jnp.linspace(-3, 3, 13)
    np.testing.assert_array_equal(LeakyReLU(0.0)(x), ReLU()(x))
    np.testing.assert_array_equal(LeakyReLU(1.0)(x), x)


def test_selu_keeps_mean_0_and_variance_1():
    # The fixed point of the paper: a standard normal comes out with mean 0 and variance 1.
    z = jax.random.normal(jax.random.key(0), (400_000,))
    y = SELU()(z)
    np.testing.assert_allclose([y.mean(), y.var()], [0.0, 1.0], atol=0.01)


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
        LeakyReLU: lambda x: x if x > 0 else 0.01 * x,
        ELU: lambda x: x if x > 0 else math.exp(x) - 1,
        SELU: lambda x: 1.0507009873554805 * (x if x > 0 else 1.6732632423543772 * (math.exp(x) - 1)),
        GELU: lambda x: x * (1 + math.erf(x / math.sqrt(2))) / 2,
        SiLU: lambda x: x / (1 + math.exp(-x)),
        Softplus: lambda x: math.log(1 + math.exp(x)),
        HardTanh: lambda x: max(-1.0, min(1.0, x)),
    }
    x = np.linspace(-8, 8, 33)
    np.testing.assert_allclose(f(jnp.asarray(x, jnp.float32)), [plain[type(f)](v) for v in x], rtol=2e-5, atol=1e-6)


@pytest.mark.parametrize("f", ALL)
def test_saturating_means_flat_on_both_sides(f):
    assert f.saturating == (max(abs(slope(f, -30.0)), abs(slope(f, 30.0))) < 1e-3)


@pytest.mark.parametrize("f", ALL)
def test_any_shape_keeps_its_shape(f):
    for shape in ((), (0,), (2, 3, 4)):
        assert f(jnp.ones(shape)).shape == shape
