"""Squeeze-and-excitation: by hand, its parameters and their first values, inside a residual block, misuse."""

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.test_util import check_grads

from thalweg.activations.relu import ReLU
from thalweg.errors import InputError
from thalweg.initializers.glorot_normal import GlorotNormal
from thalweg.initializers.he_normal import HeNormal
from thalweg.layers.activation import Activation
from thalweg.layers.batch_norm import BatchNorm
from thalweg.layers.convolution import Convolution
from thalweg.layers.dense import Dense
from thalweg.layers.global_average_pooling import GlobalAveragePooling
from thalweg.layers.squeeze_excite import SqueezeExcite
from thalweg.network.initialization import chosen
from thalweg.network.receptive import receptive_fields
from thalweg.network.residual import Residual
from thalweg.network.sequential import Sequential, output_shape
from thalweg.network.work import layer_work
from thalweg.types import Context

CONTEXT = Context(training=False, key=None, weight=np.ones(1, np.float32))


def test_two_channels_by_hand():
    # Means 2 and 3. One number between: 1 * 2 + 1 * 3 - 4 = 1 (the relu leaves it). Gates sigmoid(ln 3 * 1) = 3/4 and
    # sigmoid(1 - 1) = 1/2.
    x = np.array([[[1, 0], [2, 6]], [[3, 3], [2, 3]]], np.float32)[None]
    params = {
        "w_squeeze": np.array([[1], [1]], np.float32),
        "b_squeeze": np.array([-4], np.float32),
        "w_excite": np.array([[math.log(3), 1]], np.float32),
        "b_excite": np.array([0, -1], np.float32),
    }
    y, state = SqueezeExcite(2).apply(params, {}, x, context=CONTEXT)
    np.testing.assert_allclose(y, x * np.array([0.75, 0.5]), rtol=1e-6)
    assert state == {}
    # At -6 in place of -4 the relu gives 0, and the gates are sigmoid(0) = 1/2 and sigmoid(-1).
    low, _ = SqueezeExcite(2).apply({**params, "b_squeeze": np.array([-6], np.float32)}, {}, x, context=CONTEXT)
    np.testing.assert_allclose(low, x * np.array([0.5, 1 / (1 + math.e)]), rtol=1e-6)


def test_each_example_has_its_own_gates_and_a_sequence_has_them_too():
    layer = SqueezeExcite(1)
    params, _ = layer.init(jax.random.key(0), (5, 3))
    x = jnp.asarray(np.random.default_rng(0).normal(size=(4, 5, 3)), jnp.float32)
    together, _ = layer.apply(params, {}, x, context=CONTEXT)
    alone, _ = layer.apply(params, {}, x[2:3], context=CONTEXT)
    np.testing.assert_allclose(together[2:3], alone, rtol=1e-5)
    gates = np.asarray(together / x)
    np.testing.assert_allclose(gates, np.broadcast_to(gates[:, :1], gates.shape), rtol=1e-4)
    assert np.ptp(gates[:, 0], axis=0).min() > 0.01
    as_image, _ = layer.apply(params, {}, x[:, :, None], context=CONTEXT)
    np.testing.assert_allclose(as_image[:, :, 0], together, rtol=1e-5)


@pytest.mark.parametrize(("channels", "ratio"), [(64, 16), (32, 4), (6, 1)])
def test_there_are_two_c_squared_over_r_and_c_over_r_and_c_parameters(channels, ratio):
    params, _ = jax.eval_shape(lambda: SqueezeExcite(ratio).init(jax.random.key(0), (7, 7, channels)))
    count = sum(leaf.size for leaf in params.values())
    assert count == 2 * channels**2 // ratio + channels // ratio + channels
    (row,) = layer_work(Sequential((SqueezeExcite(ratio),)), (7, 7, channels))
    assert row.multiply_adds == 2 * channels**2 // ratio


def test_both_matrices_are_drawn_with_their_own_fans_and_for_what_follows_them():
    key = jax.random.key(3)
    params, _ = SqueezeExcite(4).init(key, (5, 5, 64))
    down, up = jax.random.split(key)
    np.testing.assert_array_equal(params["w_squeeze"], HeNormal()(down, (64, 16), fan_in=64, fan_out=16))
    np.testing.assert_array_equal(params["w_excite"], GlorotNormal()(up, (16, 64), fan_in=16, fan_out=64))
    assert not params["b_squeeze"].any() and not params["b_excite"].any()


