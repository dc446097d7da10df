"""Limits on gradients and parameters: by hand, at the extremes, and what they do to a training."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from tests.train.test_step import RATE, stepped
from thalweg.clips.clip_norm import ClipNorm
from thalweg.clips.clip_value import ClipValue
from thalweg.clips.no_clip import NoClip
from thalweg.experiment import Experiment
from thalweg.keys import root
from thalweg.losses.squared_error import SquaredError
from thalweg.network.presets.dense import dense_network
from thalweg.projections.max_norm import MaxNorm
from thalweg.projections.no_projection import NoProjection
from thalweg.train.population import advance, population, start
from thalweg.train.state import Batches, learner_of
from thalweg.updates.sgd import SGD

TREE = {"dense_1": {"w": jnp.array([[3.0, 0.0], [0.0, 0.0]]), "b": jnp.array([4.0, 0.0])}}


def test_the_whole_gradient_is_shortened_in_its_direction():  # R8: |(3, 4)| = 5
    clipped = ClipNorm(1.0)(TREE)
    np.testing.assert_allclose(clipped["dense_1"]["w"][0, 0], 0.6, rtol=1e-6)
    np.testing.assert_allclose(clipped["dense_1"]["b"][0], 0.8, rtol=1e-6)
    for same in (ClipNorm(5.0)(TREE), ClipNorm(9.0)(TREE), NoClip()(TREE)):
        jax.tree.map(np.testing.assert_array_equal, same, TREE)


def test_each_entry_is_cut_off():  # R8
    clipped = ClipValue(3.5)({"w": jnp.array([3.0, 4.0, -9.0])})
    np.testing.assert_array_equal(clipped["w"], [3.0, 3.5, -3.5])


def test_huge_gradients_are_shortened_and_none_stays_none():
    huge = ClipNorm(1.0)({"w": jnp.array([3e30, 4e30])})
    np.testing.assert_allclose(huge["w"], [0.6, 0.8], rtol=1e-5)
    np.testing.assert_array_equal(ClipNorm(1.0)({"w": jnp.zeros(3)})["w"], [0, 0, 0])
    assert ClipNorm(1.0)({}) == {}


@pytest.mark.parametrize("limit", [0.5, 3.0, 100.0])
def test_clips_are_those_of_optax(limit):
    tree = {"w": jnp.asarray(np.random.default_rng(0).normal(size=(4, 3)), jnp.float32), "b": jnp.array([-2.0, 5.0])}
    for ours, theirs in ((ClipNorm(limit), optax.clip_by_global_norm(limit)), (ClipValue(limit), optax.clip(limit))):
        expected, _ = theirs.update(tree, theirs.init(tree))
        jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-6), ours(tree), expected)


def test_each_units_weights_are_brought_back_to_the_limit():  # R4
    w = jnp.array([[3.0, 0.3, 0.0], [4.0, 0.4, 0.0]])  # lengths 5, 0.5 and 0
    params = {"dense_1": {"w": w, "b": jnp.array([9.0, 9.0, 9.0])}, "batch_norm_1": {"gamma": jnp.array([9.0])}}
    limited = MaxNorm(1.0)(params)
    np.testing.assert_allclose(limited["dense_1"]["w"], [[0.6, 0.3, 0.0], [0.8, 0.4, 0.0]], rtol=1e-6)
    np.testing.assert_array_equal(limited["dense_1"]["b"], params["dense_1"]["b"])
    np.testing.assert_array_equal(limited["batch_norm_1"]["gamma"], [9.0])
    jax.tree.map(np.testing.assert_array_equal, NoProjection()(params), params)


def test_a_row_is_a_unit_where_the_name_says_so():
    limited = MaxNorm(1.0)({"tree": {"w_rows": jnp.array([[3.0, 4.0], [0.3, 0.4]])}})["tree"]["w_rows"]
    np.testing.assert_allclose(limited, [[0.6, 0.8], [0.3, 0.4]], rtol=1e-6)


def test_a_kernels_last_axis_is_its_units():
    w = np.random.default_rng(0).normal(size=(3, 3, 8, 5)).astype(np.float32)
    lengths = np.linalg.norm(np.asarray(MaxNorm(2.0)({"conv": {"w": w}})["conv"]["w"]).reshape(-1, 5), axis=0)
    np.testing.assert_allclose(lengths, 2.0, rtol=1e-6)  # all were about sqrt(72) = 8.5


def test_the_rule_sees_the_clipped_gradient_and_observers_the_whole_one():
    member, after, view = stepped([1, 1, 1, 1], update=SGD(RATE), clip=ClipValue(1e-3))
    _, plain, whole = stepped([1, 1, 1, 1], update=SGD(RATE))
    np.testing.assert_array_equal(view.gradients["dense_1"]["w"], whole.gradients["dense_1"]["w"])
    moved = after.params["dense_1"]["w"] - member.carry.params["dense_1"]["w"]
    assert 0 < np.abs(moved).max() <= RATE * 1e-3 * 1.001
    assert np.abs(plain.params["dense_1"]["w"] - member.carry.params["dense_1"]["w"]).max() > RATE * 1e-2


def test_a_rate_that_diverges_without_the_limit_on_weights_does_not_with_it():  # R4
    rng = np.random.default_rng(0)
    x = jnp.asarray(rng.normal(size=(64, 4)), jnp.float32)
    batches = Batches(x, jnp.asarray(rng.normal(size=(64, 1)), jnp.float32), jnp.ones(64), None, None)

    def trained(projection):
        experiment = Experiment(
            dense_network(1, hidden=(16, 16)), SquaredError(), update=SGD(2.0), projection=projection
        )
        members = population([start(learner_of(experiment), root(0), (4,), 100)])
        members, _ = advance(members, batches, clock=0, count=100)
        return members.carry.params

    assert not all(np.isfinite(leaf).all() for leaf in jax.tree.leaves(trained(NoProjection())))
    limited = trained(MaxNorm(1.0))
    assert all(np.isfinite(leaf).all() for leaf in jax.tree.leaves(limited))
    assert np.linalg.norm(limited["dense_2"]["w"][0], axis=0).max() <= 1.0001
