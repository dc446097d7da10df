"""Chains come to the machine's own distribution, and can be looked at on their way."""

import numpy as np
import pytest

from tests.pretrain.boltzmann.enumerated import drawn, states, visible_given, visible_probabilities
from thalweg.errors import InputError
from thalweg.pretrain.boltzmann.gibbs import run_chains
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
    # One hidden unit that copies two visible ones and is copied by them, with a sign: states change at every step.
    machine = drawn(1, 1)
    turning = machine._replace(
        weights=machine.weights * 0 - 200.0, visible_bias=machine.visible_bias * 0 + 100.0,
        hidden_bias=machine.hidden_bias * 0 + 100.0,
    )  # fmt: skip
    # p(h = 1 | v) = [v = 0], p(v = 1 | h) = [h = 0]: v stays what it is, whatever the number of steps.
    for steps in (1, 4):
        found = run_chains(turning, np.array([[0.0], [1.0]]), steps=steps, moments=2)
        assert found.states[:, :, 0].tolist() == [[0.0, 1.0]] * 2
    # Real units drift by W h = 1 a step if the hidden unit is always on: b + 1, then noise of variance 1 anew.
    assert run_chains(drawn(2, 1, units=GaussianUnits()), np.zeros((3, 2))).states.shape == (1, 3, 2)


def test_numbers_below_1_are_refused():
    for words in ({"steps": 0}, {"moments": 0}):
        with pytest.raises(InputError, match=f"chains need {next(iter(words))} of 1 or more; got 0"):
            run_chains(drawn(2, 2), np.zeros((1, 2)), **words)
