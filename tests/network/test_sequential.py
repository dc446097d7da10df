"""Layers one after the other: names, shapes, draws, inner values and their gradients."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.activations.relu import ReLU
from thalweg.activations.tanh import Tanh
from thalweg.errors import InputError
from thalweg.keys import root
from thalweg.layers.activation import Activation
from thalweg.layers.batch_norm import BatchNorm
from thalweg.layers.dense import Dense
from thalweg.layers.dropout import Dropout
from thalweg.layers.flatten import Flatten
from thalweg.layers.group_norm import GroupNorm
from thalweg.network.named import Named
from thalweg.network.sequential import Sequential, output_shape
from thalweg.types import Context

D, N = 5, 4
INFERENCE = Context(False, None, jnp.ones(N))


def batch():
    return jnp.asarray(np.random.default_rng(0).normal(size=(N, D)))


def training(seed=0):
    return Context(True, jax.random.key(seed), jnp.ones(N))


# Names and shapes


def test_a_layer_is_called_by_its_kind_and_place_or_its_own_name():
    layers = (Dense(3), Activation(ReLU()), Named("middle", Dense(3)), BatchNorm(), Dense(3), Activation(Tanh()))
    assert Sequential(layers).names() == (
        *("dense_1", "activation_1", "middle", "batch_norm_1", "dense_2", "activation_2"),
    )


def test_a_network_of_nothing_is_refused():
    with pytest.raises(InputError, match=r"Sequential.layers must hold at least one layer; got \(\)\."):
        Sequential(())


def test_layers_must_be_a_tuple_of_layers():
    with pytest.raises(InputError, match=r"Sequential.layers must be a tuple of parts of the family 'layer'"):
        Sequential(Dense(3))
    with pytest.raises(InputError, match=r"Sequential.layers must hold parts of the family 'layer'; got \[Dense"):
        Sequential([Dense(3)])
    with pytest.raises(InputError, match=r"Sequential.layers must be a tuple of parts of the family 'layer'"):
        Sequential((Dense(3), ReLU()))


@pytest.mark.parametrize(
    "layers", [(Named("a", Dense(3)), Named("a", Dense(2))), (Dense(3), Named("dense_1", Dense(2)))]
)
def test_two_layers_of_one_name_are_refused(layers):
    with pytest.raises(InputError, match=r"two layers are called '(a|dense_1)'; give one another name\."):
        Sequential(layers)


@pytest.mark.parametrize(
    ("layers", "shape", "out"),
    [
        ((Dense(3),), (D,), (3,)),
        ((Flatten(),), (2, 3, 4), (24,)),
        ((Dense(7), Activation(ReLU()), Dropout(0.5), BatchNorm(), Dense(2)), (8, 8, 3), (2,)),
        ((Activation(ReLU()),), (4, 4), (4, 4)),
    ],
)
def test_the_output_shape_is_known_without_computing(layers, shape, out):
    network = Sequential(layers)
    assert output_shape(network, shape) == out
    params, state = network.init(root(0), shape)
    y, _ = network.apply(params, state, jnp.ones((N, *shape)), context=INFERENCE)
    assert y.shape == (N, *out)


def test_a_layer_that_cannot_take_its_input_is_named():
    network = Sequential((Activation(ReLU()), Named("norm", GroupNorm(3)), Dense(2)))
    with pytest.raises(InputError, match=r"^norm: GroupNorm.groups must divide .* for input_shape=\(4, 4\)"):
        network.init(root(0), (4, 4))
    with pytest.raises(InputError, match=r"^dense_1: Dense needs at least 1 feature an example"):
        output_shape(Sequential((Dense(2),)), (0,))


# Weights


def test_parameters_and_state_are_by_layer_name():
    params, state = Sequential((Dense(3), BatchNorm(), Dropout(0.5))).init(root(0), (D,))
    assert {name: set(of) for name, of in params.items()} == {
        "dense_1": {"w", "b"},
        "batch_norm_1": {"gamma", "beta"},
        "dropout_1": set(),
    }
    assert {name: set(of) for name, of in state.items()} == {
        "dense_1": set(),
        "batch_norm_1": {"mean", "variance"},
        "dropout_1": set(),
    }
    assert params["dense_1"]["w"].shape == (D, 3)


def drawn(*layers):
    return Sequential(layers).init(root(7), (D,))[0]


def same(one, two):
    return all(np.array_equal(a, b) for a, b in zip(jax.tree.leaves(one), jax.tree.leaves(two), strict=True))


def test_appending_layers_moves_no_earlier_draw():
    short = drawn(Dense(6), Activation(ReLU()), Dense(6), Activation(ReLU()), Dense(2))
    long = drawn(
        Dense(6), Activation(ReLU()), Dense(6), Activation(ReLU()), Named("new", Dense(6)), Activation(ReLU()), Dense(2)
    )
    assert same(short["dense_1"], long["dense_1"])
    assert same(short["dense_2"], long["dense_2"])


def test_a_named_layer_keeps_its_draws_whatever_comes_before_and_after():
    alone = drawn(Named("kept", Dense(D)), Activation(ReLU()), Dense(2))
    within = drawn(
        Dense(D), Activation(Tanh()), Dropout(0.3), Named("kept", Dense(D)), Activation(ReLU()), Dense(9), Dense(2)
    )
    assert same(alone["kept"], within["kept"])


def test_layers_of_one_shape_draw_differently():
    params = drawn(Dense(D), Activation(ReLU()), Dense(D), Activation(ReLU()), Dense(2))
    assert not same(params["dense_1"]["w"], params["dense_2"]["w"])


# Forward


def test_apply_is_the_layers_one_after_the_other():
    layers = (Dense(6), Activation(Tanh()), BatchNorm(), Dense(3))
    network = Sequential(layers)
    params, state = network.init(root(0), (D,))
    y, after = network.apply(params, state, batch(), context=training())
    x = batch()
    for name, layer in zip(network.names(), layers, strict=True):
        x, then = layer.apply(params[name], state[name], x, context=training())
        assert same(after[name], then)
    np.testing.assert_array_equal(y, x)
    assert not same(after["batch_norm_1"], state["batch_norm_1"])


def test_each_dropout_layer_and_each_key_drops_others():
    network = Sequential((Dropout(0.5), Named("second", Dropout(0.5))))
    nothing = {"dropout_1": {}, "second": {}}
    seen = [network.trace(nothing, nothing, jnp.ones((N, 50)), context=training(seed)).activations for seed in (0, 1)]
    first, second = (a["dropout_1"] > 0 for a in seen)
    assert not np.array_equal(first, second)
    both = seen[0]["second"] > 0
    assert 0.15 < both.mean() < 0.35  # kept by both: had they one mask, half would be


def test_appending_layers_moves_no_dropout():
    def mask(*more):
        network = Sequential((Dropout(0.5), *more))
        params, state = network.init(root(0), (50,))
        return network.trace(params, state, jnp.ones((N, 50)), context=training()).activations["dropout_1"]

    np.testing.assert_array_equal(mask(), mask(Dropout(0.5), Dense(3)))


def test_trace_gives_what_apply_gives_and_every_output():
    network = Sequential((Dense(6), Activation(ReLU()), Named("head", Dense(3))))
    params, state = network.init(root(0), (D,))
    traced = network.trace(params, state, batch(), context=INFERENCE)
    np.testing.assert_array_equal(traced.outputs, network.apply(params, state, batch(), context=INFERENCE)[0])
    assert tuple(traced.activations) == ("dense_1", "activation_1", "head")
    np.testing.assert_array_equal(traced.activations["activation_1"], np.maximum(traced.activations["dense_1"], 0))
    np.testing.assert_array_equal(traced.activations["head"], traced.outputs)


# Taps


def test_the_gradient_of_a_tap_is_that_of_the_activation():
    with jax.enable_x64(True):
        network = Sequential((Dense(6), Activation(Tanh()), BatchNorm(), Dense(3)))
        params, state = network.init(root(0), (D,))
        x, direction = batch(), jnp.asarray(np.random.default_rng(1).normal(size=(N, 3)))

        @jax.jit
        def loss(taps):
            return jnp.sum(direction * jnp.sin(network.trace(params, state, x, context=training(), taps=taps).outputs))

        shapes = network.trace(params, state, x, context=training()).activations
        zeros = jax.tree.map(jnp.zeros_like, shapes)
        gradients = jax.grad(loss)(zeros)
        assert gradients.keys() == set(network.names())
        for name, gradient in gradients.items():
            for at in np.ndindex(gradient.shape):
                h = 1e-6
                up, down = ({**zeros, name: zeros[name].at[at].set(sign * h)} for sign in (1, -1))
                slope = (loss(up) - loss(down)) / (2 * h)
                np.testing.assert_allclose(gradient[at], slope, rtol=1e-6, atol=1e-8)


def test_taps_need_not_be_on_every_layer():
    network = Sequential((Dense(6), Activation(ReLU()), Dense(3)))
    params, state = network.init(root(0), (D,))
    plain = network.trace(params, state, batch(), context=INFERENCE)
    tapped = network.trace(params, state, batch(), context=INFERENCE, taps={"dense_2": jnp.ones((N, 3))})
    np.testing.assert_array_equal(tapped.activations["dense_1"], plain.activations["dense_1"])
    np.testing.assert_array_equal(tapped.outputs, plain.outputs + 1)
