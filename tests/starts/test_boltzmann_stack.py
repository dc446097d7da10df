"""A start from a deep belief network: which layers it sets and how, what it refuses, that training goes on from it."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.activations.relu import ReLU
from thalweg.activations.sigmoid import Sigmoid
from thalweg.errors import InputError
from thalweg.keys import role
from thalweg.layers.activation import Activation
from thalweg.layers.batch_norm import BatchNorm
from thalweg.layers.dense import Dense
from thalweg.layers.dropout import Dropout
from thalweg.layers.flatten import Flatten
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.network.named import Named
from thalweg.network.sequential import Sequential
from thalweg.pretrain.boltzmann.contrastive_divergence import ContrastiveDivergence
from thalweg.pretrain.boltzmann.machine import BINARY
from thalweg.pretrain.boltzmann.stack import BeliefNetwork, greedy_machines
from thalweg.pretrain.boltzmann.training import BoltzmannTraining
from thalweg.pretrain.boltzmann.units import GaussianUnits
from thalweg.pretrain.boltzmann.untied import untie
from thalweg.pretrain.boltzmann.wake_sleep import WakeSleep, tuned
from thalweg.spec import replaced
from thalweg.starts.boltzmann_stack import BoltzmannStack
from thalweg.types import Seen

KEY = jax.random.key(3)
BARS = np.random.default_rng(0).integers(0, 2, (60, 4, 1)).repeat(4, axis=2).astype(np.float32)  # 60 images of 4 x 4
HOW = BoltzmannStack(epochs=2, rate=0.2, batch=20)
NETWORK = Sequential(
    (Flatten(), Dense(6), Activation(Sigmoid()), Dropout(0.5), Named("up", Dense(5)), Activation(Sigmoid()), Dense(3))
)


def begun(network=NETWORK, x=BARS, how=HOW, weight=None):
    params, state = network.init(KEY, x.shape[1:])
    weight = np.ones(len(x), np.float32) if weight is None else weight
    seen = Seen(jnp.asarray(x), jnp.zeros(len(x), jnp.int32), jnp.asarray(weight))
    return params, how(network, SoftmaxCrossEntropy(), params, state, seen, key=KEY)


def machines(x, units=BINARY, share=1.0, weight=None):
    training = BoltzmannTraining(ContrastiveDivergence(), rate=0.2, decay=0.0002, epochs=2, batch=20)
    weight = jnp.ones(len(x)) if weight is None else jnp.asarray(weight)
    return greedy_machines(jnp.asarray(x), weight, training, units, share, KEY, widths=(6, 5))


def test_hidden_layers_begin_with_machines_and_the_last_as_drawn():  # P2
    drawn, params = begun()
    first, second = machines(BARS.reshape(60, 16))
    np.testing.assert_array_equal(params["dense_1"]["w"], first.weights)
    np.testing.assert_array_equal(params["dense_1"]["b"], first.hidden_bias)
    np.testing.assert_array_equal(params["up"]["w"], second.weights)
    np.testing.assert_array_equal(params["up"]["b"], second.hidden_bias)
    assert params["dense_2"] is drawn["dense_2"]


def test_however_inputs_were_scaled_the_first_layer_gives_the_same():
    _, plain = begun()
    _, scaled = begun(x=6 * BARS - 2)
    x = BARS.reshape(60, 16)
    np.testing.assert_allclose(
        (6 * x - 2) @ scaled["dense_1"]["w"] + scaled["dense_1"]["b"][None],
        x @ plain["dense_1"]["w"] + plain["dense_1"]["b"][None], rtol=1e-3, atol=1e-4,
    )  # fmt: skip
    np.testing.assert_allclose(scaled["up"]["w"], plain["up"]["w"], rtol=1e-3, atol=1e-5)
    _, flat = begun(x=np.zeros_like(BARS))  # no range at all
    assert all(np.isfinite(leaf).all() for leaf in jax.tree.leaves(flat))


def test_real_inputs_are_taken_as_they_are():
    x = np.random.default_rng(1).normal(size=(60, 16)).astype(np.float32)
    _, params = begun(x=x, how=BoltzmannStack(epochs=2, rate=0.2, first_share=0.1, batch=20, inputs="real"))
    first, _ = machines(x, GaussianUnits(), 0.1)
    np.testing.assert_allclose(params["dense_1"]["w"], first.weights, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("inputs", ["bounded", "real"])
def test_wake_sleep_goes_on_from_the_stack_and_the_way_up_is_the_networks(inputs):  # P2
    random, real = np.random.default_rng(1), inputs == "real"
    x = random.normal(size=(60, 16)) if real else np.r_[[[0.0] * 16, [1.0] * 16], random.random((58, 16))]
    x, share = x.astype(np.float32), 0.1 if real else 1.0
    generative = {"generative_epochs": 3, "generative_rate": 0.3, "generative_steps": 2}
    how = BoltzmannStack(epochs=2, rate=0.2, first_share=share, batch=20, binarise=True, inputs=inputs, **generative)
    drawn, params = begun(x=x, how=how)
    x, weight = jnp.asarray(x), jnp.ones(60)
    training = BoltzmannTraining(ContrastiveDivergence(), rate=0.2, decay=0.0002, epochs=2, batch=20, binarise=True)
    units = GaussianUnits() if real else BINARY
    stack = BeliefNetwork(greedy_machines(x, weight, training, units, share, KEY, widths=(6, 5)))
    together = WakeSleep(rate=0.3, steps=2, epochs=3, batch=20, binarise=not real)
    network = tuned(untie(stack), x, weight, together, share, role(KEY, "wake-sleep"))
    first, second = network.layers[0], network.top
    np.testing.assert_allclose(params["dense_1"]["w"], first.recognition_weights, atol=1e-6)
    np.testing.assert_allclose(params["dense_1"]["b"], first.recognition_bias, atol=1e-6)
    np.testing.assert_allclose(params["up"]["w"], second.weights, atol=1e-6)
    np.testing.assert_allclose(params["up"]["b"], second.hidden_bias, atol=1e-6)
    assert params["dense_2"] is drawn["dense_2"]
    assert np.abs(np.asarray(first.recognition_weights - stack.machines[0].weights)).max() > 1e-3
    assert np.abs(np.asarray(first.recognition_weights - first.generative_weights)).max() > 1e-3


def test_rows_that_do_not_count_teach_nothing():
    weight = np.ones(60, np.float32)
    weight[40:] = 0
    others = BARS.copy()
    others[40:] = np.arange(16).reshape(1, 4, 4) % 2
    how = replaced(HOW, generative_epochs=1)  # which goes on from the stack, so that either would show
    (_, one), (_, same) = (begun(x=x, how=how, weight=weight) for x in (BARS, others))
    np.testing.assert_array_equal(one["dense_1"]["w"], same["dense_1"]["w"])
    assert not np.array_equal(begun(x=BARS, how=how)[1]["dense_1"]["w"], begun(x=others, how=how)[1]["dense_1"]["w"])


@pytest.mark.parametrize(
    ("layers", "wanted"),
    [
        ((Dense(4), Activation(ReLU()), Dense(3)), "these are sigmoids; got dense_1, activation_1. Let an activation"),
        (
            (Dense(4), Dense(3)),
            "these are sigmoids; got dense_1. Let an activation with the sigmoid follow dense_1, or",
        ),
        ((Dense(4), Activation(Sigmoid()), Activation(ReLU()), Dense(3)), "got dense_1, activation_1, activation_2"),
        ((Dense(3),), "networks of one hidden dense layer or more that end with a dense layer; got the layers"),
        ((Dense(3), Activation(Sigmoid()), Dense(3), Activation(Sigmoid())), "that end with a dense layer; got the"),
        (
            (Dense(4), BatchNorm(), Activation(Sigmoid()), Dense(3)),
            "batch_norm_1 has parameters or averages of",
        ),
    ],
)
def test_other_networks_are_refused(layers, wanted):
    with pytest.raises(InputError, match=wanted):
        begun(Sequential(layers))


def test_a_batch_of_nothing_is_refused():
    with pytest.raises(InputError, match=r"BoltzmannStack\.batch must be at least 1; got 0\."):
        BoltzmannStack(batch=0)
