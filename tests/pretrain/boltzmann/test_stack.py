"""Deep belief networks: a machine on another, the way up, dense layers that begin with them."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.errors import InputError, RunFailed
from thalweg.keys import role, root
from thalweg.pretrain.boltzmann.contrastive_divergence import ContrastiveDivergence
from thalweg.pretrain.boltzmann.machine import Machine, hidden_probabilities
from thalweg.pretrain.boltzmann.measures import reconstruction_error
from thalweg.pretrain.boltzmann.parameters import begun_from
from thalweg.pretrain.boltzmann.stack import BeliefNetwork, train_belief_network, up_pass
from thalweg.pretrain.boltzmann.training import BoltzmannTraining
from thalweg.pretrain.boltzmann.units import GaussianUnits
from thalweg.pretrain.passes import pass_over

HOW = BoltzmannTraining(ContrastiveDivergence(), rate=0.2, epochs=30, batch=20)


def bars(count, seed=0):
    """Pictures of 4 x 4 whose rows are on or off as a whole: 4 bits in 16 pixels."""
    on = np.random.default_rng(seed).integers(0, 2, (count, 4, 1))
    return on.repeat(4, axis=2).reshape(count, 16).astype(np.float32)


def twin(x, widths, how, key):
    """Contrastive divergence of one step, machine upon machine, in plain loops; the draws alone are JAX's."""
    found = []
    for place, width in enumerate(widths):
        own = role(key, f"machine {place + 1}")
        w = 0.01 * np.asarray(jax.random.normal(role(own, "weights"), (x.shape[1], width)))
        b = np.log((x.sum(axis=0) + 1) / (len(x) + 1 - x.sum(axis=0)))
        c, velocity, t = np.zeros(width), [0, 0, 0], 0
        steps = -(-len(x) // how.batch)
        for epoch in range(how.epochs):
            turn = jax.random.fold_in(role(own, "passes"), epoch)
            order = np.asarray(jax.random.permutation(role(turn, "order"), len(x)))
            for k, step_key in enumerate(jax.random.split(role(turn, "steps"), steps)):
                rows = order[k * how.batch : (k + 1) * how.batch]
                places = np.concatenate([rows, np.zeros(how.batch - len(rows), int)])  # padding draws and counts not
                up, down = jax.random.split(jax.random.fold_in(jax.random.split(step_key)[1], 0))
                v = x[places]
                h = np.asarray(jax.random.bernoulli(up, jnp.asarray(1 / (1 + np.exp(-v @ w - c)), jnp.float32))) * 1.0
                mean = 1 / (1 + np.exp(-h @ w.T - b))
                again = np.asarray(jax.random.bernoulli(down, jnp.asarray(mean, jnp.float32))).astype(float)
                v, again = v[: len(rows)], again[: len(rows)]
                p, q = (1 / (1 + np.exp(-data @ w - c)) for data in (v, again))
                rate = how.rate * (1 - t / (how.epochs * steps - 1))
                up_hill = (
                    (v.T @ p - again.T @ q) / len(rows) - how.decay * w,
                    *((a - b).mean(axis=0) for a, b in ((v, again), (p, q))),
                )
                velocity = [how.momentum * old + rate * new for old, new in zip(velocity, up_hill, strict=True)]
                w, b, c = (old + new for old, new in zip((w, b, c), velocity, strict=True))
                t += 1
        found.append((w, b, c))
        x = 1 / (1 + np.exp(-x @ w - c))
    return found


def test_it_is_a_plain_loop_machine_upon_machine():  # P2
    x, how = bars(50), BoltzmannTraining(ContrastiveDivergence(), rate=0.3, decay=0.01, epochs=2, batch=20)
    found = train_belief_network(x, (3, 2), how, seed=4).machines
    for machine, plain in zip(found, twin(x.astype(float), (3, 2), how, role(root(4), "belief network")), strict=True):
        for got, wanted in zip(machine[:3], plain, strict=True):
            np.testing.assert_allclose(got, wanted, rtol=2e-4, atol=2e-5)


def test_up_pass_is_layer_by_layer_and_the_stack_keeps_what_the_rows_say():
    x = bars(200)
    network = train_belief_network(x, (8, 4), HOW, seed=1)
    first, second = up_pass(network, x)
    np.testing.assert_array_equal(second, hidden_probabilities(network.machines[1], first))
    assert first.shape == (200, 8) and second.shape == (200, 4)
    untrained = np.mean(
        reconstruction_error(train_belief_network(x, (8,), BoltzmannTraining(rate=1e-6)).machines[0], x)
    )
    assert np.mean(reconstruction_error(network.machines[0], x)) < 0.25 * untrained  # of 4, the variance of 16 bits
    # From the highest layer's 4 numbers alone each row of pixels can be told by a linear map.
    given = np.c_[np.asarray(second), np.ones(len(x))]
    told = given @ np.linalg.lstsq(given, x, rcond=None)[0]
    assert np.mean((told > 0.5) == x) > 0.85


def test_the_seed_alone_says_what_comes_out():
    x = bars(40)
    one, same, other = (train_belief_network(x, (4, 3), HOW, seed=seed).machines for seed in (5, 5, 6))
    for a, b in zip(jax.tree.leaves(one), jax.tree.leaves(same), strict=True):
        np.testing.assert_array_equal(a, b)
    assert not np.array_equal(one[1].weights, other[1].weights)


def test_real_units_are_the_lowest_alone_and_learn_at_their_share():
    x = np.random.default_rng(0).normal(3, 1, (100, 5)).astype(np.float32)
    still = train_belief_network(x, (4, 2), HOW, units=GaussianUnits(), first_share=1e-9)
    np.testing.assert_allclose(still.machines[0].visible_bias, x.mean(axis=0), rtol=1e-5)
    assert [machine.units.kind for machine in still.machines] == ["gaussian", "bernoulli"]
    assert np.abs(still.machines[0].weights).max() < 0.06  # as drawn, 0.01 N(0, 1)
    moved = train_belief_network(x, (4, 2), HOW, units=GaussianUnits(), first_share=0.1)
    assert np.abs(np.asarray(moved.machines[0].weights - still.machines[0].weights)).max() > 0.01


def test_what_cannot_be_trained_is_refused():
    with pytest.raises(InputError, match=r"a deep belief network needs 1 machine or more, each of 1 hidden unit; got"):
        train_belief_network(bars(9), ())
    with pytest.raises(InputError, match=r"needs 1 machine or more, each of 1 hidden unit; got \(3, 0\)"):
        train_belief_network(bars(9), (3, 0))
    with pytest.raises(InputError, match=r"first_share must be positive; got 0\."):
        train_belief_network(bars(9), (3,), first_share=0.0)
    with pytest.raises(InputError, match="visible units of 0 and 1 take data from 0 to 1"):
        train_belief_network(3 * bars(9), (3,))
    wild = 1e4 * np.random.default_rng(0).normal(size=(50, 3))
    with pytest.raises(RunFailed, match=r"machine 1 of the deep belief network went astray: .* rate below 9,"):
        train_belief_network(wild, (3,), BoltzmannTraining(rate=9.0, epochs=400), units=GaussianUnits())


def test_dense_layers_begin_with_machines_of_their_shape():
    machine = Machine(np.ones((3, 2), np.float32), np.zeros(3, np.float32), np.full(2, 7.0, np.float32))
    drawn = {"dense_1": {"w": np.zeros((3, 2)), "b": np.zeros(2)}, "dense_2": {"w": np.zeros((2, 1)), "b": np.zeros(1)}}
    found = begun_from(drawn, ("dense_1",), BeliefNetwork((machine,)).machines)
    np.testing.assert_array_equal(found["dense_1"]["w"], machine.weights)
    np.testing.assert_array_equal(found["dense_1"]["b"], [7.0, 7.0])
    assert found["dense_2"] is drawn["dense_2"]
    with pytest.raises(InputError, match=r"the network's dense layers are of shapes \[\(2, 1\)\], and the machines of"):
        begun_from(drawn, ("dense_2",), (machine,))


def test_every_row_is_passed_once_an_epoch_each_time_in_another_order():
    def note(carry, places, real, key):
        counts, sums, at = carry
        return counts.at[places].add(real), sums.at[at].set((places.astype(real.dtype) * real).sum()), at + 1

    begin = jnp.zeros(7), jnp.zeros(9), jnp.int32(0)
    counts, sums, steps = pass_over(note, begin, rows=7, batch=3, epochs=3, key=jax.random.key(0))
    assert counts.tolist() == [3.0] * 7 and int(steps) == 9
    by_epoch = np.asarray(sums).reshape(3, 3)
    assert by_epoch.sum(axis=1).tolist() == [21.0] * 3 and len({tuple(row) for row in by_epoch.tolist()}) > 1
