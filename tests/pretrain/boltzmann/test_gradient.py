"""The gradient's estimates, against sums over every state."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tests.pretrain.boltzmann.enumerated import (
    drawn,
    hidden_given,
    mean_statistics,
    states,
    visible_given,
    visible_probabilities,
)
from thalweg.errors import InputError
from thalweg.pretrain.boltzmann.contrastive_divergence import ContrastiveDivergence
from thalweg.pretrain.boltzmann.gradient import log_likelihood_gradient
from thalweg.pretrain.boltzmann.machine import free_energy
from thalweg.pretrain.boltzmann.persistent_chains import PersistentChains

VISIBLE, HIDDEN = 4, 3
REPEATS = 8_000  # chains from each row
ROWS = np.array([[1.0, 0.0, 0.0, 1.0], [1.0, 1.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [1.0, 0.0, 0.0, 1.0]])
TOLERANCE = 5 * 0.5 / np.sqrt(REPEATS * len(ROWS))  # five standard errors of a mean of numbers in [0, 1], at most


def after(machine, steps):
    """The probabilities of visible states, k steps from the rows, by the transition matrix."""
    every = states(VISIBLE)
    at = (every[None] == ROWS[:, None]).all(axis=-1).mean(axis=0)
    step = hidden_given(machine) @ visible_given(machine)  # sum_h p(h | v) p(v' | h)
    return at @ np.linalg.matrix_power(step, steps), at


def estimated(machine, chains, kept=None):
    batch = jnp.asarray(np.tile(ROWS, (REPEATS, 1)), jnp.float32)
    weight = jnp.full(len(batch), 1 / len(batch), jnp.float32)
    kept = chains.start(machine, jax.random.key(1)) if kept is None else kept
    return log_likelihood_gradient(machine, batch, weight, chains, kept, jax.random.key(2))


@pytest.mark.parametrize("steps", [1, 3])
def test_contrastive_divergence_is_in_the_mean_the_sum_over_all_states(steps):  # P1
    machine = drawn(VISIBLE, HIDDEN, spread=2.0)
    left, begun = after(machine, steps)
    wanted = [a - b for a, b in zip(mean_statistics(machine, begun), mean_statistics(machine, left), strict=True)]
    found, _, _ = estimated(machine, ContrastiveDivergence(steps))
    for ours, exact in zip(found, wanted, strict=True):
        np.testing.assert_allclose(ours, exact, atol=TOLERANCE)
    exact = mean_statistics(machine, visible_probabilities(machine))
    far = np.abs(mean_statistics(machine, left)[0] - exact[0]).max()
    assert far > 2 * TOLERANCE  # so few steps are told from the model itself


def test_many_steps_give_the_gradient_of_the_likelihood():  # P1
    machine = drawn(VISIBLE, HIDDEN)
    every = jnp.asarray(states(VISIBLE), jnp.float32)

    def mean_log_likelihood(parameters):
        moved = machine._replace(**parameters)
        log_z = jax.nn.logsumexp(-free_energy(moved, every))
        return (-free_energy(moved, jnp.asarray(ROWS, jnp.float32))).mean() - log_z

    names = "weights", "visible_bias", "hidden_bias"
    exact = jax.grad(mean_log_likelihood)({name: getattr(machine, name) for name in names})
    found, _, _ = estimated(machine, ContrastiveDivergence(60))
    for ours, name in zip(found, names, strict=True):
        np.testing.assert_allclose(ours, exact[name], atol=TOLERANCE)


def test_persistent_chains_forget_where_they_began():  # P1
    machine = drawn(VISIBLE, HIDDEN)
    chains = PersistentChains(32_000, steps=20)
    kept = jnp.tile(jnp.asarray([[0.0, 0.0, 1.0, 0.0]], jnp.float32), (32_000, 1))
    for _ in range(3):
        found, kept, _ = estimated(machine, chains, kept)
    begun = after(machine, 0)[1]
    exact = mean_statistics(machine, visible_probabilities(machine))
    for ours, data, own in zip(found, mean_statistics(machine, begun), exact, strict=True):
        np.testing.assert_allclose(ours, data - own, atol=2 * TOLERANCE)
    assert kept.shape == (32_000, VISIBLE)


def test_chains_of_their_own_go_on_where_they_were():
    machine = drawn(VISIBLE, HIDDEN)
    frozen = machine._replace(weights=jnp.zeros_like(machine.weights), visible_bias=jnp.full(VISIBLE, 40.0))
    _, kept, _ = estimated(frozen, PersistentChains(5))
    np.testing.assert_array_equal(kept, np.ones((5, VISIBLE)))  # every unit is on, with a probability of 1
    begun = PersistentChains(2000).start(machine, jax.random.key(0))
    wanted = jax.nn.sigmoid(machine.visible_bias)
    np.testing.assert_allclose(begun.mean(axis=0), wanted, atol=5 * 0.5 / np.sqrt(2000))


def test_padding_counts_nothing():
    machine = drawn(VISIBLE, HIDDEN)
    batch = jnp.asarray(ROWS, jnp.float32)
    chains, key = ContrastiveDivergence(), jax.random.key(0)
    none = chains.start(machine, key)
    weight = jnp.asarray([0.5, 0.5, 0.0, 0.0], jnp.float32)
    first, _, data = log_likelihood_gradient(machine, batch, weight, chains, none, key)
    other, _, _ = log_likelihood_gradient(machine, batch.at[2:].set(1.0), weight, chains, none, key)
    for a, b in zip(first, other, strict=True):
        np.testing.assert_array_equal(a, b)
    np.testing.assert_allclose(data.visible, ROWS[:2].mean(axis=0))


def test_numbers_of_chains_and_steps_are_checked():
    with pytest.raises(InputError, match=r"PersistentChains.chains must be at least 1; got 0"):
        PersistentChains(0)
    with pytest.raises(InputError, match=r"ContrastiveDivergence.steps"):
        ContrastiveDivergence(0)
