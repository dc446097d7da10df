"""Training: a plain loop gives the same parameters, the likelihood rises, and what goes wrong is said."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tests.pretrain.boltzmann.enumerated import drawn
from thalweg.data.batches import epoch_order
from thalweg.errors import InputError, RunFailed
from thalweg.keys import role, root
from thalweg.platform import compiles, jit
from thalweg.pretrain.boltzmann import train as module
from thalweg.pretrain.boltzmann.contrastive_divergence import ContrastiveDivergence
from thalweg.pretrain.boltzmann.exact import exact_log_partition, mean_log_likelihood
from thalweg.pretrain.boltzmann.gibbs import run_chains
from thalweg.pretrain.boltzmann.gradient import log_likelihood_gradient
from thalweg.pretrain.boltzmann.machine import free_energy, hidden_probabilities, start_machine
from thalweg.pretrain.boltzmann.measures import reconstruction_error
from thalweg.pretrain.boltzmann.persistent_chains import PersistentChains
from thalweg.pretrain.boltzmann.train import train_machine
from thalweg.pretrain.boltzmann.training import BoltzmannTraining
from thalweg.pretrain.boltzmann.units import GaussianUnits

BATCH = 16
estimate = jit(log_likelihood_gradient)


def bars(side=3, count=200, seed=0):
    """Pictures in which each row is on or off as a whole."""
    on = np.random.default_rng(seed).integers(0, 2, (count, side))
    return on.repeat(side, axis=1).astype(np.float64)


def training(chains=None, **changes):
    return BoltzmannTraining(chains or PersistentChains(100), **{"batch": BATCH, "epochs": 2, **changes})


def plain_loop(machine, x, how, seed):
    """The same epochs, one step after the other, from the equations."""
    key = role(root(seed), "boltzmann training")
    p = [np.asarray(values, np.float64) for values in machine[:3]]
    velocity = [np.zeros_like(values) for values in p]
    active = np.full(len(p[2]), how.sparsity_target)
    kept = how.chains.start(machine, role(key, "chains"))
    epochs, done = int(how.epochs), 0
    orders = [epoch_order(np.arange(len(x)), seed=seed, ordinal=0, epoch=e, batch=how.batch) for e in range(epochs)]
    total = sum(len(order.index) for order in orders)
    for epoch, order in enumerate(orders):
        for number, (places, weight) in enumerate(zip(order.index, order.weight, strict=True)):
            rate = how.rate * (1 + (how.last_share - 1) * done / (total - 1))
            drawing, walking = jax.random.split(jax.random.fold_in(jax.random.fold_in(key, epoch), number))
            v = jnp.asarray(x[places], jnp.float32)
            if how.binarise:
                v = jax.random.bernoulli(drawing, v).astype(v.dtype)
            now = machine._replace(**dict(zip(machine._fields, (jnp.asarray(q, jnp.float32) for q in p), strict=False)))
            share = jnp.asarray(weight / weight.sum())
            up, kept, data = estimate(now, v, share, how.chains, kept, walking)
            active = 0.9 * active + 0.1 * np.asarray(data.hidden)
            excess = how.sparsity_cost * (active - how.sparsity_target)
            gradient = [
                up.weights - how.decay * p[0] - np.outer(data.visible, excess),
                up.visible_bias,
                up.hidden_bias - excess,
            ]  # fmt: skip
            velocity = [how.momentum * old + rate * np.asarray(g) for old, g in zip(velocity, gradient, strict=True)]
            p = [q + change for q, change in zip(p, velocity, strict=True)]
            done += 1
    return p, kept


@pytest.mark.parametrize(
    ("chains", "changes"),
    [
        (ContrastiveDivergence(2), {"momentum": 0.7, "decay": 0.01, "last_share": 0.2}),
        (PersistentChains(5), {"sparsity_cost": 0.5, "sparsity_target": 0.2, "binarise": True}),
    ],
)
def test_it_is_a_plain_loop_over_the_equations(chains, changes):  # P1
    x = bars(count=40) * 0.9
    machine = start_machine(x, 4, seed=1)
    how = training(chains, rate=0.1, **changes)
    found = train_machine(machine, x, how, seed=3)
    wanted, kept = plain_loop(machine, x, how, 3)
    for ours, theirs in zip(found.machine[:3], wanted, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=2e-5)
    np.testing.assert_array_equal(found.chains, kept)


@pytest.fixture(scope="module")
def learned():
    """Bars, and a machine that has learned them."""
    x = bars()
    return x, train_machine(start_machine(x, 6), x, training(rate=0.3, epochs=100))


def test_the_likelihood_rises_to_that_of_the_data(learned):  # P1
    x, found = learned
    pair = start_machine(x, 6), found.machine
    before, after = (mean_log_likelihood(one, x, exact_log_partition(one)) for one in pair)
    # Eight pictures, about evenly: at best -log 8 = -2.08; nine independent pixels: -9 log 2 = -6.24.
    assert before == pytest.approx(-9 * np.log(2), abs=0.1) and -2.45 < after < -2.0


def test_a_trained_machine_draws_what_it_saw_and_feeds_the_next(learned):  # P1, P2
    x, found = learned
    samples = run_chains(found.machine, found.chains, steps=50).states[-1].reshape(-1, 3, 3)
    whole = (samples == samples[:, :, :1]).all(axis=(1, 2)).mean()
    assert whole > 0.6  # of independent pixels, (1/4)^3 of the pictures would be bars
    upper = np.asarray(hidden_probabilities(found.machine, jnp.asarray(x, jnp.float32)))
    second = train_machine(start_machine(upper, 3), upper, training(binarise=True))
    assert second.machine.weights.shape == (6, 3)


def test_real_units_learn_their_means_and_groups():  # P1
    random = np.random.default_rng(0)
    x = 2.0 * np.sign(random.normal(size=(300, 1))) * np.ones((1, 3)) + random.normal(size=(300, 3))
    machine = start_machine(x, 3, units=GaussianUnits())
    found = train_machine(machine, x, training(ContrastiveDivergence(), rate=0.02, epochs=30), validation=x[:50])
    before, after = (mean_log_likelihood(one, x, exact_log_partition(one)) for one in (machine, found.machine))
    assert after > before + 2
    assert np.isnan(found.history.pseudo_log_likelihood).all() and np.isfinite(found.history.gap).all()


def test_what_is_measured_is_measured_on_rows_as_they_are(learned):  # P1
    x, held, seen = bars(count=60), bars(count=20, seed=1), []
    found = train_machine(start_machine(x, 4), x, training(rate=0.1, epochs=3), validation=held, told=seen.append)
    history, machine = found.history, found.machine
    x, held = (jnp.asarray(part, jnp.float32) for part in (x, held))
    assert history.reconstruction_error[-1] == pytest.approx(reconstruction_error(machine, x).mean().item(), rel=1e-5)
    assert history.free_energy[-1] == pytest.approx(free_energy(machine, x).mean().item(), rel=1e-5)
    assert history.validation_free_energy[-1] == pytest.approx(free_energy(machine, held).mean().item(), rel=1e-5)
    assert history.gap[-1] == history.validation_free_energy[-1] - history.free_energy[-1]
    assert (history.pseudo_log_likelihood < 0).all() and history.pseudo_log_likelihood[-1] > -6.4
    assert [moment.epoch for moment in seen] == [1, 2, 3] and seen[1][1] == history.reconstruction_error[1]
    assert history.rate[-1] == 0.0 and history.rate[0] == pytest.approx(0.1 * (1 - 3 / 11))  # 4 steps of 12
    alone = learned[1].history
    assert np.isnan(alone.validation_free_energy).all() and np.isnan(alone.validation_pseudo_log_likelihood).all()


def test_the_gap_grows_where_few_rows_are_learned_by_heart():  # P1
    random = np.random.default_rng(0)
    x, held = random.integers(0, 2, (2, 12, 16)).astype(np.float64)
    how = training(ContrastiveDivergence(), rate=0.2, epochs=150, last_share=1.0)
    gap = train_machine(start_machine(x, 30), x, how, validation=held).history.gap
    assert gap[-1] > gap[0] + 3


def test_a_sparsity_target_makes_units_rare():
    x = bars()
    rare, free = (
        train_machine(start_machine(x, 6), x, training(rate=0.1, epochs=30, sparsity_cost=cost)).history.active[-1]
        for cost in (3.0, 0.0)
    )
    assert abs(rare - 0.1) < 0.05 and free > 0.3


def test_states_are_drawn_anew_at_every_epoch():
    # Grey rows of one half, one step an epoch: a kept drawing would give the same batch and chains of the data's own.
    x = np.full((4, 6), 0.5)
    how = training(ContrastiveDivergence(), binarise=True, momentum=0.0, last_share=1.0, batch=4)
    machine = start_machine(x, 2, from_rows=False)
    frozen = machine._replace(weights=machine.weights * 0, visible_bias=machine.visible_bias - 40.0)  # draws 0 alone
    one, two = (train_machine(frozen, x, _epochs(how, e), seed=2) for e in (1, 2))
    first = np.asarray(one.machine.visible_bias) + 40.0  # rate times the mean of the batch, in float32 of 40
    second = np.asarray(two.machine.visible_bias - one.machine.visible_bias)
    assert np.abs(first - second).max() > 0.01
    assert set(np.round(first / 0.05 * 4).tolist()) <= {0.0, 1.0, 2.0, 3.0, 4.0}


def _epochs(how, epochs):
    return BoltzmannTraining(how.chains, how.rate, how.last_share, how.momentum, epochs=epochs, batch=4, binarise=True)


def test_one_seed_gives_the_same_bits_and_numbers_compile_nothing():
    x = bars()
    machine = start_machine(x, 6)
    first = train_machine(machine, x, training(rate=0.1), seed=1)
    before = compiles(module._epoch)
    again = train_machine(machine, x, training(rate=0.1), seed=1)
    other = train_machine(machine, x, training(PersistentChains(100, steps=3), rate=0.2, decay=0.1), seed=2)
    assert compiles(module._epoch) == before
    np.testing.assert_array_equal(first.machine.weights, again.machine.weights)
    np.testing.assert_array_equal(first.chains, again.chains)
    assert not np.array_equal(first.machine.weights, other.machine.weights)


def test_a_machine_that_goes_astray_is_said():
    x = np.random.default_rng(0).normal(size=(40, 5))
    machine = start_machine(x, 4, units=GaussianUnits())
    sentence = r"the machine went astray in epoch \d+: a parameter is no finite number any more. Train at a rate below"
    with pytest.raises(RunFailed, match=sentence):
        train_machine(machine, x, training(ContrastiveDivergence(), rate=100.0, epochs=100))


def test_what_cannot_be_trained_is_refused():
    machine = drawn(4, 2)
    with pytest.raises(InputError, match=r"row 0, column 0 holds 7\. Divide by the largest value"):
        train_machine(machine, np.full((3, 4), 7.0))
    with pytest.raises(InputError, match="the machine has 4 visible units; got rows of 5 numbers"):
        train_machine(machine, np.zeros((3, 4)), validation=np.zeros((1, 5)))
    with pytest.raises(InputError, match="real units have no states of 0 and 1 to draw"):
        train_machine(machine._replace(units=GaussianUnits()), np.zeros((3, 4)), training(binarise=True))
    with pytest.raises(InputError, match=r"BoltzmannTraining.batch must be at least 1; got 0"):
        training(batch=0)
    with pytest.raises(InputError, match="a seed must be a whole number"):
        train_machine(machine, np.zeros((3, 4)), training(), seed=-1)
