"""DropConnect and noise: what is drawn, its mean, inference, misuse."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.errors import InputError
from thalweg.layers.dense import Dense
from thalweg.layers.drop_connect import DropConnect
from thalweg.layers.gaussian_noise import GaussianNoise
from thalweg.types import Context


def run(layer, params, x, training=True, seed=0):
    key = jax.random.key(seed) if training else None
    return layer.apply(params, {}, jnp.asarray(x), context=Context(training, key, jnp.ones(len(x))))[0]


def test_it_drops_weights_and_scales_up_the_rest():  # L7, R5
    # The unit matrix lets every weight be seen by itself: row i of the outputs is row i of the masked weights.
    params = {"w": jnp.ones((300, 200)), "b": jnp.zeros(200)}
    seen = np.asarray(run(DropConnect(200, 0.25), params, np.eye(300, dtype=np.float32)))
    np.testing.assert_allclose(np.unique(seen), [0, 4 / 3], rtol=1e-6)
    np.testing.assert_allclose((seen == 0).mean(), 0.25, atol=0.01)


def test_biases_are_never_dropped_and_all_examples_of_a_step_share_the_draw():
    params = {"w": jnp.ones((10, 5)), "b": jnp.full(5, 7.0)}
    y = run(DropConnect(5, 0.5), params, np.zeros((2, 10), np.float32))
    np.testing.assert_array_equal(y, np.full((2, 5), 7.0))
    same = run(DropConnect(5, 0.5), params, np.ones((2, 10), np.float32))
    np.testing.assert_array_equal(same[0], same[1])


def test_the_mean_over_draws_is_the_output_at_inference():
    params, _ = DropConnect(3).init(jax.random.key(1), (20,))
    x = np.random.default_rng(0).normal(size=(4, 20)).astype(np.float32)
    layer, context = DropConnect(3, 0.3), Context(True, None, jnp.ones(4))
    keys = jax.random.split(jax.random.key(2), 4000)
    draws = jax.vmap(lambda key: layer.apply(params, {}, x, context=context._replace(key=key))[0])(keys)
    np.testing.assert_allclose(draws.mean(axis=0), run(layer, params, x, training=False), atol=5 * draws.std() / 63)


def test_at_inference_it_is_a_dense_layer():
    params, _ = DropConnect(3).init(jax.random.key(1), (2, 2))
    x = np.random.default_rng(0).normal(size=(4, 2, 2)).astype(np.float32)
    np.testing.assert_array_equal(run(DropConnect(3), params, x, False), run(Dense(3), params, x, False))


def test_noise_has_its_deviation_and_none_is_left_at_inference():  # R9
    x = np.full((200, 300), 5.0, np.float32)
    y = np.asarray(run(GaussianNoise(0.5), {}, x))
    np.testing.assert_allclose([y.mean(), y.std()], [5.0, 0.5], rtol=0.01)
    np.testing.assert_array_equal(run(GaussianNoise(0.5), {}, x, training=False), x)
    assert (y != np.asarray(run(GaussianNoise(0.5), {}, x, seed=1))).mean() > 0.99


def test_noise_on_inputs_is_an_l2_penalty_on_average():
    # E 0.5 (t - (x + s z) w)^2 = 0.5 (t - x w)^2 + 0.5 s^2 w'w
    x, w, t = jnp.array([[1.0, -2.0]]), jnp.array([0.7, 0.4]), 0.3
    keys = jax.random.split(jax.random.key(0), 40_000)
    context = Context(True, None, jnp.ones(1))
    noisy = jax.vmap(lambda k: GaussianNoise(0.5).apply({}, {}, x, context=context._replace(key=k))[0])(keys)
    mean = jnp.mean(0.5 * jnp.square(t - noisy[:, 0] @ w))
    np.testing.assert_allclose(mean, 0.5 * (t - x[0] @ w) ** 2 + 0.5 * 0.25 * (w @ w), rtol=0.02)


def test_misuse_is_refused_in_words():
    with pytest.raises(InputError, match=r"DropConnect\.units must be at least 1; got 0\."):
        DropConnect(0)
    with pytest.raises(InputError, match=r"DropConnect needs at least 1 feature an example; got input_shape=\(0,\)\."):
        DropConnect(2).init(jax.random.key(0), (0,))
    params, _ = DropConnect(2).init(jax.random.key(0), (4,))
    with pytest.raises(InputError, match=r"DropConnect was initialised for 4 features an example; got 5"):
        run(DropConnect(2), params, np.ones((1, 5), np.float32))
    without = Context(True, None, jnp.ones(1))
    with pytest.raises(InputError, match="DropConnect needs a random key while training; got none"):
        DropConnect(2).apply(params, {}, jnp.ones((1, 4)), context=without)
    with pytest.raises(InputError, match="GaussianNoise needs a random key while training; got none"):
        GaussianNoise().apply({}, {}, jnp.ones((1, 4)), context=without)
