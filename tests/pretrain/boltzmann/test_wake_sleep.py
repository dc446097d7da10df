"""Wake-sleep: a plain loop gives the same parameters, the likelihood rises, and what goes wrong is said."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tests.pretrain.boltzmann.enumerated import drawn, hidden_given, mean_statistics, visible_given
from tests.pretrain.boltzmann.enumerated_deep import REAL, deep, log_likelihoods, log_up, numbers
from thalweg.errors import InputError, RunFailed
from thalweg.keys import role, root
from thalweg.platform import compiles
from thalweg.pretrain.boltzmann import wake_sleep as module
from thalweg.pretrain.boltzmann.bound import likelihood_bound
from thalweg.pretrain.boltzmann.contrastive_divergence import ContrastiveDivergence
from thalweg.pretrain.boltzmann.dreams import dream
from thalweg.pretrain.boltzmann.exact import exact_log_partition
from thalweg.pretrain.boltzmann.stack import BeliefNetwork, train_belief_network
from thalweg.pretrain.boltzmann.training import BoltzmannTraining
from thalweg.pretrain.boltzmann.untied import untie
from thalweg.pretrain.boltzmann.wake_sleep import WakeSleep, take_wake_sleep_step, train_wake_sleep

STACK = BeliefNetwork((drawn(5, 4, seed=1), drawn(4, 3, seed=2), drawn(3, 2, seed=3)))


def bars(count, side=3, seed=0):
    """Pictures in which each row is on or off as a whole."""
    on = np.random.default_rng(seed).integers(0, 2, (count, side))
    return on.repeat(side, axis=1).astype(np.float32)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def tossed(key, p):
    return np.asarray(jax.random.bernoulli(key, jnp.asarray(p, jnp.float32)), np.float64)


def twin(stack, x, how, first_share, key):
    """Wake, top and sleep in plain loops over the equations; the draws alone are JAX's."""
    down = [[np.asarray(p, np.float64) for p in (m.weights, m.visible_bias)] for m in stack.machines[:-1]]
    up = [[np.asarray(p, np.float64) for p in (m.weights, m.hidden_bias)] for m in stack.machines[:-1]]
    w, b, c = (np.asarray(p, np.float64) for p in stack.machines[-1][:3])
    real = not stack.machines[0].units.finite
    steps, t, high = -(-len(x) // how.batch), 0, range(len(down))
    for epoch in range(how.epochs):
        turn = jax.random.fold_in(key, epoch)
        order = np.asarray(jax.random.permutation(role(turn, "order"), len(x)))
        for k, own in enumerate(jax.random.split(role(turn, "steps"), steps)):
            rows = order[k * how.batch : (k + 1) * how.batch]
            n, places = len(rows), np.concatenate([rows, np.zeros(how.batch - len(rows), int)])  # padding draws
            v = tossed(role(own, "data"), x[places]) if how.binarise else x[places].astype(np.float64)
            awake = [v]
            for i in high:
                toss = jax.random.fold_in(role(own, "wake"), i)
                awake.append(tossed(toss, sigmoid(awake[-1] @ up[i][0] + up[i][1])))
            y = awake[-1]
            for step in range(how.steps):
                one, two = jax.random.split(jax.random.fold_in(role(own, "top"), step))
                y = tossed(two, sigmoid(tossed(one, sigmoid(y @ w + c)) @ w.T + b))
            asleep = [y]
            for i in reversed(high):
                total, toss = asleep[0] @ down[i][0].T + down[i][1], jax.random.fold_in(role(own, "sleep"), i)
                noise = np.asarray(jax.random.normal(toss, total.shape), np.float64)
                asleep.insert(0, total + noise if real and i == 0 else tossed(toss, sigmoid(total)))
            rate = how.rate * (1 - t / (how.epochs * steps - 1))
            awake, asleep = ([part[:n] for part in states] for states in (awake, asleep))
            p, q = sigmoid(awake[-1] @ w + c), sigmoid(asleep[-1] @ w + c)
            w = w + rate * (awake[-1].T @ p - asleep[-1].T @ q) / n
            b, c = b + rate * (awake[-1] - asleep[-1]).mean(axis=0), c + rate * (p - q).mean(axis=0)
            for i in high:
                share = rate * (first_share if i == 0 else 1.0)
                total = awake[i + 1] @ down[i][0].T + down[i][1]
                missed = awake[i] - (total if real and i == 0 else sigmoid(total))
                sought = asleep[i + 1] - sigmoid(asleep[i] @ up[i][0] + up[i][1])
                down[i] = [down[i][0] + share * missed.T @ awake[i + 1] / n, down[i][1] + share * missed.mean(axis=0)]
                up[i] = [up[i][0] + share * asleep[i].T @ sought / n, up[i][1] + share * sought.mean(axis=0)]
            t += 1
    return [(*a, *b) for a, b in zip(up, down, strict=True)], (w, b, c)


@pytest.mark.parametrize("units", ["binary", "real"])
def test_it_is_a_plain_loop_over_the_equations(units):  # P2
    real = units == "real"
    stack = BeliefNetwork((STACK.machines[0]._replace(units=REAL), *STACK.machines[1:])) if real else STACK
    x = np.random.default_rng(0).random((23, 5)).astype(np.float32)
    how = WakeSleep(rate=0.3, steps=2, epochs=2, batch=10, binarise=not real)
    found = train_wake_sleep(stack, x, how, first_share=0.4, seed=6)
    layers, top = twin(stack, x, how, 0.4, role(root(6), "wake-sleep"))
    for ours, plain in zip((*found.layers, found.top), (*layers, top), strict=True):
        for got, wanted in zip(ours[:-1], plain, strict=True):
            np.testing.assert_allclose(got, wanted, atol=2e-5)


def test_one_machine_goes_on_by_contrastive_divergence():
    machine, x = drawn(5, 3, seed=4), np.random.default_rng(1).integers(0, 2, (20, 5)).astype(np.float32)
    how = WakeSleep(rate=0.2, steps=2, epochs=2, batch=8)
    found = train_wake_sleep(BeliefNetwork((machine,)), x, how, first_share=0.5, seed=1)
    assert found.layers == ()
    half = WakeSleep(rate=0.1, steps=2, epochs=2, batch=8)
    _, top = twin(BeliefNetwork((machine,)), x, half, 1.0, role(root(1), "wake-sleep"))
    for got, wanted in zip(found.top[:3], top, strict=True):
        np.testing.assert_allclose(got, wanted, atol=2e-5)


def test_the_top_machine_sees_what_the_way_up_draws_and_what_is_left_of_it():  # P2
    network, v, count = deep((4, 3, 2), seed=3), np.array([1.0, 0.0, 1.0, 1.0]), 20_000
    rows, weight = jnp.asarray(np.tile(v, (count, 1)), jnp.float32), jnp.full(count, 1 / count, jnp.float32)
    moved = take_wake_sleep_step(network, rows, weight, jax.random.key(0), WakeSleep(steps=2), jnp.float32(1.0)).top
    begun, top = np.exp(log_up(numbers(network.layers[0]), v[None]))[0], network.top
    left = begun @ np.linalg.matrix_power(hidden_given(top) @ visible_given(top), 2)
    for new, old, data, own in zip(moved[:3], top[:3], *(mean_statistics(top, p) for p in (begun, left)), strict=True):
        np.testing.assert_allclose(new - old, data - own, atol=5 * 0.5 / np.sqrt(count))
        assert np.abs(data - own).max() > 0.1


@pytest.fixture(scope="module")
def learned():
    """Bars, a stack that has learned them as well as layer by layer it can, and the same one after wake-sleep."""
    x = bars(200)
    usual = BoltzmannTraining(ContrastiveDivergence(), rate=0.2, epochs=100, batch=20)
    stack = train_belief_network(x, (6, 4), usual, seed=1)
    return x, stack, train_wake_sleep(stack, x, WakeSleep(rate=0.5, steps=5, epochs=100, batch=20))


def test_the_likelihood_rises_towards_that_of_the_data(learned):  # P2
    x, stack, network = learned
    before, after = (log_likelihoods(one, x).mean() for one in (untie(stack), network))
    # No model of eight pictures with these shares is above -2.055, less their entropy.
    assert -2.9 < before < -2.6 and -2.3 < after < -2.055
    log_z = exact_log_partition(network.top)
    assert before < likelihood_bound(network, x, log_z, draws=50) < after
    shares = []
    for one in (untie(stack), network):
        dreams = dream(one, x, steps=200).states.reshape(-1, 3, 3)
        shares.append((dreams == dreams[:, :, :1]).all(axis=(1, 2)).mean())
    assert shares[0] < 0.6 and shares[1] > 0.8  # of pictures that are bars


def test_one_seed_gives_the_same_bits_and_numbers_compile_nothing(learned):
    x, stack, _ = learned
    how = WakeSleep(rate=0.1, epochs=2, batch=20)
    one = train_wake_sleep(stack, x, how, seed=5)
    before = compiles(module._compiled)
    same, other = train_wake_sleep(stack, x, how, seed=5), train_wake_sleep(stack, x, how, seed=6)
    more = train_wake_sleep(stack, x, WakeSleep(rate=0.2, steps=1, epochs=3, batch=20), first_share=0.5, seed=5)
    none = train_wake_sleep(stack, x, WakeSleep(epochs=0, batch=20))
    assert compiles(module._compiled) == before
    for a, b in zip(jax.tree.leaves(one), jax.tree.leaves(same), strict=True):
        np.testing.assert_array_equal(a, b)
    for different in (other, more):
        assert not np.array_equal(one.top.weights, different.top.weights)
    for a, b in zip(jax.tree.leaves(none), jax.tree.leaves(untie(stack)), strict=True):
        np.testing.assert_array_equal(a, b)


def test_states_are_drawn_anew_at_every_epoch():
    # Grey rows of one half, one step an epoch, at rates of 1, 1/2 and 0: a kept drawing would be seen twice.
    lowest = drawn(4, 3)
    frozen = lowest._replace(weights=lowest.weights * 0, visible_bias=lowest.visible_bias * 0 - 40.0)  # draws 0 alone
    stack, x = BeliefNetwork((frozen, drawn(3, 2))), np.full((4, 4), 0.5)
    one, three = (
        np.asarray(train_wake_sleep(stack, x, WakeSleep(1.0, epochs=epochs, batch=4, binarise=True)).layers[0][3]) + 40
        for epochs in (1, 3)
    )
    first, second = 4 * one, 8 * (three - one)  # how many of the four rows had each unit on
    for found in (first, second):
        assert set(np.round(found, 3).tolist()) <= {0.0, 1.0, 2.0, 3.0, 4.0} and 0 < found.sum() < 16
    assert np.abs(first - second).max() > 0.9


def test_what_cannot_be_trained_is_refused():
    x = np.eye(5, dtype=np.float32)
    with pytest.raises(InputError, match=r"WakeSleep\.batch must be at least 1; got 0\."):
        WakeSleep(batch=0)
    with pytest.raises(InputError, match="the machine has 5 visible units; got rows of 4 numbers"):
        train_wake_sleep(STACK, x[:, :4])
    with pytest.raises(InputError, match=r"first_share must be positive; got 0\."):
        train_wake_sleep(STACK, x, first_share=0.0)
    real = BeliefNetwork((drawn(5, 4, units=REAL), *STACK.machines[1:]))
    with pytest.raises(InputError, match="real units have no states of 0 and 1 to draw"):
        train_wake_sleep(real, x, WakeSleep(binarise=True))
    sentence = r"wake-sleep went astray: a parameter is no finite number any more\. Train at a rate below 50, or at a"
    with pytest.raises(RunFailed, match=sentence):
        train_wake_sleep(real, 10 * x, WakeSleep(rate=50.0, epochs=200))
