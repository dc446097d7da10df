"""One compiled program trains a population: chunks, records, padding, members at rest, two ways to map."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tests.train.small import BATCH, STEPS, TRAIN, C, D, assert_same, at, batches, experiment, full, members_of, plain
from thalweg.activations.tanh import Tanh
from thalweg.keys import root
from thalweg.layers.activation import Activation
from thalweg.layers.batch_norm import BatchNorm
from thalweg.layers.dense import Dense
from thalweg.layers.dropout import Dropout
from thalweg.network.sequential import Sequential
from thalweg.penalties.no_penalty import NoPenalty
from thalweg.train import population as populations
from thalweg.train.population import ROWS, advance, member_of, population, start
from thalweg.train.state import Batches, learner_of
from thalweg.updates.sgd import SGD


class Loss(NamedTuple):
    """Records the loss and the step."""

    def measure(self, view):
        return {"loss": view.evaluated.data, "step": view.step.astype(jnp.float32)}


def two(total=100):
    return members_of([experiment(0.05), experiment(0.2)], total)


def moved(members, given, cuts, *, every=50, observers=(), clock=0):
    """Advance by several calls; return the members and the records of every call, joined."""
    records = []
    for count in cuts:
        members, new = advance(members, given, clock=clock, count=count, every=every, observers=observers)
        rows = -(-(clock + count) // every) - -(-clock // every)
        records.append(jax.tree.map(lambda leaf, rows=rows: np.asarray(leaf)[:, :rows], new))
        assert all(np.isnan(leaf[:, rows:]).all() for leaf in jax.tree.leaves(new))
        clock += count
    return members, jax.tree.map(lambda *leaves: np.concatenate(leaves, axis=1), *records)


# Chunks and records


@pytest.mark.parametrize("every", [1, 2, 3, 7, 50])
@pytest.mark.parametrize("cuts", [(30,), (1,) * 30, (4, 9, 17), (3, 3, 24), (29, 1), (5, 0, 25)])
def test_records_lie_at_the_steps_that_every_divides_however_calls_are_cut(cuts, every):
    whole, dense = moved(two(), full(), [30], every=1, observers=(Loss(),))
    members, (records,) = moved(two(), full(), cuts, every=every, observers=(Loss(),))
    assert_same(members, whole)
    np.testing.assert_array_equal(records["step"], [np.arange(0, 30, every)] * 2)
    np.testing.assert_array_equal(records["loss"], dense[0]["loss"][:, ::every])


def test_a_call_may_begin_anywhere():
    whole, dense = moved(two(), full(), [40], every=1, observers=(Loss(),))
    begun, _ = moved(two(), full(), [13])
    members, (records,) = moved(begun, full(), [3, 24], every=5, observers=(Loss(),), clock=13)
    assert_same(members, whole)
    assert records["step"][0].tolist() == [15, 20, 25, 30, 35]
    np.testing.assert_array_equal(records["loss"], dense[0]["loss"][:, 15:40:5])


def test_a_member_with_fewer_steps_left_rests_when_they_are_made():
    members = population([member_of(two(30), 0), member_of(two(11), 1)])
    moved_on, (records,) = moved(members, full(), [4, 16], every=3, observers=(Loss(),))
    assert moved_on.carry.step.tolist() == [20, 11]
    alone, _ = moved(population([member_of(two(11), 1)]), full(), [11])
    assert_same(at(moved_on.carry, 1), at(alone.carry, 0))
    assert records["step"][0].tolist() == [0, 3, 6, 9, 12, 15, 18]
    np.testing.assert_array_equal(records["step"][1], [0, 3, 6, 9, np.nan, np.nan, np.nan])


def test_a_member_that_is_not_alive_keeps_its_carry():
    begun, _ = moved(two(), full(), [5])
    resting = begun._replace(alive=jnp.array([False, True]))
    after, (records,) = moved(resting, full(), [5], every=1, observers=(Loss(),), clock=5)
    assert_same(at(after, 0), at(resting, 0))
    assert_same(at(after.carry, 1), at(moved(begun, full(), [5], clock=5)[0].carry, 1))
    assert np.isnan(records["loss"][0]).all() and np.isfinite(records["loss"][1]).all()


def test_a_call_may_not_pass_the_end_of_the_epoch():
    advance(two(), batches(2), clock=2, count=STEPS - 2)
    with pytest.raises(ValueError, match="advance may not pass the epoch's end: step 2 \\+ 3 of 4"):
        advance(two(), batches(2), clock=2, count=3)


def test_a_call_holds_no_more_records_than_it_has_room_for():
    _, (records,) = advance(two(300), full(), clock=7, count=ROWS, every=1, observers=(Loss(),))
    assert np.isfinite(records["loss"]).all()
    with pytest.raises(ValueError, match=f"advance can hold {ROWS} records a call; 257 steps, one record every 1"):
        advance(two(300), full(), clock=7, count=ROWS + 1, every=1, observers=(Loss(),))
    advance(two(300), full(), clock=7, count=ROWS + 1, every=1)  # without observers there is nothing to hold


# Members


def test_a_member_begins_with_its_first_weights_as_its_best():
    member = start(learner_of(experiment()), root(3), (D,), 17)
    assert_same(member.best, (member.carry.params, member.carry.state))
    assert (int(member.carry.step), int(member.total), bool(member.alive)) == (0, 17, True)
    assert_same(member_of(population([member, start(learner_of(experiment()), root(4), (D,), 17)]), 0), member)


def test_seeds_make_other_weights_and_the_same_seed_the_same():
    one, two, again = (start(learner_of(experiment()), root(s), (D,), 1).carry.params for s in (0, 1, 0))
    assert_same(one, again)
    assert not np.array_equal(one["dense_1"]["w"], two["dense_1"]["w"])


def test_side_by_side_gives_what_one_after_the_other_gives(monkeypatch):
    # On a GPU members go side by side; the arithmetic is in another order, the steps made are the same.
    members = population([member_of(two(30), 0), member_of(two(11), 1), member_of(two(30), 1)])
    members = members._replace(alive=jnp.array([True, True, False]))
    given = {"clock": jnp.int32(2), "count": jnp.full(3, 16), "every": jnp.int32(5), "observers": (Loss(),)}
    one_by_one, (records,) = populations._advance(members, full(), **given)
    monkeypatch.setattr(jax, "default_backend", lambda: "gpu")
    side_by_side, (theirs,) = jax.jit(populations._advance, static_argnames="observers")(members, full(), **given)
    ours = plain((one_by_one, records))
    for name, value in plain((side_by_side, theirs)).items():
        np.testing.assert_allclose(value, ours[name], rtol=2e-5, atol=2e-6, err_msg=name)
    assert side_by_side.carry.step.tolist() == [16, 11, 0]


def test_each_member_may_make_its_own_number_of_steps():
    members = two(30)
    counted, _ = advance(members, batches(2), clock=0, count=np.array([1, 3]))
    assert counted.carry.step.tolist() == [1, 3]
    for position, count in enumerate((1, 3)):
        alone, _ = advance(members, batches(2), clock=0, count=count)
        assert_same(at(counted, position), at(alone, position))
    with pytest.raises(ValueError, match=r"^advance may not pass the epoch's end: step 2 \+ 3 of 4\.$"):
        advance(members, batches(2), clock=2, count=np.array([1, 3]))


def test_epochs_of_one_step_may_follow_each_other_and_equal_those_in_place():
    members, rows = two(30), TRAIN[5:80]
    order = jnp.asarray(np.tile(rows, (2, 1, 1)), jnp.int32)
    ordered, _ = advance(members, batches(2)._replace(order=order, mask=None), clock=0, count=6)
    in_place, _ = advance(members, full(rows), clock=0, count=6)
    assert_same(ordered, in_place)


# Batches


def normed():
    """What would notice a row of padding most."""
    layers = (Dense(5), BatchNorm(), Activation(Tanh()), Dropout(0.3), Dense(C))
    return experiment(network=Sequential(layers))


def test_what_the_padding_holds_changes_no_bit():
    given = batches(2)
    mask = np.asarray(given.mask)
    assert (mask[:, -1].sum(axis=1) == len(TRAIN) - BATCH * (STEPS - 1)).all()
    garbage = given._replace(order=jnp.where(given.mask > 0, given.order, 140))
    extreme = garbage._replace(x=garbage.x.at[140].set(1e4), weight=garbage.weight.at[140].set(50.0))
    members = members_of([normed(), normed()], 100)
    whole, _ = moved(members, given, [STEPS])
    assert_same(moved(members, garbage, [STEPS])[0], whole)
    assert_same(moved(members, extreme, [STEPS])[0], whole)


def test_full_batch_is_a_batch_of_all_rows():
    given = batches(2)
    rows = np.tile(TRAIN.astype(np.int32), (2, 1, 1))
    one_batch = given._replace(order=jnp.asarray(rows), mask=jnp.ones(rows.shape))
    members, gathered = two(), two()
    for clock in range(20):
        members, _ = moved(members, full(), [1], clock=clock)
        gathered, _ = moved(gathered, one_batch, [1], clock=clock)
    theirs = plain(gathered.carry)
    for name, value in plain(members.carry).items():
        np.testing.assert_allclose(value, theirs[name], rtol=1e-5, atol=1e-6, err_msg=name)


# Draws


class Dropped(NamedTuple):
    """Records which inputs of the head were dropped: their weights get no gradient."""

    def measure(self, view):
        return (view.gradients["dense_1"]["w"] == 0).all(axis=1).astype(jnp.float32)


def test_every_step_and_member_has_its_own_dropout_and_the_same_seed_the_same():
    network = Sequential((Dropout(0.5), Dense(2)))
    spec = experiment(network=network, update=SGD(1e-3), penalty=NoPenalty())
    members = population([start(learner_of(spec), root(seed), (40,), 100) for seed in (0, 1, 0)])
    x, y = jnp.ones((1, 40)), jnp.zeros(1, jnp.int32)
    _, (masks,) = advance(
        members, Batches(x, y, jnp.ones(1), None, None), clock=0, count=50, every=1, observers=(Dropped(),)
    )
    masks = np.asarray(masks)[:, :50]
    assert_same(masks[0], masks[2])
    distinct = {row.tobytes() for row in np.concatenate([masks[0], masks[1]])}
    assert len(distinct) == 100
    assert masks.mean() == pytest.approx(0.5, abs=0.05)


def test_draws_hang_on_the_members_own_step_not_on_the_populations_clock():
    spec = experiment(network=Sequential((Dropout(0.5), Dense(C))), update=SGD(0.1))
    fresh = members_of([spec], 100)
    early, _ = moved(fresh, full(), [3])
    late, _ = moved(fresh, full(), [3], clock=20)
    assert_same(early.carry, late.carry)
