"""What a classifier knows before it looks at its inputs: how frequent each class is."""

import jax.numpy as jnp
import numpy as np

from tests.checks.prepared import from_arrays
from thalweg.keys import root
from thalweg.layers.dense import Dense
from thalweg.network.sequential import Sequential
from thalweg.train.population import advance, population, start
from thalweg.train.state import Batches, learner_of
from thalweg.updates.momentum import Momentum

COUNTS = (120, 60, 20)


def test_output_biases_come_out_as_the_logs_of_the_class_frequencies():
    # Every row stands beside its negative, with the same label. Then W = 0 is where the loss is least, for the loss is
    # convex and W and -W cost the same; and with W = 0 the least loss has p = the frequencies, so b = ln frequency + c.
    half = np.random.default_rng(0).normal(size=(sum(COUNTS) // 2, 3))
    x = np.concatenate([half, -half]).astype(np.float32)
    y = np.tile(np.repeat(np.arange(3), np.array(COUNTS) // 2), 2)
    prepared = from_arrays(x, y, network=Sequential((Dense(3),)), update=Momentum(0.3))
    member = start(learner_of(prepared.experiment), root(0), (3,), 400)
    batches = Batches(jnp.asarray(x), jnp.asarray(y), jnp.ones(len(x)), None, None)
    trained, _ = advance(population([member]), batches, clock=0, count=400)
    dense = trained.carry.params["dense_1"]
    biases = np.asarray(dense["b"][0], np.float64)
    assert biases[0] > biases[1] > biases[2]
    np.testing.assert_allclose(biases - biases[0], np.log(np.array(COUNTS) / COUNTS[0]), atol=1e-3)
    weights = np.asarray(dense["w"][0])
    np.testing.assert_allclose(weights - weights[:, :1], 0, atol=1e-3)  # what all classes share tells nothing
