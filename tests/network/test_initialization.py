"""What `Auto` becomes: measured spreads, and the first loss."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.activations.linear import Linear
from thalweg.activations.relu import ReLU
from thalweg.activations.selu import SELU
from thalweg.activations.sigmoid import Sigmoid
from thalweg.activations.tanh import Tanh
from thalweg.initializers.glorot_normal import GlorotNormal
from thalweg.initializers.glorot_uniform import GlorotUniform
from thalweg.initializers.he_normal import HeNormal
from thalweg.initializers.lecun_normal import LecunNormal
from thalweg.initializers.small_normal import SmallNormal
from thalweg.keys import root
from thalweg.layers.activation import Activation
from thalweg.layers.batch_norm import BatchNorm
from thalweg.layers.convolution import Convolution
from thalweg.layers.dense import Dense
from thalweg.layers.dropout import Dropout
from thalweg.layers.flatten import Flatten
from thalweg.layers.maxout import Maxout
from thalweg.layers.prelu import PReLU
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.network.initialization import chosen
from thalweg.network.named import Named
from thalweg.network.presets.dense import dense_network
from thalweg.network.sequential import Sequential
from thalweg.types import Context

HE, GLOROT, HEAD = HeNormal(), GlorotNormal(), SmallNormal(0.01)


@pytest.mark.parametrize(
    ("between", "choice"),
    [
        ((Activation(ReLU()),), HE),
        ((Activation(Tanh()),), GLOROT),
        ((Activation(Sigmoid()),), GLOROT),
        ((BatchNorm(), Dropout(0.5), Activation(ReLU())), HE),
        ((BatchNorm(), Activation(Tanh())), GLOROT),
        ((Named("bend", Activation(ReLU())),), HE),
        ((Activation(Linear()),), HE),
        ((Activation(SELU()),), LecunNormal()),
        ((PReLU(),), HE),
        ((), GLOROT),
        ((BatchNorm(),), GLOROT),
        ((Activation(Tanh()), Activation(ReLU())), GLOROT),  # the first one counts
    ],
)
def test_auto_becomes_what_suits_the_layers_that_follow(between, choice):
    first, *_, head = chosen((Dense(8), *between, Dense(3)))
    assert first == Dense(8, choice)
    assert head == Dense(3, HEAD)


def test_a_kernel_starts_as_a_matrix_does():
    first, _, second, _, _, head = chosen(
        (Convolution(8), Activation(ReLU()), Convolution(8), Activation(Tanh()), Flatten(), Dense(3))
    )
    assert (first.weights, second.weights, head.weights) == (HE, GLOROT, HEAD)


def test_maxout_units_bend_by_themselves():
    first, second, head = chosen((Maxout(8), Maxout(8), Dense(3)))
    assert (first.weights, second.weights, head.weights) == (LecunNormal(), LecunNormal(), HEAD)
    # E[max(a, b)^2] = (E[a^2] + E[b^2]) / 2 for two alike and even ones: the mean square of the inputs is kept.
    network, x = Sequential((*[Maxout(400)] * 5, Dense(2))), np.random.default_rng(0).normal(size=(50, 400))
    params, state = network.init(jax.random.key(0), (400,))
    context = Context(False, None, jnp.ones(50))
    found = network.trace(params, state, x.astype(np.float32), context=context).activations["maxout_5"]
    assert float(jnp.mean(jnp.square(found))) == pytest.approx(1, abs=0.5)


def test_a_layer_looks_no_further_than_the_next_one_with_weights():
    first, second, _, _ = chosen((Dense(8), Dense(8), Activation(ReLU()), Dense(3)))
    assert (first.weights, second.weights) == (GLOROT, HE)


def test_the_last_layer_with_weights_is_the_head_whatever_follows():
    layers = (Dense(8), Activation(ReLU()), Named("head", Dense(3)), Activation(Tanh()), Flatten())
    assert chosen(layers)[2] == Named("head", Dense(3, HEAD))


def test_what_somebody_chose_stays():
    layers = (Dense(8, GlorotUniform()), Activation(ReLU()), Named("head", Dense(3, HeNormal())))
    assert chosen(layers) == layers


def test_a_network_without_weights_stays_as_it_is():
    layers = (Flatten(), Activation(ReLU()))
    assert chosen(layers) == layers


def test_it_chooses_among_traced_numbers_too():
    def weights(bias):
        network = Sequential((Dense(400, bias=bias), Activation(Tanh()), Dense(3)))
        return network.init(root(0), (100,))[0]["dense_1"]["w"]

    spread = jnp.std(jax.jit(weights)(jnp.float32(0.1)))
    np.testing.assert_allclose(spread, np.sqrt(2 / 500), rtol=0.02)


@pytest.mark.parametrize(
    ("function", "spread"), [(ReLU(), np.sqrt(2 / 300)), (Tanh(), np.sqrt(2 / 500)), (Sigmoid(), np.sqrt(2 / 500))]
)
def test_the_drawn_weights_have_the_chosen_spread(function, spread):
    network = Sequential((Dense(200), Activation(function), Dense(200), Activation(function), Dense(100)))
    params, _ = network.init(root(1), (300,))
    # 60,000 draws: the deviation of their deviation is 0.3% of it.
    np.testing.assert_allclose(jnp.std(params["dense_1"]["w"]), spread, rtol=0.015)
    np.testing.assert_allclose(jnp.std(params["dense_3"]["w"]), 0.01, rtol=0.02)
    assert all(abs(float(jnp.mean(layer["w"]))) < 1e-3 for layer in params.values() if layer)


@pytest.mark.parametrize("classes", [2, 10, 100])
def test_the_first_loss_is_that_of_a_blind_guess(classes):
    network = dense_network(classes, hidden=(128, 128))
    random = np.random.default_rng(0)
    x, y = jnp.asarray(random.normal(size=(500, 30)), jnp.float32), jnp.asarray(random.integers(0, classes, 500))
    params, state = network.init(root(0), (30,))
    outputs, _ = network.apply(params, state, x, context=Context(False, None, jnp.ones(500)))
    np.testing.assert_allclose(SoftmaxCrossEntropy()(outputs, y).mean(), np.log(classes), rtol=0.02)
