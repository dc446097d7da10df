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
from thalweg.layers.dense import Dense
from thalweg.layers.drop_connect import DropConnect
from thalweg.layers.dropout import Dropout
from thalweg.layers.flatten import Flatten
from thalweg.layers.maxout import Maxout
from thalweg.layers.prelu import PReLU
from thalweg.network.named import Named
from thalweg.network.odd import odd_choices
from thalweg.network.presets import dense_network
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
        ((Dense(3), Named("odds", Activation(Softmax())), Dense(2)), ["odds is a softmax inside the network"]),
    ],
)  # fmt: skip
def test_what_is_odd_is_named_by_layer(layers, said):
    found = odd_choices(Sequential(layers))
    assert len(found) == len(said) and all(one.startswith(start) for one, start in zip(found, said, strict=True))


@pytest.mark.parametrize(
    "network",
    [
        dense_network(10),
        Sequential((BatchNorm(), Dense(3), RELU, BatchNorm(), Dense(2))),
        Sequential((Dense(3), PReLU(), Dense(2))),
        Sequential((Maxout(3), Maxout(2), Dense(2))),  # the largest of several pieces is no line
        Sequential((Dense(3),)),
    ],
)
def test_sound_networks_are_let_alone(network):
    assert odd_choices(network) == ()


def test_two_affine_layers_are_one_matrix():
    network = Sequential((Dense(5, bias=0.3), Dropout(0.5), Dense(2, bias=-0.1)))
    params, state = network.init(jax.random.key(0), (4,))
    x = jnp.asarray(np.random.default_rng(0).normal(size=(20, 4)), jnp.float32)
    outputs, _ = network.apply(params, state, x, context=Context(False, None, jnp.ones(20)))
    first, second = params["dense_1"], params["dense_2"]
    matrix, shift = first["w"] @ second["w"], first["b"] @ second["w"] + second["b"]
    np.testing.assert_allclose(outputs, x @ matrix + shift[None], atol=1e-6)
