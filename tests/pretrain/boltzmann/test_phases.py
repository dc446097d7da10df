"""Each phase's step is in the mean the gradient of its objective, by sums over every state."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tests.pretrain.boltzmann.enumerated import states
from tests.pretrain.boltzmann.enumerated_deep import (
    BINARY,
    REAL,
    climbed,
    deep,
    log_down,
    log_up,
    numbers,
    top_probabilities,
)
from thalweg.pretrain.boltzmann.phases import sleep_slopes, wake_slopes
from thalweg.pretrain.boltzmann.untied import states_down, states_up

WIDTHS = (4, 3, 2, 2)  # two untied layers
ROWS = np.array([[1.0, 0.0, 0.0, 1.0], [1.0, 1.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0]])
SHARES = np.array([0.5, 0.3, 0.2])
REPEATS = 20_000
TOLERANCE = 5 * 0.5 / np.sqrt(REPEATS)  # five standard errors of a mean of numbers in [-1, 1], at most


def compared(found, wanted, tolerance):
    for ours, exact in zip(found, wanted, strict=True):
        for got, slope in zip(ours, exact, strict=True):
            np.testing.assert_allclose(got, slope, atol=tolerance)
            assert np.abs(slope).max() > 5 * tolerance  # there is something to be right about


@pytest.mark.parametrize("units", [BINARY, REAL])
def test_the_wake_phase_climbs_the_bound_by_the_generative_parameters(units):  # P2
    network = deep(WIDTHS, seed=3, units=units)
    rows = ROWS * 3 - 1.2 if units is REAL else ROWS
    first, second = states(3), states(2)

    def objective(layers):
        """sum_v d(v) E_q[log p(v | x_1) + log p(x_1 | x_2)]; q is that of the network."""
        up, higher = np.exp(log_up(layers[0], rows)), np.exp(log_up(layers[1], first))
        low = (up * log_down(layers[0], first, rows, units).T).sum(axis=1)
        high = up @ (higher * log_down(layers[1], second, first).T).sum(axis=1)
        return SHARES @ (low + high)

    wanted = climbed(objective, [numbers(layer) for layer in network.layers], (2, 3))
    many = jnp.asarray(np.tile(rows, (REPEATS, 1)), jnp.float32)
    weight = jnp.asarray(np.tile(SHARES, REPEATS) / REPEATS, jnp.float32)
    found = wake_slopes(network, states_up(network, many, jax.random.key(1)), weight)
    compared(found, wanted, TOLERANCE)


def test_the_sleep_phase_climbs_how_likely_the_way_up_finds_what_was_dreamt():  # P2
    network = deep(WIDTHS, seed=3)
    p, lowest, first, second = top_probabilities(network), states(4), states(3), states(2)

    def objective(layers):
        """E_p[log q(x_1 | v) + log q(x_2 | x_1)]; p is that of the network."""
        one = np.exp(log_down(layers[1], second, first))  # p(x_1 | x_2)
        none = np.exp(log_down(layers[0], first, lowest))
        high = (p[:, None] * one * log_up(layers[1], first).T).sum()
        low = ((p @ one)[:, None] * none * log_up(layers[0], lowest).T).sum()
        return low + high

    wanted = climbed(objective, [numbers(layer) for layer in network.layers], (0, 1))
    places = np.random.default_rng(0).choice(len(p), 4 * REPEATS, p=p)
    asleep = states_down(network, jnp.asarray(second[places], jnp.float32), jax.random.key(2))
    assert set(np.unique(asleep[0])) == {0.0, 1.0}
    weight = jnp.full(len(places), 1 / len(places), jnp.float32)
    compared(sleep_slopes(network, asleep, weight), wanted, TOLERANCE)


def test_rows_count_by_their_weight():
    network = deep(WIDTHS)
    once = states_up(network, jnp.asarray(ROWS, jnp.float32), jax.random.key(0))
    for slopes in (wake_slopes, sleep_slopes):
        by_weight = slopes(network, once, jnp.array([2 / 3, 0.0, 1 / 3]))
        twice = slopes(network, tuple(x[jnp.array([0, 0, 2])] for x in once), jnp.full(3, 1 / 3))
        for one, other in zip(jax.tree.leaves(by_weight), jax.tree.leaves(twice), strict=True):
            np.testing.assert_allclose(one, other, atol=1e-6)
