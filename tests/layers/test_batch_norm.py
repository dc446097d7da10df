"""Batch normalisation: by hand, running averages, the gradient through the statistics, weights, misuse."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thalweg.errors import InputError
from thalweg.layers.batch_norm import BatchNorm
from thalweg.types import Context

DEFAULT = BatchNorm()

# Feature 0: 1, 3, 5: mean 3, biased variance (4 + 0 + 4) / 3 = 8/3. Feature 1: constant.
HAND = np.array([[1.0, 7.0], [3.0, 7.0], [5.0, 7.0]], np.float32)


def run(x, layer=DEFAULT, params=None, state=None, weight=None, training=True):
    first, then = layer.init(jax.random.key(0), (x.shape[1],))
    x = jnp.asarray(x, float)  # whichever float type JAX is set to
    weight = jnp.ones(x.shape[0]) if weight is None else jnp.asarray(weight, float)
    context = Context(training, None, weight)
    return layer.apply(first if params is None else params, then if state is None else state, x, context=context)


def test_three_numbers_by_hand():
    y, state = run(HAND)
    # (1 - 3) / sqrt(8/3 + 1e-5) = -1.2247; the constant feature is 0 / sqrt(1e-5) = 0, not NaN.
    np.testing.assert_allclose(y, [[-1.2247426, 0], [0, 0], [1.2247426, 0]], rtol=1e-6, atol=1e-7)
    # 0.9 * 0 + 0.1 * mean and 0.9 * 1 + 0.1 * variance
    np.testing.assert_allclose(state["mean"], [0.3, 0.7], rtol=1e-6)
    np.testing.assert_allclose(state["variance"], [0.9 + 0.8 / 3, 0.9], rtol=1e-6)


def test_inference_uses_the_running_averages_and_leaves_them():
    state = {"mean": jnp.array([3.0, 0.0]), "variance": jnp.array([4.0, 49.0])}
    y, after = run(HAND, BatchNorm(epsilon=1e-12), state=state, training=False)
    np.testing.assert_allclose(y, [[-1, 1], [0, 1], [1, 1]], rtol=1e-6)
    assert after is state


@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9])
def test_running_averages_near_the_batches_as_a_power_of_momentum(momentum):
    state = None
    for _ in range(5):
        _, state = run(HAND, BatchNorm(momentum=momentum), state=state)
    left = momentum**5  # what is left of the beginning, mean 0 and variance 1
    np.testing.assert_allclose(state["mean"], (1 - left) * np.array([3.0, 7.0]), rtol=1e-5)
    np.testing.assert_allclose(state["variance"], left + (1 - left) * np.array([8 / 3, 0.0]), rtol=1e-5, atol=1e-7)


@given(seed=st.integers(0, 1000), shift=st.floats(-20, 20), scale=st.floats(0.5, 20))
def test_outputs_have_mean_0_and_spread_1_whatever_the_inputs(seed, shift, scale):
    x = np.random.default_rng(seed).normal(shift, scale, size=(16, 3)).astype("f")
    y, _ = run(x)
    np.testing.assert_allclose(jnp.mean(y, axis=0), np.zeros(3), atol=1e-5)
    np.testing.assert_allclose(jnp.std(y, axis=0), np.ones(3), rtol=1e-3)


def test_gamma_as_the_spread_and_beta_as_the_mean_give_the_input_back():
    x = jnp.asarray(np.random.default_rng(0).normal(2, 3, size=(20, 4)), float)
    params = {"gamma": jnp.sqrt(jnp.var(x, axis=0) + 1e-5), "beta": jnp.mean(x, axis=0)}
    np.testing.assert_allclose(run(x, params=params)[0], x, rtol=1e-5, atol=1e-5)


def test_without_affine_there_is_nothing_to_learn_and_the_values_are_the_same():
    layer = BatchNorm(affine=False)
    assert layer.init(jax.random.key(0), (2,))[0] == {}
    np.testing.assert_array_equal(run(HAND, layer)[0], run(HAND)[0])


def test_the_gradient_flows_through_mean_and_variance():
    # Moving all examples together, or stretching them around their mean, changes no output; so the gradient
    # has no part along either. Held constant, mean and variance would leave both parts.
    x = jnp.asarray(np.random.default_rng(0).normal(size=(8, 3)), float)
    target = jnp.asarray(np.random.default_rng(1).normal(size=(8, 3)), float)

    def loss(x):
        return jnp.sum(run(x, BatchNorm(epsilon=1e-12))[0] * target)

    gradient = jax.jit(jax.grad(loss))(x)
    np.testing.assert_allclose(jnp.sum(gradient, axis=0), np.zeros(3), atol=1e-5)
    np.testing.assert_allclose(jnp.sum(gradient * (x - x.mean(axis=0, keepdims=True)), axis=0), np.zeros(3), atol=1e-5)
    constant = target / jnp.std(x, axis=0, keepdims=True)
    assert jnp.abs(gradient - constant).max() > 0.1


def test_agrees_with_the_equations_of_the_paper_written_out():
    rng = np.random.default_rng(5)
    x, dy, gamma, beta = rng.normal(size=(6, 2)), rng.normal(size=(6, 2)), rng.normal(size=2), rng.normal(size=2)
    n, mean, variance = 6, x.mean(axis=0), x.var(axis=0)
    root = np.sqrt(variance + 1e-5)
    normal = (x - mean) / root
    # Ioffe and Szegedy, section 3, the six gradients in order.
    d_normal = dy * gamma
    d_variance = (d_normal * (x - mean)).sum(axis=0) * -0.5 * root**-3
    d_mean = -(d_normal / root).sum(axis=0) + d_variance * -2 * (x - mean).mean(axis=0)
    d_x = d_normal / root + d_variance * 2 * (x - mean) / n + d_mean / n
    with jax.enable_x64(True):
        params = {"gamma": jnp.array(gamma), "beta": jnp.array(beta)}
        y, pull = jax.vjp(jax.jit(lambda p, x: run(x, params=p)[0]), params, jnp.array(x))
        grads, dx = pull(jnp.array(dy))
    np.testing.assert_allclose(y, gamma * normal + beta, rtol=1e-10)
    np.testing.assert_allclose(dx, d_x, rtol=1e-8, atol=1e-12)
    np.testing.assert_allclose(grads["gamma"], (dy * normal).sum(axis=0), rtol=1e-10)
    np.testing.assert_allclose(grads["beta"], dy.sum(axis=0), rtol=1e-10)


def test_a_large_mean_does_not_swallow_the_spread():
    # The mean of squares less the squared mean, in float32: 1e8 + 1 - 1e8 has lost the 1.
    x = (1e4 + np.random.default_rng(0).normal(size=(64, 1))).astype("f")
    _, state = run(x, BatchNorm(momentum=0.0))
    np.testing.assert_allclose(state["variance"], x.astype("d").var(axis=0), rtol=1e-3)


def test_an_example_of_weight_2_counts_as_two():
    twice = np.concatenate([HAND, HAND[2:]])
    y, state = run(twice)
    weighted, then = run(HAND, weight=[1, 1, 2])
    np.testing.assert_allclose(weighted, y[:3], rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(then["variance"], state["variance"], rtol=1e-5)


def test_a_single_example_gives_beta():
    y, _ = run(HAND[:1], params={"gamma": jnp.ones(2), "beta": jnp.array([4.0, 5.0])})
    np.testing.assert_array_equal(y, [[4.0, 5.0]])


def test_in_training_an_output_depends_on_the_rest_of_the_batch():
    other = HAND.copy()
    other[2, 0] = 50.0
    assert run(other)[0][0, 0] != run(HAND)[0][0, 0]


@pytest.mark.parametrize("shape", [(), (0,), (4, 0)])
def test_refuses_examples_of_no_number(shape):
    with pytest.raises(InputError) as caught:
        BatchNorm().init(jax.random.key(0), shape)
    assert str(caught.value) == f"BatchNorm needs at least 1 feature an example; got input_shape={shape}."


def test_an_image_has_one_mean_a_channel_over_all_its_places():  # L5
    x = np.random.default_rng(0).normal(3, 2, size=(4, 5, 6, 3)).astype("f")
    layer = BatchNorm(momentum=0.0)
    params, state = layer.init(jax.random.key(0), (5, 6, 3))
    assert params["gamma"].shape == state["mean"].shape == (3,)
    y, after = layer.apply(params, state, x, context=Context(True, None, jnp.ones(4)))
    mean, variance = x.mean(axis=(0, 1, 2)), x.var(axis=(0, 1, 2))
    np.testing.assert_allclose(y, (x - mean) / np.sqrt(variance + 1e-5), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(after["mean"], mean, rtol=1e-5)
    np.testing.assert_allclose(after["variance"], variance, rtol=1e-4)


def test_of_padded_images_no_place_counts():
    x = np.random.default_rng(1).normal(size=(3, 4, 2)).astype("f")
    padded = np.concatenate([x, np.full((2, 4, 2), np.nan, np.float32)])
    params, state = BatchNorm().init(jax.random.key(0), (4, 2))
    y, after = BatchNorm().apply(params, state, x, context=Context(True, None, jnp.ones(3)))
    weight = jnp.array([1.0, 1, 1, 0, 0])
    z, then = BatchNorm().apply(params, state, padded, context=Context(True, None, weight))
    np.testing.assert_allclose(z[:3], y, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(then["variance"], after["variance"], rtol=1e-6)


def test_gamma_as_the_root_of_the_variance_gives_a_channel_back_and_gamma_as_the_variance_does_not():
    x = jnp.asarray(np.random.default_rng(2).normal(2, 3, size=(6, 5, 2)), float)
    variance, mean = jnp.var(x, axis=(0, 1)), jnp.mean(x, axis=(0, 1))
    _, state = BatchNorm().init(jax.random.key(0), (5, 2))

    def given(gamma):
        context = Context(True, None, jnp.ones(6))
        return BatchNorm().apply({"gamma": gamma, "beta": mean}, state, x, context=context)[0]

    np.testing.assert_allclose(given(jnp.sqrt(variance + 1e-5)), x, rtol=1e-4, atol=1e-4)
    assert jnp.abs(given(variance) - x).max() > 1  # one note has it so


def test_refuses_affine_that_is_not_true_or_false():
    with pytest.raises(InputError, match=r"^BatchNorm.affine must be true or false; got 1\.$"):
        BatchNorm(affine=1)
