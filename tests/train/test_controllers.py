"""What controllers may do to a run: stop, pause, restart; alone and in the loop."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest

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
    members_of,
    train,
)
from tests.train.test_loop import Losses, pace
from thalweg.spec import replaced
from thalweg.train.controllers import Continue, EarlyStopping, Mark, Pause, Progress, Restart, Stop, TimeBudget
from thalweg.train.history import Evaluation, History, pack, unpack
from thalweg.train.loop import LoopState, Watch, run
from thalweg.train.plan import Plan
from thalweg.train.population import advance, member_of

MEMBERS = members_of([experiment()], 1)


class At(NamedTuple):
    """Decides at one step, once."""

    step: int
    make: object  # of the progress

    def decide(self, progress):
        return self.make(progress) if progress.step == self.step else Continue()


def progress_after(better, *, epochs=None):
    """A progress in which members were better at some evaluations, one an epoch."""
    rows = np.array(better, bool)
    epochs = range(len(rows)) if epochs is None else epochs
    nothing = np.zeros(rows.shape[1])
    evaluations = tuple(
        Evaluation(float(e), 10 * k, *(nothing,) * 6, row, 0.0)
        for k, (e, row) in enumerate(zip(epochs, rows, strict=True))
    )
    return Progress(
        history=History((), (), evaluations),
        members=MEMBERS,
        epoch=float(evaluations[-1].epoch),
        step=10 * len(rows),
        total=1000,
        evaluated=True,
        seconds=3.0,
        compile_seconds=1.0,
        examples_per_second=10.0,
        metric="accuracy",
    )


# Early stopping


@pytest.mark.parametrize(
    ("better", "stopped"),
    [
        ([[1, 1]], None),
        ([[1, 1], [0, 1], [0, 0]], None),
        ([[1, 1], [0, 1], [0, 0], [0, 0]], (0,)),
        ([[1, 1], [0, 1], [0, 0], [0, 0], [0, 0]], (0, 1)),
        ([[1, 1], [0, 0], [0, 0], [1, 0]], (1,)),
        ([[0, 1], [0, 1], [0, 1]], None),
        ([[0, 1], [0, 1], [0, 1], [0, 1]], (0,)),  # a score of NaN from the start is never better
    ],
)
def test_a_member_is_stopped_three_epochs_after_its_best(better, stopped):
    decision = EarlyStopping(3).decide(progress_after(better))
    wanted = Continue() if stopped is None else Stop("no better validation score for 3 epochs", stopped)
    assert decision == wanted and type(decision) is type(wanted)


def test_patience_counts_epochs_not_evaluations():
    rows = [[1], [0], [0], [0]]
    assert EarlyStopping(2).decide(progress_after(rows, epochs=(0, 0.5, 1, 1.5))) == Continue()
    assert isinstance(EarlyStopping(2).decide(progress_after(rows, epochs=(0, 50, 51, 52))), Stop)


def test_early_stopping_waits_for_an_evaluation():
    late = progress_after([[1], [0], [0], [0], [0]])
    assert isinstance(EarlyStopping(3).decide(late), Stop)
    assert EarlyStopping(3).decide(late._replace(evaluated=False)) == Continue()


def test_a_stopped_run_ends_patience_epochs_after_its_best():  # R6
    run = train([experiment(0.5)], epochs=60, watch=Watch((), (), (EarlyStopping(6),)))
    table = run.history.evaluation_table()
    best = int(np.flatnonzero(table["better"][:, 0])[-1])
    assert table["epoch"][-1] == best + 6 == run.clock / STEPS < 60
    assert run.endings == ("no better validation score for 6 epochs",)


# Time


def test_the_budget_is_compared_with_all_the_seconds():
    progress = progress_after([[1]])
    assert TimeBudget(3.5).decide(progress) == Continue()
    assert TimeBudget(3).decide(progress) == Stop("the time budget of 3 s is spent")


def test_a_run_without_time_ends_at_step_0_with_an_evaluation():
    run = train([experiment(), experiment(0.1)], epochs=3, watch=Watch((), (), (TimeBudget(0),)))
    assert run.clock == 0
    assert run.endings == ("the time budget of 0 s is spent",) * 2
    assert len(run.history.evaluations) == 1


def test_weights_stopped_between_evaluations_are_scored_before_they_are_left():
    stop = At(3, lambda progress: Stop("enough"))
    stopped = train([experiment()], epochs=3, watch=Watch((), (), (stop,)), plan=pace(3))
    assert [e.step for e in stopped.history.evaluations] == [0, 3]
    assert stopped.history.evaluations[-1].better.all()  # three steps beat none
    assert_same(stopped.members.best[0], stopped.members.carry.params)


def test_controllers_are_told_where_training_is():
    seen = []

    class Spy:
        def decide(self, progress):
            seen.append(progress)
            return Continue()

    train([experiment()], epochs=3, watch=Watch((), (), (Spy(),)), plan=pace(3))
    assert [p.step for p in seen] == [0, 3, 4, 7, 8, 11, 12]
    assert [p.evaluated for p in seen] == [True, False, True, False, True, False, True]
    assert [len(p.history.evaluations) for p in seen] == [1, 1, 2, 2, 3, 3, 4]
    assert {p.total for p in seen} == {12}
    assert [p.epoch for p in seen][3] == 7 / STEPS
    assert all(0 < p.compile_seconds < p.seconds for p in seen)
    assert all(p.examples_per_second > 0 for p in seen[1:])
    assert sorted(p.seconds for p in seen) == [p.seconds for p in seen]


# Stop


def test_one_member_is_stopped_and_the_other_does_not_notice():
    stop = At(7, lambda progress: Stop("enough", (0,)))
    run = train([experiment(0.02), experiment(0.1)], epochs=4, watch=Watch((), (), (stop,)), plan=pace(3))
    alone = train([experiment(0.02), experiment(0.1)], epochs=4)
    assert_same(at(run.members, 1), at(alone.members, 1))
    half, _ = advance(members_of([experiment(0.02), experiment(0.1)], 16), batches(2), clock=0, count=4)
    half, _ = advance(half, batches(2, epoch=1), clock=4, count=3)
    assert_same(at(run.members.carry, 0), at(half.carry, 0))
    assert run.endings == ("enough", "all epochs were trained")


def test_the_first_reason_to_stop_stays():
    stops = tuple(At(4, lambda progress, w=word: Stop(w)) for word in ("first", "second"))
    assert train([experiment()], epochs=4, watch=Watch((), (), stops)).endings == ("first",)


def test_a_member_stopped_between_evaluations_is_scored_at_the_next_one():
    stop = At(7, lambda progress: Stop("enough", (0,)))
    run = train([experiment(0.02), experiment(0.1)], epochs=4, watch=Watch((), (), (stop,)), plan=pace(3))
    alone = At(7, lambda progress: Stop("enough"))
    single = train([experiment(0.02)], epochs=4, watch=Watch((), (), (alone,)), plan=pace(3))
    assert [e.step for e in run.history.evaluations] == [0, 4, 8, 12, 16]
    assert [e.step for e in single.history.evaluations] == [0, 4, 7]
    ours, theirs = run.history.evaluation_table(), single.history.evaluation_table()
    for name in ("running_loss", "training_loss", "validation_score", "better"):
        np.testing.assert_array_equal(ours[name][:3, 0], theirs[name][:, 0])
    assert not ours["better"][3:, 0].any()
    assert_same(at(run.members.best, 0), at(single.members.best, 0))


# Pause


@pytest.mark.parametrize("step", [0, 4, 7, 203])
def test_a_paused_run_that_goes_on_ends_as_one_never_paused(step):
    watch = Watch((Losses(),), (), (EarlyStopping(30),))
    whole = train([experiment(0.02), experiment(0.3)], epochs=53, watch=watch, plan=pace(7))
    break_off = At(step, lambda progress: Pause("the user asked"))
    with_break = watch._replace(controllers=(*watch.controllers, break_off))
    paused = train([experiment(0.02), experiment(0.3)], epochs=53, watch=with_break, plan=pace(step % STEPS or STEPS))
    assert paused.paused == "the user asked"
    assert paused.clock == step
    assert paused.endings == ("", "")
    # As from a file: through flat arrays and back.
    again = paused._replace(paused="", history=unpack(pack(paused.history)))
    plan = Plan(TRAIN, BATCH, 53 * STEPS, ((0, 0), (1, 0)))
    resumed = run(again, data(), plan, watch)
    assert_same_run(resumed, whole)
    assert resumed.seconds > paused.seconds > 0
    assert resumed.compile_seconds > paused.compile_seconds > 0


def test_a_run_paused_at_its_last_step_is_over_when_it_goes_on():
    paused = train([experiment()], epochs=2, watch=Watch((), (), (At(8, lambda progress: Pause("stop")),)))
    assert paused.endings == ("",)
    resumed = run(paused._replace(paused=""), data(), Plan(TRAIN, BATCH, 8, ((0, 0),)), Watch())
    assert resumed.endings == ("all epochs were trained",)
    assert_same(resumed.members, paused.members)


def test_what_is_saved_goes_on_to_the_same_end(monkeypatch):
    monkeypatch.setattr("thalweg.train.loop.SAVE_SECONDS", 0.0)
    saved, plan = [], pace(3)(TRAIN, BATCH, 16, ((0, 0),))
    fresh = LoopState(members_of([experiment()], 16))
    whole = run(fresh, data(), plan, Watch((Losses(),)), save=saved.append)
    assert [state.clock for state in saved] == [3, 4, 7, 8, 11, 12, 15, 16, 16]
    assert len({s.seconds for s in saved[:-1]}) == 8 and saved[0].seconds > 0
    for state in saved:
        assert_same_run(run(state, data(), plan, Watch((Losses(),))), whole)


# Restart


def slower(progress):
    """Halve every member's rate."""
    learner = progress.members.learner
    update = replaced(learner.update, rate=learner.update.rate / 2)
    return Restart(progress.members._replace(learner=replaced(learner, update=update)), "the loss went up")


