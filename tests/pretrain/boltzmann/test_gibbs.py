"""Chains come to the machine's own distribution, and can be looked at on their way."""

import jax.numpy as jnp
import numpy as np
import pytest

from tests.pretrain.boltzmann.enumerated import drawn, states, visible_given, visible_probabilities
from thalweg.errors import InputError
from thalweg.pretrain.boltzmann.gibbs import run_chains
from thalweg.pretrain.boltzmann.machine import Machine
from thalweg.pretrain.boltzmann.units import GaussianUnits


def test_long_chains_are_samples_of_the_machine():  # P1
    machine = drawn(4, 3)
    found = run_chains(machine, np.zeros((8000, 4)), steps=50).states[-1]
    places = (found @ (2 ** np.arange(3, -1, -1))).astype(int)
    shares = np.bincount(places, minlength=16) / len(found)
    np.testing.assert_allclose(shares, visible_probabilities(machine), atol=5 * 0.5 / np.sqrt(8000))


def test_the_means_are_those_that_states_were_drawn_from():
    machine = drawn(4, 3)
    found = run_chains(machine, np.zeros((50, 4)), steps=2, moments=3)
    assert found.states.shape == found.means.shape == (3, 50, 4)
    possible = visible_given(machine) @ states(4)  # the mean for each hidden state
    far = np.abs(found.means.reshape(-1, 1, 4) - possible[None]).max(axis=-1).min(axis=-1)
    assert far.max() < 1e-5
    assert not np.array_equal(found.states[0], found.states[1])


def test_as_many_steps_are_taken_as_are_asked_for():
    # Hidden unit j is on where v > 100 j - 50, and each that is on adds 100 to the next v: one more at every step.
    stairs = Machine(jnp.full((1, 9), 100.0), jnp.zeros(1), -100.0 * (100.0 * jnp.arange(9.0) - 50.0), GaussianUnits())
    found = run_chains(stairs, np.zeros((20, 1)), steps=3, moments=3)
    for place, wanted in enumerate((300.0, 600.0, 900.0)):
        np.testing.assert_array_equal(found.means[place], wanted)
        assert 0 < np.abs(found.states[place] - wanted).max() < 6  # the noise of the last draw
    noise = found.states - found.means
    assert not np.allclose(noise[0], noise[1], atol=0.1)  # each moment has draws of its own


def test_numbers_below_1_are_refused():
    for words in ({"steps": 0}, {"moments": 0}):
        with pytest.raises(InputError, match=f"chains need {next(iter(words))} of 1 or more; got 0"):
            run_chains(drawn(2, 2), np.zeros((1, 2)), **words)
