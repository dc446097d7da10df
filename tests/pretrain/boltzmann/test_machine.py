"""Energy, free energy and conditionals: by hand, by enumeration, and as scikit-learn has them."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from sklearn.neural_network import BernoulliRBM

from tests.pretrain.boltzmann.enumerated import drawn, hidden_given, numbers, states, visible_given, weights_of_all
from thalweg.errors import InputError
from thalweg.pretrain.boltzmann import machine as module
from thalweg.pretrain.boltzmann.machine import (
    Machine,
    energy,
    free_energy,
    hidden_probabilities,
    sample_hidden,
    sample_visible,
    start_machine,
    visible_mean,
)
from thalweg.pretrain.boltzmann.measures import pseudo_log_likelihood, reconstruction_error
from thalweg.pretrain.boltzmann.rows import checked_rows
from thalweg.pretrain.boltzmann.units import BernoulliUnits, GaussianUnits

BOTH = [BernoulliUnits(), GaussianUnits()]


def array(values):
    return jnp.asarray(values, jnp.float32)


def peer(machine):
    """Scikit-learn's machine of the same parameters."""
    theirs = BernoulliRBM(n_components=machine.weights.shape[1], random_state=0)
    w, b, c = numbers(machine)
    theirs.components_, theirs.intercept_visible_, theirs.intercept_hidden_ = w.T, b, c
    return theirs


def test_energies_by_hand():  # P1
    machine = Machine(array([[1.0, -2.0], [3.0, 0.5]]), array([0.1, 0.2]), array([0.3, 0.4]))
    v, h = array([[1.0, 1.0]]), array([[1.0, 0.0]])
    # -(0.1 + 0.2) - 0.3 - (1 + 3)
    np.testing.assert_allclose(energy(machine, v, h), [-4.6], rtol=1e-6)
    # Real units: 1/2 (0.9^2 + 0.8^2) instead of -(0.1 + 0.2)
    real = machine._replace(units=GaussianUnits())
    np.testing.assert_allclose(energy(real, v, h), [0.725 - 0.3 - 4.0], rtol=1e-6)


@pytest.mark.parametrize("units", BOTH)
def test_the_free_energy_sums_over_hidden_states(units):
    machine = drawn(4, 3, units=units)
    h = array(states(3))
    for v in array(np.random.default_rng(1).integers(0, 2, (3, 4))):
        every = energy(machine, jnp.tile(v, (8, 1)), h)
        np.testing.assert_allclose(free_energy(machine, v[None])[0], -jax.nn.logsumexp(-every), rtol=1e-5)


def test_conditionals_are_those_of_the_joint_distribution():  # P1
    machine = drawn(4, 3)
    np.testing.assert_allclose(
        hidden_probabilities(machine, array(states(4))), hidden_given(machine) @ states(3), atol=1e-6
    )
    np.testing.assert_allclose(visible_mean(machine, array(states(3))), visible_given(machine) @ states(4), atol=1e-6)


def test_real_units_are_normal_around_their_mean():
    machine = drawn(3, 2, units=GaussianUnits())
    h = jnp.tile(array([[1.0, 0.0]]), (20_000, 1))
    mean = numbers(machine)[1] + numbers(machine)[0][:, 0]
    np.testing.assert_allclose(visible_mean(machine, h[:1])[0], mean, rtol=1e-6)
    samples = np.asarray(sample_visible(machine, h, jax.random.key(0)))
    # Five standard errors of 20,000 draws: 5 / sqrt(20000) of a mean, 5 sqrt(2 / 20000) of a variance.
    np.testing.assert_allclose(samples.mean(axis=0), mean, atol=0.036)
    np.testing.assert_allclose(np.cov(samples.T), np.eye(3), atol=0.05)


def test_samples_come_as_often_as_they_should():
    machine = drawn(3, 2)
    v, h = jnp.tile(array([[1.0, 0.0, 1.0]]), (20_000, 1)), jnp.tile(array([[0.0, 1.0]]), (20_000, 1))
    for samples, p in (
        (sample_hidden(machine, v, jax.random.key(1)), hidden_probabilities(machine, v[:1])),
        (sample_visible(machine, h, jax.random.key(2)), visible_mean(machine, h[:1])),
    ):
        assert set(np.unique(samples)) == {0.0, 1.0}
        np.testing.assert_allclose(np.asarray(samples).mean(axis=0), p[0], atol=5 * 0.5 / np.sqrt(20_000))


