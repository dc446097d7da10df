"""Annealed importance sampling: its estimate, its error and its bracket, against the exact Z."""

import jax.numpy as jnp
import numpy as np
import pytest

from tests.pretrain.boltzmann.enumerated import drawn, numbers, states, visible_probabilities
from thalweg.errors import InputError
from thalweg.pretrain.boltzmann.annealed import (
    bound_log_partition,
    estimate_log_partition,
    temperatures,
)
from thalweg.pretrain.boltzmann.exact import exact_log_partition
from thalweg.pretrain.boltzmann.gibbs import run_chains
from thalweg.pretrain.boltzmann.units import GaussianUnits

BETAS = temperatures(600)


def samples_of(machine, count, seed=0):
    """Exact samples of a small machine."""
    p = visible_probabilities(machine)
    return states(len(machine.visible_bias))[np.random.default_rng(seed).choice(len(p), count, p=p / p.sum())]


def test_12_by_8_agrees_with_enumeration_and_is_bracketed():  # P1
    machine = drawn(12, 8, seed=4)
    exact = exact_log_partition(machine)
    rows = samples_of(machine, 200)
    forward = estimate_log_partition(machine, rows, betas=BETAS, seed=1)
    assert abs(forward.log_z - exact) < 3 * forward.standard_error < 0.2
    assert forward.low < exact < forward.high
    ends = run_chains(machine, rows[:100], steps=500, seed=2).states[-1]
    backward = bound_log_partition(machine, rows, ends, betas=BETAS, seed=3)
    assert abs(backward.log_z - exact) < 3 * backward.standard_error < 0.2
    assert -2 < backward.log_z - forward.log_z < 2
    assert backward.high > exact > forward.low


def test_without_a_temperature_between_one_is_too_small_and_the_other_too_large():
    # The mean of the log of a mean is below the log of its own mean (Jensen): over many runs of two chains each.
    machine = drawn(12, 8, seed=4)
    exact, rows, jump = exact_log_partition(machine), np.full((1, 12), 0.5), [0.0, 1.0]
    below = [estimate_log_partition(machine, rows, chains=2, betas=jump, seed=s).log_z for s in range(20)]
    above = [
        bound_log_partition(machine, rows, samples_of(machine, 2, seed=s), betas=jump, seed=s).log_z for s in range(20)
    ]
    assert np.mean(below) < exact - 1 and np.mean(above) > exact + 1


def test_real_units_are_annealed_too():  # P1
    machine = drawn(5, 6, seed=2, spread=0.6, units=GaussianUnits())
    exact = exact_log_partition(machine)
    rows = run_chains(machine, np.zeros((100, 5)), steps=300).states[-1]
    forward = estimate_log_partition(machine, rows, betas=BETAS, seed=1)
    backward = bound_log_partition(machine, rows, rows, betas=BETAS, seed=1)
    assert abs(forward.log_z - exact) < 3 * forward.standard_error < 0.3
    assert abs(backward.log_z - exact) < 3 * backward.standard_error < 0.3


@pytest.mark.parametrize("units", [None, GaussianUnits()])
def test_a_machine_without_weights_is_known_to_the_last_digit(units):
    machine = drawn(6, 3, **({"units": units} if units else {}))
    machine = machine._replace(weights=jnp.zeros_like(machine.weights), hidden_bias=jnp.zeros(3))
    _, b, _ = numbers(machine)
    rows = np.tile(b if units else 1 / (1 + np.exp(-b)), (10**5, 1))  # whose best biases are b itself
    visible = 3 * np.log(2 * np.pi) if units else np.logaddexp(0, b).sum()
    found = estimate_log_partition(machine, rows, chains=4, betas=[0.0, 0.5, 1.0])
    assert found.log_z == pytest.approx(visible + 3 * np.log(2), abs=1e-3) and found.standard_error < 1e-4


def test_the_error_is_that_of_a_mean_of_ratios():
    machine = drawn(12, 8, seed=4)
    found = estimate_log_partition(machine, samples_of(machine, 50), chains=40, betas=temperatures(30))
    ratios = np.exp(found.log_ratios)
    assert found.standard_error == pytest.approx(ratios.std(ddof=1) / ratios.mean() / np.sqrt(40))
    middle, low, high = (np.exp(value - found.log_z) for value in (found.log_z, found.low, found.high))
    assert middle == 1 and high - 1 == pytest.approx(1 - low) == pytest.approx(3 * found.standard_error)


def test_where_the_error_is_larger_than_the_mean_one_end_is_open():
    machine, rows = drawn(12, 8, seed=4), np.full((1, 12), 0.5)
    found = estimate_log_partition(machine, rows, chains=2, betas=[0.0, 1.0])
    assert found.low == -np.inf and found.log_z < found.high < np.inf
    back = bound_log_partition(machine, rows, samples_of(machine, 2), betas=[0.0, 1.0])
    assert back.high == np.inf and -np.inf < back.low < back.log_z


def test_one_seed_gives_one_estimate():
    machine = drawn(12, 8, seed=4)
    rows = samples_of(machine, 20)
    first, again, other = (
        estimate_log_partition(machine, rows, chains=3, betas=temperatures(3), seed=seed).log_z for seed in (1, 1, 2)
    )
    assert first == again != other


def test_the_temperatures_are_those_of_the_paper():  # P1
    found = temperatures()
    assert len(found) == 14_501 and found[0] == 0 and found[-1] == 1
    assert (found[500], found[4500]) == (pytest.approx(0.5), pytest.approx(0.9))
    assert (np.diff(found) > 0).all() and len(temperatures(3)) == 4


def test_what_cannot_be_annealed_is_refused():
    machine = drawn(3, 2)
    rows = np.eye(3)
    with pytest.raises(InputError, match="annealing needs 2 chains or more, for its standard error; got 1"):
        estimate_log_partition(machine, rows, chains=1)
    with pytest.raises(InputError, match="annealing in reverse needs 2 samples or more"):
        bound_log_partition(machine, rows, rows[:1])
    for betas in ([0.0, 0.7], [0.1, 1.0], [0.0, 0.5, 0.5, 1.0], [[0.0, 1.0]]):
        with pytest.raises(InputError, match="inverse temperatures must rise from 0 to 1"):
            estimate_log_partition(machine, rows, betas=np.array(betas))
    with pytest.raises(InputError, match="annealing needs 3 temperatures or more; got 2"):
        temperatures(2)
    with pytest.raises(InputError, match="the machine has 3 visible units; got rows of 2 numbers"):
        bound_log_partition(machine, rows, np.eye(2))
