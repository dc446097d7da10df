"""The rate that falls on a plateau: by hand, as Keras would decide, a member each, and over an interruption."""

import numpy as np
import pytest

from tests.train.small import BATCH, TRAIN, assert_same_run, data, experiment, members_of, train
from tests.train.test_controllers import At, progress_after
from thalweg.experiment import Training
from thalweg.monitors.steps import StepMonitor
from thalweg.runs.training import default_watch
from thalweg.schedules.constant import Constant
from thalweg.schedules.reduce_on_plateau import ReduceOnPlateau
from thalweg.train.checkpoint import load_checkpoint, save_checkpoint
from thalweg.train.controllers import Continue, Pause, RateReduction, Rescale
from thalweg.train.loop import LoopState, Watch, run
from thalweg.train.plan import Plan


def after(better, *, share=1.0, since=0):
    """A progress after some evaluations of one member, one an epoch of ten steps, the first of the fresh network."""
    progress = progress_after([[b] for b in better])
    carry = progress.members.carry._replace(rate_share=np.float32([share]), share_since=np.int32([since]))
    members = progress.members._replace(carry=carry)
    return progress._replace(members=members, step=10 * (len(better) - 1))


def test_a_rate_waits_for_its_patience():  # U12
    rule = RateReduction(0.5, 2)
    assert rule.decide(after([1])) == Continue()
    assert rule.decide(after([1, 0])) == Continue()
    assert rule.decide(after([1, 0, 0])) == Rescale((0.5,))
    assert rule.decide(after([1, 1, 0])) == Continue()
    # After a reduction at epoch 2 the wait begins anew.
    assert rule.decide(after([1, 0, 0, 0], share=0.5, since=20)) == Continue()
    assert rule.decide(after([1, 0, 0, 0, 0], share=0.5, since=20)) == Rescale((0.25,))
    assert rule.decide(after([1, 0, 0])._replace(evaluated=False)) == Continue()


def test_no_rate_falls_below_the_floor():
    assert RateReduction(0.5, 2, 0.4).decide(after([1, 0, 0], share=0.5)) == Rescale((0.4,))
    assert RateReduction(0.5, 2, 0.5).decide(after([1, 0, 0], share=0.5)) == Continue()


def reduced(better, factor, patience):
    """Keras' loop: the share in use before each evaluation's decision."""
    share, wait, shares = 1.0, 0, []
    for k, b in enumerate(better):
        shares.append(share)
        wait = 0 if b or k == 0 else wait + 1
        if wait >= patience:
            share, wait = share * factor, 0
    return shares


def watch(patience=2):
    return Watch((StepMonitor(),), (), (RateReduction(0.5, patience),))


def test_each_member_falls_where_keras_would_let_it():  # U12
    specs = [experiment(0.3, schedule=Constant()), experiment(0.02, schedule=Constant())]
    done = train(specs, epochs=14, watch=watch())
    steps, better = done.history.step_table(), done.history.evaluation_table()["better"]
    ends = {}
    for member, rate in enumerate((0.3, 0.02)):
        shares = reduced(better[:, member], 0.5, 2)
        # The share before an evaluation is that of the epoch which ends there: four steps.
        used = np.repeat(shares[1:], 4)
        np.testing.assert_allclose(steps["0/rate"][:, member], rate * used[steps["step"]], rtol=1e-6)
        ends[member] = shares[-1]
    assert min(ends.values()) < 0.5 and ends[0] != ends[1]


@pytest.mark.parametrize("step", [20, 30])
def test_an_interruption_changes_nothing(step, tmp_path):
    specs = [experiment(0.3), experiment(0.02)]
    whole = train(specs, epochs=14, watch=watch())
    plan = Plan(TRAIN, BATCH, 56, ((0, 0), (1, 0)))
    pausing = watch()._replace(controllers=(*watch().controllers, At(step, lambda _: Pause("later"))))
    first = run(LoopState(members_of(specs, 56)), data(), _short(plan, step), pausing)
    assert first.clock == step and first.paused
    save_checkpoint(tmp_path / "c", first)
    second = run(load_checkpoint(tmp_path / "c", members_of(specs, 56)), data(), plan, watch())
    assert_same_run(second, whole)


def _short(plan, step):
    """The plan with a chunk's end at a step, where a controller is asked."""

    class Stepwise(type(plan)):
        def chunk(self, clock, pace):
            return min(super().chunk(clock, pace), step - clock) if clock < step else super().chunk(clock, pace)

    return Stepwise(*plan)


def test_an_experiment_names_it_in_its_training_plan():
    given = experiment(training=Training(plateau=ReduceOnPlateau(0.3, 4, 0.01)))
    controllers = default_watch(given, Plan(TRAIN, BATCH, 56, ((0, 0),))).controllers
    assert controllers[0] == RateReduction(0.3, 4.0, 0.01) and len(controllers) == 2
    assert len(default_watch(experiment(), Plan(TRAIN, BATCH, 56, ((0, 0),))).controllers) == 1
