"""The notes' case study from our parts: its printed course, from the same draw, to six digits."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.activations.relu import ReLU
from thalweg.layers.activation import Activation
from thalweg.layers.dense import Dense
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.penalties.l2 import L2
from thalweg.platform import jit
from thalweg.types import Context
from thalweg.updates.sgd import SGD


@pytest.fixture
def study():
    """The spiral, then the two draws of weights, all from one generator as in the notes."""
    draw = np.random.RandomState(0)
    n, classes = 100, 3
    x = np.zeros((n * classes, 2))
    for j in range(classes):
        radius = np.linspace(0.0, 1, n)
        angle = np.linspace(j * 4, (j + 1) * 4, n) + draw.randn(n) * 0.2
        x[n * j : n * (j + 1)] = np.c_[radius * np.sin(angle), radius * np.cos(angle)]
    linear = {"dense_1": {"w": 0.01 * draw.randn(2, 3), "b": np.zeros(3)}}
    net = {
        "dense_1": {"w": 0.01 * draw.randn(2, 100), "b": np.zeros(100)},
        "dense_2": {"w": 0.01 * draw.randn(100, 3), "b": np.zeros(3)},
    }
    with jax.enable_x64(True):
        yield jnp.array(x), jnp.array(np.repeat(np.arange(classes), n)), linear, net


def train(layers, params, x, y, at):
    """Full-batch descent at rate 1 with 0.5 * 1e-3 * w^2; the loss at the steps asked for, and the accuracy."""
    context = Context(training=True, key=None, weight=jnp.ones(len(x)))

    def scores(params):
        h = x
        for name, layer in layers.items():
            h, _ = layer.apply(params.get(name, {}), {}, h, context=context)
        return h

    def loss(params):
        return jnp.mean(SoftmaxCrossEntropy()(scores(params), y)) + L2(1e-3)(params)

    rule = SGD(1.0).build()

    def step(_, params):
        changes, _ = rule.update(jax.grad(loss)(params), rule.init(params), params)
        return jax.tree.map(jnp.add, params, changes)

    go = jit(lambda params, steps: jax.lax.fori_loop(0, steps, step, params))
    params, done, losses = jax.tree.map(jnp.asarray, params), 0, {}
    for target in at:
        params, done = go(params, target - done), target
        losses[target] = float(loss(params))
    return losses, float(jnp.mean(jnp.argmax(scores(params), axis=1) == y))


def test_the_linear_classifier(study):
    x, y, linear, _ = study
    expected = {0: 1.096919, 10: 0.917310, 170: 0.786373, 180: 0.786331, 190: 0.786302}
    losses, accuracy = train({"dense_1": Dense(3)}, linear, x, y, expected)
    assert losses == pytest.approx(expected, abs=1e-6)
    assert accuracy == pytest.approx(0.4933, abs=1e-4)


def test_the_two_layer_net(study):
    x, y, _, net = study
    expected = {0: 1.098637, 1000: 0.294416, 2000: 0.266441}
    layers = {"dense_1": Dense(100), "activation_1": Activation(ReLU()), "dense_2": Dense(3)}
    losses, accuracy = train(layers, net, x, y, expected)
    assert losses == pytest.approx(expected, abs=1e-6)
    assert accuracy > 0.97