def test_a_restart_with_another_rate_is_training_by_hand_with_it():
    state = train([experiment(0.2)], epochs=2, watch=Watch((), (), (At(3, slower),)), plan=pace(3))
    members = members_of([experiment(0.2)], 8)
    members, _ = advance(members, batches(), clock=0, count=3)
    learner = members.learner
    members = members._replace(learner=replaced(learner, update=replaced(learner.update, rate=jnp.float32([0.1]))))
    members, _ = advance(members, batches(), clock=3, count=1)
    members, _ = advance(members, batches(epoch=1), clock=4, count=4)
    assert_same(state.members.carry, members.carry)
    assert state.restarts == ("step 3: the loss went up",)


def test_a_restart_keeps_the_best_weights_and_their_score():
    watch = Watch((), (), (At(8, lambda progress: Restart(spoilt(progress.members), "a try")),))
    state = train([experiment(0.05)], epochs=3, watch=watch)
    table = state.history.evaluation_table()
    assert table["better"][:, 0].tolist() == [True, True, True, False]
    assert state.best_score[0] == table["validation_score"][2, 0]


def spoilt(members):
    """Turn every score round."""
    params = dict(members.carry.params)
    params["dense_2"] = jax.tree.map(lambda w: -30 * w, params["dense_2"])
    return members._replace(carry=members.carry._replace(params=params))


