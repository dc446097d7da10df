"""What a deep belief network dreams follows its own distribution, and its bound lies below the likelihood."""

import jax.numpy as jnp
import numpy as np
import pytest

from tests.pretrain.boltzmann.enumerated import drawn, hidden_given, states, visible_given, visible_probabilities
from tests.pretrain.boltzmann.enumerated import numbers as machine_numbers
from tests.pretrain.boltzmann.enumerated_deep import (
    REAL,
    deep,
    log_down,
    log_likelihoods,
    log_up,
    numbers,
    top_probabilities,
)
from thalweg.errors import InputError
from thalweg.pretrain.boltzmann.bound import likelihood_bound
from thalweg.pretrain.boltzmann.dreams import dream
from thalweg.pretrain.boltzmann.exact import exact_log_partition, mean_log_likelihood
from thalweg.pretrain.boltzmann.stack import BeliefNetwork
from thalweg.pretrain.boltzmann.untied import UntiedNetwork, recognition, untie

MANY = 20_000


def shares(rows):
    """How often each state of 4 units came."""
    places = (rows @ (2 ** np.arange(3, -1, -1))).astype(int)
    return np.bincount(places, minlength=16) / len(rows)


def test_dreams_follow_the_generative_model():  # P2
    network = deep((4, 3, 2, 2), seed=5)
    found = dream(network, np.zeros((MANY, 4)), steps=40)
    exact = np.exp(log_likelihoods(network, states(4)))
    assert exact.sum() == pytest.approx(1)
    np.testing.assert_allclose(shares(found.states), exact, atol=5 * 0.5 / np.sqrt(MANY))
    np.testing.assert_allclose(found.means.mean(axis=0), exact @ states(4), atol=5 * 0.5 / np.sqrt(MANY))
    possible = 1 / (1 + np.exp(-(states(3) @ numbers(network.layers[0])[2].T + numbers(network.layers[0])[3])))
    assert np.abs(found.means[:, None] - possible[None]).max(axis=-1).min(axis=-1).max() < 1e-5


def test_after_few_steps_dreams_are_still_where_the_way_up_ended():
    network = deep((4, 3, 2), seed=1, spread=2.0)
    begin, first = np.array([[1.0, 1.0, 0.0, 1.0]]), states(3)
    up = np.exp(log_up(numbers(network.layers[0]), begin))[0]
    step = hidden_given(network.top) @ visible_given(network.top)
    down = np.exp(log_down(numbers(network.layers[0]), first, states(4)))
    for steps in (1, 2):
        wanted = up @ np.linalg.matrix_power(step, steps) @ down
        found = shares(dream(network, begin.repeat(MANY, axis=0), steps=steps, seed=steps).states)
        np.testing.assert_allclose(found, wanted, atol=5 * 0.5 / np.sqrt(MANY))
    assert np.abs(up @ step @ down - np.exp(log_likelihoods(network, states(4)))).max() > 0.05  # not yet the model


def test_real_rows_are_dreamt_with_their_mean_and_covariance():  # P2
    network = deep((2, 3, 2), seed=2, units=REAL)
    found = dream(network, np.zeros((MANY, 2)), steps=40)
    _, _, g, b = numbers(network.layers[0])
    p, centres = top_probabilities(network), states(3) @ g.T + b
    mean = p @ centres
    covariance = np.eye(2) + (centres - mean).T @ (p[:, None] * (centres - mean))
    np.testing.assert_allclose(found.states.mean(axis=0), mean, atol=0.06)
    np.testing.assert_allclose(np.cov(found.states.T), covariance, atol=0.15)
    noise = found.states - found.means
    np.testing.assert_allclose(np.cov(noise.T), np.eye(2), atol=0.06)


def test_a_stack_and_what_is_untied_of_it_are_one_model():
    low, top = drawn(4, 3, seed=1), drawn(3, 2, seed=2)
    network = untie(BeliefNetwork((low, top)))
    w, b, _ = machine_numbers(low)
    p, total = visible_probabilities(top), states(3) @ w.T + b
    wanted = p @ np.exp(total @ states(4).T - np.logaddexp(0, total).sum(axis=1)[:, None])
    np.testing.assert_allclose(np.exp(log_likelihoods(network, states(4))), wanted, rtol=1e-9)
    for ours, theirs in zip(recognition(network).machines, (low, top), strict=True):
        np.testing.assert_array_equal(ours.weights, theirs.weights)
        np.testing.assert_array_equal(ours.hidden_bias, theirs.hidden_bias)
    one = untie(BeliefNetwork((top,)))
    assert one == UntiedNetwork((), top) and recognition(one).machines == (top,)


@pytest.mark.parametrize("units", ["binary", "real"])
def test_the_bound_is_the_mean_over_every_way_up_and_lies_below_the_likelihood(units):  # P2
    real = units == "real"
    network = deep((4, 3, 2, 2), seed=7, **({"units": REAL} if real else {}))
    rows = np.random.default_rng(0).normal(size=(3, 4)) if real else states(4)[[1, 6, 13]]
    lower, upper = (numbers(layer) for layer in network.layers)
    first, second, p = states(3), states(2), top_probabilities(network)
    one, two = log_up(lower, rows), log_up(upper, first)
    down = log_down(lower, first, rows, network.layers[0].units).T
    above = (np.exp(two) * (log_down(upper, second, first).T + np.log(p)[None] - two)).sum(axis=1)
    exact = (np.exp(one) * (down + above[None] - one)).sum(axis=1).mean()
    log_z = exact_log_partition(network.top)
    found = likelihood_bound(network, rows, log_z, draws=20_000, seed=3)
    assert found == pytest.approx(exact, abs=0.06)
    assert found < log_likelihoods(network, rows).mean() - 0.3


def test_the_bound_of_one_machine_is_its_likelihood():
    machine = drawn(4, 3)
    log_z = exact_log_partition(machine)
    bound = likelihood_bound(UntiedNetwork((), machine), states(4), log_z, draws=1)
    assert bound == pytest.approx(mean_log_likelihood(machine, states(4), log_z), abs=1e-5)


def test_sure_ways_up_give_a_finite_bound():
    network = deep((4, 3, 2))
    layer = network.layers[0]._replace(recognition_bias=jnp.array([200.0, -200.0, 0.0]))
    assert np.isfinite(likelihood_bound(network._replace(layers=(layer,)), states(4), 0.0))


def test_what_cannot_be_dreamt_or_bounded_is_refused():
    network = deep((4, 3, 2))
    with pytest.raises(InputError, match=r"dreams need steps of 1 or more; got 0\."):
        dream(network, np.zeros((1, 4)), steps=0)
    with pytest.raises(InputError, match=r"the bound needs 1 draw or more; got 0\."):
        likelihood_bound(network, np.zeros((1, 4)), 0.0, draws=0)
    for call in (lambda rows: dream(network, rows), lambda rows: likelihood_bound(network, rows, 0.0)):
        with pytest.raises(InputError, match="the machine has 4 visible units; got rows of 5 numbers"):
            call(np.zeros((1, 5)))