def test_gates_are_near_a_half_at_first():
    params, _ = SqueezeExcite(8).init(jax.random.key(0), (8, 8, 64))
    x = jnp.asarray(np.random.default_rng(0).normal(size=(20, 8, 8, 64)), jnp.float32)
    y, _ = SqueezeExcite(8).apply(params, {}, x, context=CONTEXT)
    assert float(y.std()) == pytest.approx(0.5, abs=0.03)


def test_the_layer_before_starts_by_what_follows_this_one():
    bend = Activation(ReLU())
    first, *_ = chosen((Convolution(8), SqueezeExcite(4), bend, Dense(3)))
    assert first.weights == HeNormal()
    block, *_, head = chosen((Residual((Convolution(8), BatchNorm(), SqueezeExcite(4))), bend, Dense(3)))
    assert block.branch[0].weights == HeNormal()
    # It gives no scores, so that the last dense layer is still the head.
    head, _ = chosen((Dense(3), SqueezeExcite(1)))
    assert head.weights == chosen((Dense(3),))[0].weights


def test_the_gradient_agrees_with_central_differences():
    with jax.enable_x64(True):
        random, layer = np.random.default_rng(4), SqueezeExcite(2)
        params, _ = layer.init(jax.random.key(0), (3, 2, 6))
        params = {name: random.normal(size=p.shape) for name, p in params.items()}
        x = random.normal(size=(2, 3, 2, 6)) + 1
        narrow = x.mean(axis=(1, 2)) @ params["w_squeeze"] + params["b_squeeze"]
        assert np.abs(narrow).min() > 0.05 and (narrow > 0).any() and (narrow < 0).any()  # away from the kink
        check_grads(lambda p, x: layer.apply(p, {}, x, context=CONTEXT)[0], (params, x), order=1, modes=["rev"])


def test_a_network_of_blocks_with_it_learns_and_sees_all_of_the_image():
    branch = (Convolution(4, padding="same", shift=False), BatchNorm(), SqueezeExcite(2))
    network = Sequential((Residual(branch), Activation(ReLU()), GlobalAveragePooling(), Dense(2)))
    assert output_shape(network, (4, 4, 4)) == (2,) and receptive_fields(network, (4, 4, 4))[0] == "all"
    params, state = network.init(jax.random.key(0), (4, 4, 4))
    x = jnp.asarray(np.random.default_rng(0).normal(size=(6, 4, 4, 4)), jnp.float32)

    @jax.jit
    def gradient(params):
        context = Context(True, jax.random.key(1), jnp.ones(6))
        return jax.grad(lambda p: jnp.sum(jnp.square(network.apply(p, state, x, context=context)[0] - 1)))(params)

    inner = gradient(params)["residual_1"]["branch"]["squeeze_excite_1"]
    assert set(inner) == {"w_squeeze", "b_squeeze", "w_excite", "b_excite"}
    assert all(float(jnp.abs(g).max()) > 0 for g in inner.values())


def test_refuses_what_it_cannot_take():
    with pytest.raises(InputError, match=r"^SqueezeExcite.ratio must be at least 1; got 0\.$"):
        SqueezeExcite(0)
    key = jax.random.key(0)
    message = r"^SqueezeExcite.ratio must divide the channels, 24; got 16\. Ratios that do: 1, 2, 3, 4, 6, 8, 12, 24\.$"
    with pytest.raises(InputError, match=message):
        SqueezeExcite().init(key, (7, 7, 24))
    with pytest.raises(InputError, match=r"^SqueezeExcite needs images or sequences .* got input_shape=\(24,\)\."):
        SqueezeExcite(2).init(key, (24,))
    params, _ = SqueezeExcite(2).init(key, (3, 3, 4))
    message = r"^SqueezeExcite was initialised for 4 channels; got .* \(2, 3, 3, 6\)\. Call .*=\(3, 3, 6\)\.$"
    with pytest.raises(InputError, match=message):
        SqueezeExcite(2).apply(params, {}, jnp.ones((2, 3, 3, 6)), context=CONTEXT)
