"""PReLU: the learned leak, its gradient, and what a penalty sees of it."""

import jax
import jax.numpy as jnp
import numpy as np

from thalweg.activations.leaky_relu import LeakyReLU
from thalweg.layers.prelu import PReLU
from thalweg.penalties.l2 import L2
from thalweg.types import Context


def apply(layer, params, x, weight=None):
    weight = jnp.ones(len(x)) if weight is None else weight
    return layer.apply(params, {}, x, context=Context(training=True, key=None, weight=weight))[0]


def test_a_slope_a_feature_by_hand():  # A5
    x = jnp.array([[-2.0, -2.0], [3.0, 0.0]])
    np.testing.assert_array_equal(apply(PReLU(), {"slope": jnp.array([0.5, 0.25])}, x), [[-1.0, -0.5], [3.0, 0.0]])


def test_the_gradient_of_a_slope_is_the_sum_of_its_negative_inputs():
    x = jnp.array([[-2.0, -1.0], [3.0, -4.0]])
    of = jax.grad(lambda slope: apply(PReLU(), {"slope": slope}, x).sum())
    np.testing.assert_array_equal(of(jnp.array([0.5, 0.25])), [-2.0, -5.0])
    shared = jax.grad(lambda slope: apply(PReLU(shared=True), {"slope": slope}, x).sum())
    assert shared(jnp.float32(0.25)) == -7.0


def test_with_one_slope_it_is_the_leaky_unit():
    x = jnp.linspace(-3, 3, 12).reshape(2, 2, 3)
    params, _ = PReLU(0.25, shared=True).init(jax.random.key(0), (2, 3))
    np.testing.assert_array_equal(apply(PReLU(shared=True), params, x), LeakyReLU(0.25)(x))


def test_it_has_a_slope_a_feature_whatever_else_an_example_has():
    assert PReLU(0.1).init(jax.random.key(0), (8, 8, 3))[0]["slope"].shape == (3,)
    assert PReLU(shared=True).init(jax.random.key(0), (8, 8, 3))[0]["slope"].shape == ()


def test_no_penalty_on_weights_pulls_at_a_slope():
    assert L2(1.0)({"prelu_1": PReLU().init(jax.random.key(0), (3,))[0]}) == 0
