"""Snapshots are the weights of one run where its cycles end, and the run is none the different for them."""

from itertools import pairwise

import numpy as np
import pytest

from tests.search.ground import alone, small, small_ground
from tests.train.small import assert_same, at
from thalweg.activations.relu import ReLU
from thalweg.ensembles import snapshots
from thalweg.ensembles.snapshots import NONE, train_snapshots
from thalweg.errors import InputError, RunFailed
from thalweg.layers.activation import Activation
from thalweg.layers.batch_norm import BatchNorm
from thalweg.layers.dense import Dense
from thalweg.network.sequential import Sequential
from thalweg.schedules.cyclic import Cyclic
from thalweg.search.engine.train_trials import Engine
from thalweg.search.engine.trial import Trial
from thalweg.spec import replaced
from thalweg.train.population import advance
from thalweg.train.state import Batches

WITH_NORM = Sequential((Dense(5), BatchNorm(), Activation(ReLU()), Dense(4)))


def cyclic(cycles=3, epochs=6, **given):
    return small(0.2, epochs=epochs, schedule=Cyclic(cycles), patience=2, **given)


def by_hand(ground, experiment, seed, moments):
    """The weights of one run after so many steps each, by the compiled program alone."""
    import jax.numpy as jnp

    from thalweg.search.engine.group import group_of, member_of_trial, plan_of
    from thalweg.train.population import population

    trial = Trial(0, experiment, seed)
    group = group_of((ground,), trial)
    members, plan, found = population([member_of_trial(group, trial)]), plan_of(group, trial), []
    for clock in range(plan.total):
        order = plan.order(clock // plan.steps)
        given = Batches(*group.batches[:3], *map(jnp.asarray, order)) if order else group.batches
        members, _ = advance(members, given, clock=clock, count=1)
        if clock + 1 in moments:
            found.append((at(members.carry.params, 0), at(members.carry.state, 0)))
    return found


@pytest.mark.parametrize(
    ("given", "moments"),
    [({"network": WITH_NORM}, (6, 12, 18)), ({"batch": 1000, "epochs": 300}, (100, 200, 300))],
    ids=["batches", "full batch"],
)
def test_they_are_the_weights_after_the_last_step_of_each_cycle(given, moments):
    ground, experiment = small_ground(), cyclic(**given)
    found = train_snapshots(Engine(ground), experiment, 5)
    assert len(found.weights) == len(found.scores) == 3 and found.remark == ""
    factors = [float(experiment.schedule(step, moments[-1])) for m in moments for step in (m - 1, m)]
    assert all(before < 0.2 < after for before, after in zip(factors[::2][:2], factors[1::2][:2], strict=True))
    for one, other in zip(found.weights, by_hand(ground, experiment, 5, moments), strict=True):
        assert_same(tuple(one), other)


def test_the_run_is_the_one_that_it_would_be_without_snapshots():
    ground, experiment = small_ground(), cyclic()
    found = train_snapshots(Engine(ground), experiment, 5)
    patient = replaced(experiment, training=replaced(experiment.training, patience=6))
    state = alone(ground, Trial(0, patient, 5))
    assert_same(found.result.rest.member.carry, at(state.members.carry, 0))
    assert_same(found.result.rest.member.best, at(state.members.best, 0))
    scores = [float(e.validation_score[0]) for e in state.history.evaluations]
    assert found.scores == tuple(scores[k] for k in (2, 4, 6))


@pytest.mark.parametrize("cycles", [0, 1, 2])
def test_one_that_left_off_goes_on_as_if_it_never_had(monkeypatch, cycles):
    ground, experiment = small_ground(), cyclic()
    whole = train_snapshots(Engine(ground), experiment, 5)
    trained, made = snapshots.train_trials, []

    def counted(engine, trials, told):
        return trained(engine, trials, lambda result: (made.append(1), told(result)))

    monkeypatch.setattr(snapshots, "train_trials", counted)
    part = train_snapshots(Engine(ground, stop=lambda: len(made) >= cycles), experiment, 5)
    assert len(part.weights) == cycles and part.remark == ""
    found = train_snapshots(Engine(ground), experiment, 5, part)
    assert found.scores == whole.scores
    for one, other in zip(found.weights, whole.weights, strict=True):
        assert_same(tuple(one), tuple(other))
    assert train_snapshots(Engine(ground), experiment, 5, found) == found


def test_members_differ_from_cycle_to_cycle():
    found = train_snapshots(Engine(small_ground()), cyclic(), 5)
    first = [np.asarray(one.params["dense_1"]["w"]) for one in found.weights]
    assert min(np.abs(a - b).max() for a, b in pairwise(first)) > 1e-3


def test_a_run_that_goes_astray_keeps_the_snapshots_before(monkeypatch):
    whole = snapshots.train_trials

    def lost(engine, trials, told):
        astray = trials[0].until == 4
        return whole(engine, trials, lambda r: told(r._replace(failed=astray, ending="it went astray" * astray)))

    monkeypatch.setattr(snapshots, "train_trials", lost)
    found = train_snapshots(Engine(small_ground()), cyclic(), 5)
    assert len(found.weights) == 1 and found.remark == "1 of 3 cycles, for it went astray"


@pytest.mark.parametrize(
    ("experiment", "error", "message"),
    [
        (small(), InputError, r"^snapshots need a rate that falls and starts again: the schedule Cyclic"),
        (
            cyclic(4),
            InputError,
            r"^each of 4 cycles must end where the run is scored: give epochs that 4 divides; got 6\.$",
        ),
        (
            cyclic(2, 150, batch=1000),
            InputError,
            r"^each of 2 cycles must end where the run is scored: give epochs that 100 divides; got 150\.$",
        ),
        (
            cyclic(network=Sequential((Dense(3),))),
            RunFailed,
            r"^no snapshot was taken: 0 of 3 cycles, for ",
        ),
    ],
    ids=["no cycles", "between epochs", "between scores", "does not fit"],
)
def test_misuse_is_refused(experiment, error, message):
    with pytest.raises(error, match=message):
        train_snapshots(Engine(small_ground()), experiment, 5)
    assert NONE.weights == ()