def test_other_best_weights_count_as_never_evaluated():
    def restart(progress):
        members = spoilt(progress.members)
        return Restart(members._replace(best=(members.carry.params, members.carry.state)), "begin again")

    state = train([experiment(0.05)], epochs=3, watch=Watch((), (), (At(8, restart),)))
    table = state.history.evaluation_table()
    assert table["better"][:, 0].tolist() == [True, True, True, True]
    assert state.best_score[0] == table["validation_score"][3, 0] < table["validation_score"][2, 0]


def test_best_weights_exchanged_after_the_last_evaluation_have_no_score():
    def restart(progress):
        return Restart(progress.members._replace(best=(progress.members.best[0], {})), "too late")

    state = train([experiment(0.05)], epochs=2, watch=Watch((), (), (At(8, restart),)))
    assert np.isnan(state.best_score).all() and np.isnan(state.best_loss).all()


def test_a_member_that_broke_down_is_replaced_and_goes_on():
    fresh = member_of(members_of([experiment(0.02), experiment(0.05)], 5 * STEPS), 1)

    class Repair:
        def decide(self, progress):
            if bool(progress.members.alive[1]):
                return Continue()
            return Restart(jax.tree.map(lambda old, new: old.at[1].set(new), progress.members, fresh), "it broke down")

    watch = Watch((), (), (Repair(),))
    state = train([experiment(0.02), experiment(1e9)], epochs=5, watch=watch)
    untouched = train([experiment(0.02), experiment(0.02)], epochs=5)
    assert state.endings == ("all epochs were trained",) * 2
    assert_same(at(state.members, 0), at(untouched.members, 0))
    (restart,) = state.restarts
    assert restart.endswith("it broke down")
    assert int(state.members.carry.step[1]) == 5 * STEPS - int(restart.split()[1].rstrip(":"))
    assert np.isfinite(state.history.evaluations[-1].validation_loss).all()


