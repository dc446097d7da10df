"""The look inside: activations and their gradients against a network written out."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from tests.train.small import STEPS, experiment, train
from thalweg.activations.tanh import Tanh
from thalweg.experiment import Experiment
from thalweg.keys import root
from thalweg.layers.activation import Activation
from thalweg.layers.dense import Dense
from thalweg.layers.dropout import Dropout
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.network.named import Named
from thalweg.network.sequential import Sequential
from thalweg.penalties.l2 import L2
from thalweg.train.controllers import Continue, Stop
from thalweg.train.loop import Watch
from thalweg.train.population import member_of, population, start
from thalweg.train.probe import probe, view_of
from thalweg.train.state import learner_of

N, D, H, C = 9, 4, 6, 3
NAMES = ("zebra", "activation_1", "dropout_1", "head")  # not in the order of the alphabet


class Everything(NamedTuple):
    """Records all that there is to see."""

    def measure_probe(self, view):
        return {"out": view.activations, "back": view.gradients}


class StopAt(NamedTuple):
    """Stop at an evaluation, after it was made."""

    step: int

    def decide(self, progress):
        return Stop("enough") if progress.step == self.step else Continue()


def setting():
    random = np.random.default_rng(0)
    x, y = random.normal(size=(N, D)), random.integers(0, C, N).astype(np.int32)
    return jnp.asarray(x, jnp.float32), jnp.asarray(y), jnp.asarray(random.uniform(0, 2, N), jnp.float32)


def members():
    layers = (Named("zebra", Dense(H)), Activation(Tanh()), Dropout(0.5), Named("head", Dense(C)))
    # The penalty is no part of what the outputs are charged.
    spec = Experiment(Sequential(layers), SoftmaxCrossEntropy(), penalty=L2(1.0))
    return population([start(learner_of(spec), root(seed), (D,), 10) for seed in range(2)])


def by_hand(params, x, y, weight):
    """Backpropagation written out; dropout does nothing in inference."""
    w1, b1, w2, b2 = (np.asarray(params[layer][name], np.float64) for layer in ("zebra", "head") for name in "wb")
    before = x @ w1 + b1
    hidden = np.tanh(before)
    scores = hidden @ w2 + b2
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    dscores = (weight / weight.sum())[:, None] * (e / e.sum(axis=1, keepdims=True) - np.eye(C)[y])
    dhidden = dscores @ w2.T
    out = dict(zip(NAMES, (before, hidden, hidden, scores), strict=True))
    back = dict(zip(NAMES, (dhidden * (1 - hidden**2), dhidden, dhidden, dscores), strict=True))
    return out, back


def test_activations_and_gradients_are_those_written_out():
    x, y, weight = setting()
    many = members()
    (record,) = probe(many, x, y, weight, observers=(Everything(),))
    for i in range(2):
        params = jax.tree.map(lambda leaf, i=i: leaf[i], many.carry.params)
        out, back = by_hand(params, *map(np.asarray, (x, y, weight)))
        for name in NAMES:
            np.testing.assert_allclose(record["out"][name][i], out[name], rtol=1e-5, atol=1e-6)
            np.testing.assert_allclose(record["back"][name][i], back[name], rtol=1e-4, atol=1e-7)


def test_layers_come_in_the_networks_order():
    view = view_of(member_of(members(), 0), *setting())
    assert tuple(view.activations) == tuple(view.gradients) == NAMES


def test_a_run_ends_with_a_probe_however_small_their_share():
    ended = train([experiment()], epochs=9, watch=Watch((), (Everything(),), (StopAt(4 * STEPS),), look_share=0.0))
    assert ended.history.looks() == tuple(STEPS * epoch for epoch in (0, 1, 2, 3, 4))