def test_it_is_scikit_learns():  # P1
    machine, x = drawn(6, 4), np.random.default_rng(2).integers(0, 2, (9, 6)).astype(np.float64)
    theirs = peer(machine)
    np.testing.assert_allclose(free_energy(machine, array(x)), theirs._free_energy(x), rtol=1e-5)
    np.testing.assert_allclose(hidden_probabilities(machine, array(x)), theirs.transform(x), rtol=1e-5)
    flipped = np.random.RandomState(0).randint(0, 6, 9)  # as they draw it
    np.testing.assert_allclose(
        pseudo_log_likelihood(machine, array(x), jnp.asarray(flipped, jnp.int32)), theirs.score_samples(x), rtol=1e-4
    )


def test_the_mean_over_all_flips_is_the_pseudo_log_likelihood():
    machine = drawn(4, 3)
    log_p = np.log(weights_of_all(machine).sum(axis=1))
    for place, v in enumerate(states(4)):
        wanted = 0.0
        for i in range(4):  # log p(v_i | others), from p itself
            other = place ^ (1 << (3 - i))
            wanted += log_p[place] - np.logaddexp(log_p[place], log_p[other])
        each = pseudo_log_likelihood(machine, jnp.tile(array(v), (4, 1)), jnp.arange(4, dtype=jnp.int32))
        np.testing.assert_allclose(each.mean(), wanted, rtol=1e-5)


def test_a_reconstruction_by_hand():
    machine = Machine(array([[2.0]]), array([-2.0]), array([-2.0]))
    # p(h | v = 1) = sigmoid(0) = 1/2, then the mean is sigmoid(-2 + 1)
    np.testing.assert_allclose(reconstruction_error(machine, array([[1.0]])), [(1 - 1 / (1 + np.e)) ** 2], rtol=1e-6)


def test_it_starts_from_the_log_odds_of_the_rows():  # P1
    rows = np.array([[0.0, 1.0, 0.5], [0.0, 1.0, 0.5]])
    machine = start_machine(rows, 400, seed=3)
    # One more 0 and one more 1 than two rows: 1, 3 and 2 of 4.
    np.testing.assert_allclose(machine.visible_bias, [-np.log(3), np.log(3), 0.0], atol=1e-6)
    assert float(jnp.abs(machine.hidden_bias).max()) == 0.0
    assert 0.009 < float(machine.weights.std()) < 0.011
    assert float(jnp.abs(start_machine(rows, 4, from_rows=False).visible_bias).max()) == 0.0
    real = start_machine([[1.0, 5.0], [3.0, -1.0]], 2, units=GaussianUnits())
    assert real.visible_bias.tolist() == [2.0, 2.0]


def test_one_seed_draws_one_machine():
    rows = np.eye(3)
    first, again, other = (start_machine(rows, 2, seed=seed).weights for seed in (5, 5, 6))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
    with pytest.raises(InputError, match="a seed must be a whole number"):
        start_machine(rows, 2, seed=-1)


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([[0.0, 1.0], [0.5, 255.0]], "take data from 0 to 1; row 1, column 1 holds 255. Divide by the largest value"),
        ([[0.0, -0.1]], "take data from 0 to 1; row 0, column 1 holds -0.1."),
        ([[0.0, np.nan]], "row 0, column 1 holds nan, which is no finite number. Fill it or leave it out."),
        ([0.0, 1.0], r"takes rows of numbers, an array \(n, visible\); got float64 of shape \(2,\). Flatten images"),
        ([["a", "b"]], "takes rows of numbers"),
        (np.zeros((0, 2)), r"a machine needs 1 row and 1 column or more; got a table of shape \(0, 2\)"),
    ],
)
def test_rows_that_are_none_are_refused(rows, sentence):
    with pytest.raises(InputError, match=sentence):
        start_machine(rows, 2)


def test_real_units_take_what_units_of_0_and_1_refuse():
    assert start_machine([[-3.0, 255.0]], 2, units=GaussianUnits()).visible_bias.tolist() == [-3.0, 255.0]
    with pytest.raises(InputError, match="no finite number"):
        start_machine([[np.inf]], 2, units=GaussianUnits())


def test_the_width_and_the_hidden_units_are_checked():
    with pytest.raises(InputError, match="the machine has 3 visible units; got rows of 2 numbers"):
        checked_rows(BernoulliUnits(), np.zeros((1, 2)), 3)
    with pytest.raises(InputError, match="a machine needs 1 hidden unit or more; got 0"):
        start_machine(np.eye(2), 0)
    assert module.SPREAD == 0.01
