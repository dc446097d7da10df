"""Choices of layers that nobody would make on purpose are named, and sound networks are let alone."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.activations.linear import Linear
from thalweg.activations.relu import ReLU
from thalweg.activations.softmax import Softmax
from thalweg.layers.activation import Activation
from thalweg.layers.batch_norm import BatchNorm
from thalweg.layers.convolution import Convolution
from thalweg.layers.dense import Dense
from thalweg.layers.drop_connect import DropConnect
from thalweg.layers.dropout import Dropout
from thalweg.layers.flatten import Flatten
from thalweg.layers.maxout import Maxout
from thalweg.layers.prelu import PReLU
from thalweg.layers.transposed_convolution import TransposedConvolution
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.losses.squared_error import SquaredError
from thalweg.network.named import Named
from thalweg.network.odd import odd_choices
from thalweg.network.presets.dense import dense_network
from thalweg.network.sequential import Sequential
from thalweg.types import Context

RELU = Activation(ReLU())


@pytest.mark.parametrize(
    ("layers", "said"),
    [
        ((Dense(3), Dense(2)), ["dense_1 and dense_2 have no nonlinearity between them"]),
        ((Named("low", Dense(3)), Flatten(), Dropout(0.5), Activation(Linear()), DropConnect(2)),
         ["low and drop_connect_1 have no nonlinearity between them"]),
        ((Dense(3), Dense(3), Dense(2)), ["dense_1 and dense_2 have no", "dense_2 and dense_3 have no"]),
        ((Dense(3), BatchNorm(), RELU, Dense(2)),
         ["dense_1's bias is of no use: batch_norm_1 subtracts each mean right after it, and has a shift of its own."]),
        ((Dense(3), BatchNorm(affine=False), RELU, Dense(2)),
         ["dense_1's bias is of no use: batch_norm_1 subtracts each mean right after it. It does no harm;"]),
        ((Dense(3), BatchNorm(), Dense(2)), ["dense_1 and dense_2 have no nonlinearity", "dense_1's bias is of"]),
        ((Convolution(3), BatchNorm(), Flatten(), Dense(2)),
         ["convolution_1 and dense_1 have no nonlinearity", "convolution_1's bias is of no use"]),
        ((Convolution(3, shift=False), TransposedConvolution(3), BatchNorm(), RELU),
         ["convolution_1 and transposed_convolution_1 have no", "transposed_convolution_1's bias is of no use"]),
        ((Dense(3), Named("odds", Activation(Softmax())), Dense(2)), ["odds is a softmax inside the network"]),
    ],
)  # fmt: skip
def test_what_is_odd_is_named_by_layer(layers, said):
    found = odd_choices(Sequential(layers), SoftmaxCrossEntropy())
    assert len(found) == len(said) and all(one.text.startswith(start) for one, start in zip(found, said, strict=True))


@pytest.mark.parametrize(
    "network",
    [
        dense_network(10),
        Sequential((BatchNorm(), Dense(3), RELU, BatchNorm(), Dense(2))),
        Sequential((Dense(3), PReLU(), Dense(2))),
        Sequential((Maxout(3), Maxout(2), Dense(2))),  # the largest of several pieces is no line
        Sequential((Dense(3),)),
        # A depthwise convolution and one that mixes channels are one kernel of fewer weights.
        Sequential((Convolution(3, groups=3), Convolution(8, kernel=1, shift=False), BatchNorm(), RELU)),
    ],
)
def test_sound_networks_are_let_alone(network):
    assert odd_choices(network, SoftmaxCrossEntropy()) == ()


def test_the_loss_is_said_to_apply_a_softmax_only_where_it_does():
    network = Sequential((Dense(3), Activation(Softmax()), Dense(2)))
    assert "The loss applies its own" in odd_choices(network, SoftmaxCrossEntropy())[0].text
    assert "The loss applies its own" not in odd_choices(network, SquaredError())[0].text


def test_two_affine_layers_are_one_matrix():
    network = Sequential((Dense(5, bias=0.3), Dropout(0.5), Dense(2, bias=-0.1)))
    params, state = network.init(jax.random.key(0), (4,))
    x = jnp.asarray(np.random.default_rng(0).normal(size=(20, 4)), jnp.float32)
    outputs, _ = network.apply(params, state, x, context=Context(False, None, jnp.ones(20)))
    first, second = params["dense_1"], params["dense_2"]
    matrix, shift = first["w"] @ second["w"], first["b"] @ second["w"] + second["b"]
    np.testing.assert_allclose(outputs, x @ matrix + shift[None], atol=1e-6)


def test_so_they_are_with_a_batch_norm_between():
    with jax.enable_x64(True):
        network = Sequential((Dense(5, bias=0.3), BatchNorm(epsilon=1e-5), Dense(2, bias=-0.1)))
        params, state = network.init(jax.random.key(0), (4,))
        mean, variance = np.linspace(-1, 1, 5), np.linspace(0.5, 2, 5)  # what training may have come to
        state = {**state, "batch_norm_1": {"mean": jnp.asarray(mean), "variance": jnp.asarray(variance)}}
        x = np.random.default_rng(0).normal(size=(20, 4))
        outputs, _ = network.apply(params, state, jnp.asarray(x), context=Context(False, None, jnp.ones(20)))
        first, second = (jax.tree.map(np.asarray, params[name]) for name in ("dense_1", "dense_2"))
        scale = np.sqrt(variance + 1e-5)
        shift = (first["b"] - mean) / scale @ second["w"] + second["b"]
        np.testing.assert_allclose(outputs, x @ (first["w"] / scale @ second["w"]) + shift, atol=1e-6)
