"""Averages of weights are those of the equations, and are what is evaluated and kept; training does not feel them."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tests.search.ground import alone, small, small_ground, trials_of
from tests.train.small import (
    BATCH,
    STEPS,
    TRAIN,
    assert_same,
    assert_same_run,
    at,
    batches,
    data,
    experiment,
    full,
    members_of,
    plain,
    train,
    without_time,
)
from thalweg.activations.relu import ReLU
from thalweg.averaging.exponential_average import ExponentialAverage
from thalweg.averaging.no_averaging import NoAveraging
from thalweg.averaging.stochastic_average import StochasticAverage
from thalweg.catalogue import KINDS
from thalweg.errors import InputError
from thalweg.layers.activation import Activation
from thalweg.layers.batch_norm import BatchNorm
from thalweg.layers.dense import Dense
from thalweg.network.sequential import Sequential
from thalweg.platform import compiles
from thalweg.schedules.constant import Constant
from thalweg.search.engine.train_trials import Engine, train_trials
from thalweg.serialise import from_plain, to_plain
from thalweg.train import population as populations
from thalweg.train.checkpoint import load_checkpoint, save_checkpoint
from thalweg.train.controllers import Continue, Pause
from thalweg.train.evaluate import assess, part_of
from thalweg.train.loop import LoopState, Watch, run
from thalweg.train.plan import Plan
from thalweg.train.population import advance
from thalweg.train.state import evaluated_weights, learner_of
from thalweg.trees import named_leaves

WITH_NORM = Sequential((Dense(5), BatchNorm(), Activation(ReLU()), Dense(4)))
AVERAGES = [ExponentialAverage(0.7), StochasticAverage(0.5)]


def walk(averaging, *, epochs=3, given=None, **changes):
    """The weights at the start and after each step of one member, and the average after each."""
    spec = experiment(0.2, network=WITH_NORM, averaging=averaging, **changes)
    steps = STEPS if given is None else 1
    members = members_of([spec], epochs * steps)
    own, averaged = [(at(members.carry.params, 0), at(members.carry.state, 0))], []
    for clock in range(epochs * steps):
        some = given or batches(epoch=clock // steps)
        members, _ = advance(members, some, clock=clock, count=1)
        own.append((at(members.carry.params, 0), at(members.carry.state, 0)))
        averaged.append(evaluated_weights(populations.member_of(members, 0)))
    return own, averaged


def mean(trees):
    return jax.tree.map(lambda *leaves: np.mean([np.asarray(leaf, np.float64) for leaf in leaves], axis=0), *trees)


def near(actual, expected, rtol=1e-5):
    ours, theirs = plain(actual), plain(expected)
    assert ours.keys() == theirs.keys()
    for name, value in theirs.items():
        np.testing.assert_allclose(ours[name], value, rtol=rtol, atol=1e-6, err_msg=name)


# By hand


def test_an_exponential_average_by_hand():
    own, averaged = walk(ExponentialAverage(0.25))
    wanted = jax.tree.map(lambda leaf: np.asarray(leaf, np.float64), own[0])
    for t, (after, found) in enumerate(zip(own[1:], averaged, strict=True)):
        d = min(0.25, (1 + t) / (10 + t))  # 1/10, 2/11, 3/12 and from then on 1/4
        wanted = jax.tree.map(lambda old, new, d=d: d * old + (1 - d) * np.asarray(new, np.float64), wanted, after)
        near(found, wanted)
    assert "batch_norm_1/mean" in named_leaves(averaged[-1][1])


def test_a_stochastic_average_by_hand():
    # Three epochs of four steps: of 12, a half are 6, so that the ends after steps 8 and 12 count.
    own, averaged = walk(StochasticAverage(0.5))
    for step, found in enumerate(averaged, 1):
        ends = [end for end in (8, 12) if end <= step]
        near(found, mean([own[end] for end in ends]) if ends else own[step])
    assert_same(averaged[3], own[4])  # an epoch's end before the half
    assert_same(averaged[7], own[8])


@pytest.mark.parametrize(("begin", "first"), [(0.0, 1), (0.3, 3), (0.7, 7), (1.0, 10)])
def test_the_share_of_the_steps_from_which_on_epochs_count_is_met_exactly(begin, first):
    # Of full batches each step is an epoch; 0.7 * 10 is more than 7 in float32.
    own, averaged = walk(StochasticAverage(begin), epochs=10, given=full())
    near(averaged[-1], mean(own[first:]))


def test_by_hand_of_one_number():
    rule = ExponentialAverage(0.9)
    w = [{"w": jnp.array(x)} for x in (1.0, 2.0, 4.0)]
    kept = rule.init(w[0], {})
    for t in (0, 1):
        kept = rule.following(kept, w[t + 1], {}, step=t, total=2, ends_epoch=True)
    # 0.1 * 1 + 0.9 * 2 = 1.9, then 2/11 * 1.9 + 9/11 * 4
    assert rule.averaged(kept, w[2], {})[0]["w"].item() == pytest.approx((2 * 1.9 + 9 * 4) / 11)


@pytest.mark.parametrize("averaging", AVERAGES, ids=repr)
def test_what_is_no_float_is_taken_as_it_is(averaging):
    state = [{"count": jnp.int32(k), "mean": jnp.float32(k)} for k in (1, 2, 5)]
    kept = averaging.init({}, state[0])
    for step in (1, 2):
        kept = averaging.following(kept, {}, state[step], step=step, total=3, ends_epoch=True)
    _, found = averaging.averaged(kept, {}, state[2])
    assert found["count"].dtype == jnp.int32 and found["count"] == 5 and 2 < found["mean"] < 5


# Training


@pytest.mark.parametrize("averaging", AVERAGES, ids=repr)
def test_training_goes_on_with_its_own_weights(averaging):
    without, found = (train([experiment(averaging=a)], epochs=5) for a in (NoAveraging(), averaging))
    assert_same(found.members.carry._replace(kept=()), without.members.carry)
    for name in ("step", "running_loss"):
        ours, theirs = (state.history.evaluation_table()[name] for state in (found, without))
        np.testing.assert_array_equal(ours, theirs)


def test_a_decay_of_0_is_no_average_at_all():
    without, found = (train([experiment(averaging=a)], epochs=5) for a in (NoAveraging(), ExponentialAverage(0.0)))
    assert_same(found.members.best, without.members.best)
    assert_same(without_time(found.history), without_time(without.history))
    assert found.best_score == without.best_score


def test_without_an_average_nothing_is_kept():
    state = train([experiment()], epochs=1)
    assert experiment().averaging == NoAveraging() and state.members.carry.kept == ()
    assert not [name for name in named_leaves(state.members) if "kept" in name or "averaging" in name]
    lowered = []
    for averaging in (NoAveraging(), ExponentialAverage()):
        members = members_of([experiment(averaging=averaging)], 4)
        number = jnp.int32(0)
        program = populations._compiled_advance.compiled()
        lowered.append(program.lower(members, batches(), number, number[None], number, observers=()).as_text())
    assert len(lowered[0]) < len(lowered[1])


@pytest.mark.parametrize("averaging", AVERAGES, ids=repr)
def test_evaluations_and_the_best_weights_are_those_of_the_average(averaging):
    epochs = 4
    spec = experiment(0.3, network=WITH_NORM, averaging=averaging, schedule=Constant())
    found = train([spec], epochs=epochs)
    members, table = members_of([spec], epochs * STEPS), found.history.evaluation_table()
    d, averages = data(), [evaluated_weights(populations.member_of(members, 0))]
    for clock in range(epochs * STEPS):
        members, _ = advance(members, batches(epoch=clock // STEPS), clock=clock, count=1)
        if (clock + 1) % STEPS == 0:
            averages.append(evaluated_weights(populations.member_of(members, 0)))
    bare = members_of([experiment(0.3, network=WITH_NORM)], epochs * STEPS)
    part = part_of(jnp.asarray(d.x), jnp.asarray(d.y), jnp.asarray(d.weight), d.validation)
    for place, (params, state) in enumerate(averages):
        alone = jax.tree.map(lambda leaf: leaf[None], (params, state))
        carry = bare.carry._replace(params=alone[0], state=alone[1])
        (sums,) = assess(bare._replace(carry=carry), (part,))
        wanted = float(sums.loss[0]) / float(sums.weight[0])
        assert table["validation_loss"][place, 0] == pytest.approx(wanted, rel=1e-6)
        penalty = float(spec.penalty(params))
        assert table["penalty"][place, 0] == pytest.approx(penalty, rel=1e-6)
    best = np.flatnonzero(table["better"][:, 0])[-1]
    assert best > 0
    near(at(found.members.best, 0), averages[best], rtol=1e-6)


def test_at_a_high_rate_an_average_lies_lower_than_where_training_is():
    losses = {}
    for averaging in (NoAveraging(), ExponentialAverage(0.95), StochasticAverage(0.25)):
        specs = [experiment(0.6, schedule=Constant(), averaging=averaging)] * 4
        table = train(specs, epochs=30).history.evaluation_table()
        losses[type(averaging)] = table["training_loss"][-5:].mean()
    assert max(losses[ExponentialAverage], losses[StochasticAverage]) < 0.97 * losses[NoAveraging]


@pytest.mark.parametrize("averaging", AVERAGES, ids=repr)
@pytest.mark.parametrize("step", [6, 8, 11])
def test_resumed_is_the_same_as_never_interrupted(averaging, step, tmp_path):
    specs = [experiment(rate, network=WITH_NORM, averaging=averaging) for rate in (0.1, 0.3)]
    plan = Plan(TRAIN, BATCH, 16, ((0, 0), (1, 0)))
    whole = run(LoopState(members_of(specs, 16)), data(), plan, Watch())

    class Once:
        def decide(self, progress):
            return Pause("asked") if progress.step >= step else Continue()

    paused = run(LoopState(members_of(specs, 16)), data(), plan, Watch(controllers=(Once(),)))
    assert step <= paused.clock < 16
    save_checkpoint(tmp_path, paused, "me")
    again = load_checkpoint(tmp_path, members_of(specs, 16), "me")
    assert_same_run(run(again, data(), plan, Watch()), whole)


@pytest.mark.parametrize("averaging", [ExponentialAverage(0.7), StochasticAverage(0.0)], ids=repr)
@pytest.mark.parametrize("batch", [BATCH, 200], ids=["batches", "full batch"])
def test_a_step_that_breaks_down_leaves_the_average_of_that_step(averaging, batch):
    # Of full batches each step ends an epoch, so that steps before the one that breaks down count.
    spec = experiment(1e6, averaging=averaging)
    state = train([spec], epochs=40, batch=batch)
    step, steps = int(state.members.carry.step[0]), STEPS if batch == BATCH else 1
    members = members_of([spec], 40 * steps)
    for clock in range(step):
        some = batches(epoch=clock // STEPS) if steps > 1 else full()
        members, _ = advance(members, some, clock=clock, count=1)
    assert step > 1 and "no longer a finite number" in state.endings[0]
    if isinstance(averaging, StochasticAverage):
        assert state.members.carry.kept.ends == members.carry.kept.ends == step // steps
    near(state.members.carry.kept[1:], members.carry.kept[1:], rtol=1e-3)


def test_members_of_other_decays_share_a_program_and_are_what_they_are_alone():
    specs = [experiment(averaging=ExponentialAverage(decay)) for decay in (0.0, 0.1, 0.5)]
    before = compiles(populations._compiled_advance)
    together = train(specs, epochs=3, seeds=(4, 4, 4))
    assert compiles(populations._compiled_advance) <= before + 1
    for k, spec in enumerate(specs):
        assert_same(at(together.members, k), at(train([spec], epochs=3, seeds=(4,)).members, 0))
    kept = [np.asarray(at(together.members.carry.kept, k)[0]["dense_1"]["w"]) for k in range(3)]
    assert not np.array_equal(kept[0], kept[1]) and not np.array_equal(kept[1], kept[2])


def test_trials_are_judged_by_their_average_as_runs_are():
    ground, found = small_ground(), {}
    trials = trials_of([small(0.3, averaging=a) for a in (*AVERAGES, ExponentialAverage(0.9), NoAveraging())])
    assert train_trials(Engine(ground, workers=2), trials, lambda r: found.update({r.trial.number: r}))
    for trial in trials:
        state, result = alone(ground, trial), found[trial.number]
        assert (result.score, result.loss) == (state.best_score[0], state.best_loss[0])
        assert_same(result.rest.member.best, at(state.members.best, 0))
        assert_same(result.rest.member.carry, at(state.members.carry, 0))


# Files


def test_an_experiment_of_a_file_that_knows_of_no_average_has_none():
    written = to_plain(experiment())
    assert written.pop("averaging") == {"kind": "no_averaging"}
    again = from_plain(written, "experiment", KINDS)
    assert again == experiment() and learner_of(again).averaging == NoAveraging()
    for averaging in AVERAGES:
        spec = experiment(averaging=averaging)
        assert from_plain(to_plain(spec), "experiment", KINDS) == spec and learner_of(spec).averaging == averaging


def test_numbers_outside_their_range_are_refused():
    with pytest.raises(InputError, match=r"^ExponentialAverage\.decay must be in \[0, 1\); got 1\.0\.$"):
        ExponentialAverage(1.0)
    with pytest.raises(InputError, match=r"^StochasticAverage\.begin must be in \[0, 1\]; got 1\.5\.$"):
        StochasticAverage(1.5)
