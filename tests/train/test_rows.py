"""Steps that move a few rows of a large table, against steps that move all of it."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tests.train.small import STEPS, C, at, batches, examples, experiment, full, members_of
from thalweg.activations.relu import ReLU
from thalweg.clips.clip_norm import ClipNorm
from thalweg.layers.activation import Activation
from thalweg.layers.dense import Dense
from thalweg.layers.hierarchical_dense import HierarchicalDense
from thalweg.losses.hierarchical_softmax import HierarchicalSoftmax
from thalweg.monitors.steps import StepMonitor
from thalweg.network.named import Named
from thalweg.network.sequential import Sequential
from thalweg.penalties.l2 import L2
from thalweg.penalties.no_penalty import NoPenalty
from thalweg.projections.max_norm import MaxNorm
from thalweg.train.population import advance
from thalweg.train.rows import rows_touched, spread, taken
from thalweg.train.state import learner_of
from thalweg.types import Context
from thalweg.updates.adam import Adam
from thalweg.updates.momentum import Momentum
from thalweg.updates.nesterov import Nesterov
from thalweg.updates.sgd import SGD

NETWORK = Sequential((Dense(8), Activation(ReLU()), HierarchicalDense(C)))
BARE = {"network": NETWORK, "loss": HierarchicalSoftmax(), "penalty": NoPenalty(), "update": SGD(0.3)}


def trained(spec):
    return advance(members_of([spec], 100), batches(), clock=0, count=STEPS, observers=(StepMonitor(),))


@pytest.mark.parametrize(
    ("change", "whole"),
    [
        ({}, False),
        ({"network": Sequential((Dense(8), Named("tree", HierarchicalDense(C))))}, False),
        ({"network": Sequential((Dense(8), Dense(C)))}, True),
        ({"penalty": L2(1e-3)}, True),
        ({"clip": ClipNorm(1.0)}, True),
        ({"projection": MaxNorm(3.0)}, True),
        ({"update": Momentum(0.1)}, True),
        ({"update": Nesterov(0.1)}, True),
        ({"update": Adam(0.1)}, True),
    ],
)
def test_rows_are_moved_alone_where_nothing_looks_at_the_whole(change, whole):
    rows = rows_touched(learner_of(experiment(**{**BARE, **change})), jnp.array([0, 3]))
    assert (rows == {}) == whole
    if rows:
        name = "tree" if "network" in change else "hierarchical_dense_1"
        np.testing.assert_array_equal(rows[name], HierarchicalDense(C).rows(jnp.array([0, 3])))


def test_they_come_to_what_a_step_of_all_rows_comes_to():
    # A momentum of 0 is the same rule, written for whole tables.
    few, seen = trained(experiment(**BARE))
    whole, wholly = trained(experiment(**{**BARE, "update": Momentum(0.3, mu=0.0)}))
    # What monitors see of the gradient is the whole one.
    for ours, theirs in ((few.carry.params, whole.carry.params), (seen, wholly)):
        jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-6), ours, theirs)
    np.testing.assert_allclose(few.carry.loss_sum, whole.carry.loss_sum, rtol=1e-5)


def test_a_row_that_several_examples_share_moves_by_their_sum():
    params = {"a": {"w": jnp.zeros((3, 2))}, "b": {"w": jnp.ones(2)}}
    rows = {"a": jnp.array([[0, 1], [0, 2]])}
    few = taken(params, rows)
    assert few["a"]["w"].shape == (2, 2, 2) and few["b"] is params["b"]
    whole = spread(jax.tree.map(jnp.ones_like, few), rows, params)
    assert whole["a"]["w"].tolist() == [[2, 2], [1, 1], [1, 1]]


def test_a_step_goes_down_the_objective_of_all_classes():
    # One full step from the start by the gradient of the loss over all classes, taken at inference.
    x, y = (jnp.asarray(values) for values in examples())
    spec = experiment(**BARE)
    before = at(members_of([spec], 100).carry.params, 0)
    after, _ = advance(members_of([spec], 100), full(np.arange(len(x))), clock=0, count=1)

    def loss(params):
        context = Context(False, None, jnp.ones(len(x)))
        logs, _ = NETWORK.apply(params, {name: {} for name in params}, x, context=context)
        return -jnp.mean(logs[jnp.arange(len(y)), y])

    rate = 0.3 * float(spec.schedule(jnp.int32(0), jnp.int32(100)))
    wanted = jax.tree.map(lambda w, g: w - rate * g, before, jax.grad(loss)(before))
    jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-6), at(after.carry.params, 0), wanted)
