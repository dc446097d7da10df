"""The digits as experiments see them: pixels by hand, parts and orders, a network that knows one digit."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.experiment import Experiment
from thalweg.keys import root
from thalweg.lab.digits import accuracies, batches_of, load_digits
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.network.presets.dense import dense_network
from thalweg.train.population import population, start
from thalweg.train.state import learner_of


@pytest.fixture(scope="module")
def digits():
    return load_digits(600, [0, 1])


def test_pixels_run_from_minus_1_to_1(digits):
    # The first digit, a 0, begins with the pixels 0 0 5 13 9 1 0 0 of 0 to 16: x / 8 - 1.
    np.testing.assert_array_equal(digits.x[0, :8], [-1, -1, -0.375, 0.625, 0.125, -0.875, -1, -1])
    assert (digits.x.shape, digits.x.min(), digits.x.max(), digits.y[0]) == ((1797, 64), -1, 1, 0)


def test_every_row_is_trained_on_or_held_out_and_splits_differ(digits):
    for split in digits.splits:
        assert len(split.train) == pytest.approx(600, abs=2) and len(split.test) == 0
        np.testing.assert_array_equal(np.sort(np.concatenate([split.train, split.validation])), np.arange(1797))
    assert not np.array_equal(digits.splits[0].train, digits.splits[1].train)


def test_an_epoch_has_every_training_row_once_and_the_next_one_begins_anew(digits):
    batches = batches_of(digits, [0], seed=3, steps=15, batch=64)  # an epoch of 600 has 9 whole batches and 24 rows
    index, mask = (np.asarray(part)[0] for part in (batches.order, batches.mask))
    assert index.shape == (15, 64) and mask.sum(axis=1).tolist() == [64] * 9 + [24] + [64] * 5
    first = index[:10][mask[:10] == 1]
    np.testing.assert_array_equal(np.sort(first), digits.splits[0].train)
    assert not np.array_equal(first[:320], index[10:].ravel())


def test_members_on_one_split_see_one_order(digits):
    order = np.asarray(batches_of(digits, [1, 0, 1], seed=3, steps=4, batch=64).order)
    np.testing.assert_array_equal(order[0], order[2])
    assert set(order[0].ravel()) <= set(digits.splits[1].train) and set(order[1].ravel()) <= set(digits.splits[0].train)


def test_a_network_that_always_says_3_is_right_on_the_threes(digits):
    experiment = Experiment(dense_network(10, hidden=()), SoftmaxCrossEntropy())
    member = start(learner_of(experiment), root(0), (64,), 1)
    params = jax.tree.map(jnp.zeros_like, member.carry.params)
    says_3 = {"dense_1": {**params["dense_1"], "b": jnp.zeros(10).at[3].set(1.0)}}
    members = population([member._replace(carry=member.carry._replace(params=says_3))] * 2)
    found = accuracies(members, digits, [1, 0])
    for place, k in enumerate((1, 0)):
        parts = digits.splits[k].train, digits.splits[k].validation
        np.testing.assert_allclose(found[:, place], [(digits.y[rows] == 3).mean() for rows in parts])