def test_the_only_member_may_be_replaced_after_its_end_even_by_another_network():
    wider = members_of([experiment(0.05, width=9)], 4 * STEPS)

    class Repair:
        def decide(self, progress):
            return Continue() if bool(progress.members.alive[0]) else Restart(wider, "a wider one")

    state = train([experiment(1e9)], epochs=4, watch=Watch((), (), (Repair(),)))
    assert state.endings == ("all epochs were trained",)
    assert state.members.carry.params["dense_1"]["w"].shape == (1, 6, 9)
    assert np.isfinite(state.best_loss).all()


def test_a_marked_moment_is_kept_until_another_one_is():
    class Marking:
        def decide(self, progress):
            return Mark() if progress.evaluated and progress.epoch in (1.0, 3.0) else Continue()

    seen = []

    class Spy:
        def decide(self, progress):
            seen.append((progress.step, progress.members))
            return Continue()

    ended = train([experiment()], epochs=4, watch=Watch(controllers=(Marking(), Spy())))
    clock, members = ended.marked
    assert clock == 12  # epochs have four steps
    assert_same(members.carry, dict(seen)[12].carry)
    plain = train([experiment()], epochs=4)
    assert_same(ended.members.carry, plain.members.carry)


def test_what_was_marked_before_a_restart_is_of_no_use_after_it():
    marking = At(4, lambda progress: Mark())
    again = At(8, lambda progress: Restart(progress.members, "anew"))
    assert train([experiment()], epochs=1, watch=Watch(controllers=(marking,))).marked is not None
    assert train([experiment()], epochs=2, watch=Watch(controllers=(marking, again))).marked is None


def test_the_first_reason_to_pause_stays():
    first, second = (At(4, lambda progress, text=text: Pause(text)) for text in ("first", "second"))
    assert train([experiment()], epochs=2, watch=Watch(controllers=(first, second))).paused == "first"


def test_controllers_are_told_of_endings():
    seen = []

    class Spy:
        def decide(self, progress):
            seen.append(progress.endings)
            return Stop("enough", (0,)) if progress.step == 4 else Continue()

    train([experiment(), experiment(0.2)], epochs=2, watch=Watch(controllers=(Spy(),)))
    assert seen[0] == ("", "") and seen[-1] == ("enough", "")


def test_a_restart_with_fewer_members_is_refused():
    fewer = At(4, lambda progress: Restart(members_of([experiment()], 8), "fewer"))
    with pytest.raises(ValueError, match="Restart needs 2 members, as there were; got 1"):
        train([experiment(), experiment(0.1)], epochs=2, watch=Watch((), (), (fewer,)))
