"""Z by enumeration of one layer, against sums over both and against a grid."""

import jax.numpy as jnp
import numpy as np
import pytest

from tests.pretrain.boltzmann.enumerated import drawn, numbers, states, visible_probabilities, weights_of_all
from thalweg.errors import InputError
from thalweg.pretrain.boltzmann import exact as module
from thalweg.pretrain.boltzmann.exact import exact_log_partition, mean_log_likelihood
from thalweg.pretrain.boltzmann.machine import free_energy
from thalweg.pretrain.boltzmann.units import GaussianUnits


@pytest.mark.parametrize("shape", [(5, 3), (3, 5), (4, 4), (1, 1)])
def test_either_layer_gives_the_sum_over_both(shape):  # P1
    machine = drawn(*shape, seed=sum(shape))
    assert exact_log_partition(machine) == pytest.approx(np.log(weights_of_all(machine).sum()), abs=1e-5)


def test_states_in_several_blocks_add_up(monkeypatch):
    # Of 14 units without a weight: Z = prod (1 + exp(b)) prod (1 + exp(c)); four blocks of 2^12 states.
    machine = drawn(14, 16)
    machine = machine._replace(weights=jnp.zeros_like(machine.weights))
    _, b, c = numbers(machine)
    wanted = np.logaddexp(0, b).sum() + np.logaddexp(0, c).sum()
    assert exact_log_partition(machine) == pytest.approx(wanted, abs=1e-4)


def test_probabilities_of_all_rows_add_up_to_1():  # P1
    machine = drawn(6, 4)
    log_z = exact_log_partition(machine)
    p = np.exp(-np.asarray(free_energy(machine, jnp.asarray(states(6), jnp.float32)), np.float64) - log_z)
    np.testing.assert_allclose(p, visible_probabilities(machine), rtol=1e-4)
    assert p.sum() == pytest.approx(1.0, abs=1e-5)
    rows = states(6)[[3, 60, 60]]
    assert mean_log_likelihood(machine, rows, log_z) == pytest.approx(np.log(p[[3, 60, 60]]).mean(), abs=1e-4)


def test_the_density_of_real_units_integrates_to_1():  # P1
    machine = drawn(2, 5, units=GaussianUnits(), spread=0.7)
    side = np.linspace(-12, 12, 601, dtype=np.float32)
    grid = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    log_p = -np.asarray(free_energy(machine, jnp.asarray(grid)), np.float64) - exact_log_partition(machine)
    assert np.exp(log_p).sum() * (side[1] - side[0]) ** 2 == pytest.approx(1.0, abs=1e-4)


def test_a_layer_of_too_many_units_is_refused():
    with pytest.raises(InputError, match="of its smaller layer which may have 25 units; got 26"):
        exact_log_partition(drawn(26, 27))
    real = drawn(2, 26, units=GaussianUnits())
    with pytest.raises(InputError, match="the hidden layer, for visible units are real numbers, which may have"):
        exact_log_partition(real)
    assert module.LIMIT == 25
