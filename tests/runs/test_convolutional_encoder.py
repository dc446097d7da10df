"""A convolution whose rows a recurrent layer reads: one network, trained end to end on real digits."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.test_util import check_grads

import thalweg
from tests.runs.small import PauseAt
from thalweg import platform
from thalweg.activations.tanh import Tanh
from thalweg.experiment import Experiment
from thalweg.keys import root
from thalweg.layers.activation import Activation
from thalweg.layers.average_pooling import AveragePooling
from thalweg.layers.convolution import Convolution
from thalweg.layers.dense import Dense
from thalweg.layers.gru import GRU
from thalweg.layers.reshape import Reshape
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.network.sequential import Sequential
from thalweg.recipe import reproduce, resume
from thalweg.train.population import _compiled_advance, advance, member_of, population, start
from thalweg.train.state import Batches, learner_of
from thalweg.types import Context
from thalweg.updates.sgd import SGD

# Row L10: images of 8 x 8 through 8 filters, halved in width, as sequences of 8 rows of 4 x 8 numbers.
LAYERS = [
    {"kind": "reshape", "shape": [8, 8, 1]},
    {"kind": "convolution", "filters": 8, "padding": "same"},
    {"kind": "activation", "function": "relu"},
    {"kind": "max_pooling", "window": [1, 2]},
    {"kind": "reshape", "shape": [8, -1]},
    {"kind": "gru", "units": 24},
    {"kind": "dense", "units": 10},
]
OPTIONS = {
    "config": {"network": {"layers": LAYERS}},
    "checks": False,
    "attempts": 0,
    "epochs": 8,
    "settings": ("update.rate=0.005",),
}


@pytest.fixture(scope="module")
def fitted(tmp_path_factory):
    return thalweg.fit("digits", out=tmp_path_factory.mktemp("digits") / "run", **OPTIONS)


def test_it_learns_to_read_digits(fitted):
    assert next(score.value for score in fitted.outcome.scores if score.metric == "accuracy") > 0.9
    assert fitted.outcome.receptive_fields[1:4] == ("3 x 3", "3 x 3", "3 x 4") and not fitted.outcome.odd


def test_it_is_reproduced_and_resumed_to_the_bit(fitted, tmp_path):
    _, same = reproduce(fitted.run, out=tmp_path / "again")
    assert same
    thalweg.fit("digits", out=tmp_path / "broken", controllers=[PauseAt(3)], **OPTIONS)
    resumed = resume(tmp_path / "broken")
    jax.tree.map(np.testing.assert_array_equal, resumed.model.params, fitted.model.params)


NETWORK = Sequential(
    (Convolution(3, padding="same"), Activation(Tanh()), AveragePooling((1, 2)), Reshape((4, -1)), GRU(4), Dense(3))
)
IMAGES = np.random.default_rng(0).normal(size=(6, 4, 4, 1))


def test_the_gradient_of_the_whole_agrees_with_central_differences():
    with jax.enable_x64(True):
        params, state = NETWORK.init(jax.random.key(0), (4, 4, 1))
        context = Context(True, jax.random.key(1), jnp.ones(6))

        def loss(params):
            outputs, _ = NETWORK.apply(params, state, IMAGES, context=context)
            return jnp.mean(SoftmaxCrossEntropy()(outputs, np.arange(6) % 3))

        check_grads(loss, (params,), order=1, modes=["rev"])
        assert np.abs(jax.grad(loss)(params)["convolution_1"]["w"]).min() > 0


def test_a_population_of_two_is_two_alone_and_compiles_once():
    batches = Batches(jnp.asarray(IMAGES, jnp.float32), jnp.arange(6, dtype=jnp.int32) % 3, jnp.ones(6), None, None)
    learners = [learner_of(Experiment(NETWORK, SoftmaxCrossEntropy(), update=SGD(rate))) for rate in (0.1, 0.5)]
    members = [start(learner, root(seed), (4, 4, 1), 5) for seed, learner in enumerate(learners)]
    both, _ = advance(population(members), batches, clock=0, count=5)
    before = platform.compiles(_compiled_advance)
    for place, member in enumerate(members):
        alone, _ = advance(population([member]), batches, clock=0, count=5)
        jax.tree.map(
            np.testing.assert_array_equal, member_of(both, place).carry.params, member_of(alone, 0).carry.params
        )
    assert platform.compiles(_compiled_advance) == before + 1
