"""One length for a layer's weights: by hand, at the extremes, by name, and in training."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.errors import InputError
from thalweg.experiment import Experiment
from thalweg.keys import root
from thalweg.losses.squared_error import SquaredError
from thalweg.network.presets.dense import dense_network
from thalweg.projections.fixed_norm import FixedNorm
from thalweg.train.population import advance, population, start
from thalweg.train.state import Batches, learner_of
from thalweg.updates.muon import Muon


def test_a_layers_weights_are_brought_to_one_length():
    # |w| = sqrt(9 + 16 + 144) = 13, and the length of two units is sqrt(2) gain: a factor of 2 sqrt(2) / 13.
    params = {
        "dense_1": {"w": jnp.array([[3.0, 0.0], [4.0, 12.0]]), "b": jnp.array([9.0, 9.0])},
        "batch_norm_1": {"gamma": jnp.array([9.0])},
    }
    after = FixedNorm(2.0)(params)
    factor = 2 * np.sqrt(2) / 13
    np.testing.assert_allclose(after["dense_1"]["w"], [[3 * factor, 0], [4 * factor, 12 * factor]], rtol=1e-6)
    np.testing.assert_array_equal(after["dense_1"]["b"], [9, 9])
    np.testing.assert_array_equal(after["batch_norm_1"]["gamma"], [9])


def test_a_kernels_last_axis_is_its_units_and_a_rows_first_where_the_name_says_so():
    w = np.random.default_rng(0).normal(size=(3, 3, 8, 5)).astype(np.float32)
    after = FixedNorm()({"conv": {"w": w}, "tree": {"w_rows": w[0, 0]}, "rnn": {"w_input": w[0, 0]}})
    np.testing.assert_allclose(np.linalg.norm(after["conv"]["w"]), np.sqrt(5), rtol=1e-6)
    np.testing.assert_allclose(after["conv"]["w"] / w, np.sqrt(5) / np.linalg.norm(w), rtol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(after["tree"]["w_rows"]), np.sqrt(8), rtol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(after["rnn"]["w_input"]), np.sqrt(5), rtol=1e-6)


def test_huge_and_tiny_weights_are_scaled_and_none_stay_none():
    for size in (1e30, 1e-30):
        scaled = FixedNorm()({"d": {"w": jnp.array([[3.0], [4.0]]) * size}})["d"]["w"]
        np.testing.assert_allclose(scaled, [[0.6], [0.8]], rtol=1e-5)
    np.testing.assert_array_equal(FixedNorm()({"d": {"w": jnp.zeros((2, 2))}})["d"]["w"], np.zeros((2, 2)))


def test_a_pattern_chooses_layers_by_their_own_name_in_a_block_too():
    w = jnp.full((2, 2), 5.0)
    tree = {"convolution_1": {"w": w}, "dense_1": {"w": w, "b": w[0]}, "residual_1": {"convolution_2": {"w": w}}}
    after = FixedNorm(layers="conv*")(tree)
    # Four weights of 5 have length 10, two units the length sqrt(2).
    for kernel in (after["convolution_1"]["w"], after["residual_1"]["convolution_2"]["w"]):
        np.testing.assert_allclose(kernel, np.full((2, 2), np.sqrt(2) / 2), rtol=1e-6)
    np.testing.assert_array_equal(after["dense_1"]["w"], w)


def test_vectors_are_left_alone():
    tree = {"own_1": {"w": jnp.array([3.0, 4.0])}, "dense_1": {"w": jnp.ones((1, 1))}}
    np.testing.assert_array_equal(FixedNorm()(tree)["own_1"]["w"], [3, 4])


def test_a_name_of_no_layer_is_refused_with_those_there_are():
    tree = {"dense_1": {"w": jnp.ones((2, 2))}, "prelu_1": {"slope": jnp.ones(2)}, "dense_2": {"w": jnp.ones((2, 1))}}
    wanted = r"FixedNorm\.layers must name a layer with weights of two axes or more; got 'prelu_1'\. The layers that "
    with pytest.raises(InputError, match=wanted + r"have some: dense_1, dense_2\."):
        FixedNorm(layers="prelu_1")(tree)
    with pytest.raises(InputError, match=r"got '\*'\. The layers that have some: none\."):
        FixedNorm()({"prelu_1": tree["prelu_1"]})
    with pytest.raises(InputError, match=r"FixedNorm\.layers must name layers, such as '\*' or 'convolution_\*'; got"):
        FixedNorm(layers="")


def test_each_step_ends_at_the_length():
    x = jnp.asarray(np.random.default_rng(0).normal(size=(16, 4)), jnp.float32)
    recipe = Experiment(
        dense_network(1, hidden=(8,)), SquaredError(), update=Muon(0.3), projection=FixedNorm(0.5, "dense_1")
    )
    members = population([start(learner_of(recipe), root(0), (4,), 3)])
    before = members.carry.params
    batches = Batches(x, jnp.sum(x, axis=1, keepdims=True), jnp.ones(16), None, None)
    for clock in range(3):
        members, _ = advance(members, batches, clock=clock, count=1)
        length = np.linalg.norm(members.carry.params["dense_1"]["w"][0])
        np.testing.assert_allclose(length, 0.5 * np.sqrt(8), rtol=1e-6)  # eight units of length 0.5
    after = members.carry.params
    turned = jax.tree.map(lambda a, b: float(jnp.abs(a - b).max()), before, after)
    assert turned["dense_1"]["w"] > 0.01 and turned["dense_2"]["w"] > 0.01
