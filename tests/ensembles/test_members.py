"""Members trained together are what each comes to alone, and better together."""

import numpy as np
import pytest

from tests.search.ground import alone, small, small_ground
from tests.train.small import assert_same, at
from thalweg.ensembles.members import best_weights, member_predictions, train_members
from thalweg.errors import InputError, RunFailed
from thalweg.layers.dense import Dense
from thalweg.network.sequential import Sequential
from thalweg.runs.ensemble.combined import combined
from thalweg.search.engine.train_trials import Engine
from thalweg.search.engine.trial import Trial
from thalweg.spec import traced
from thalweg.train.evaluate import predict

SEEDS = (7, 3, 11)


def test_each_member_is_bit_for_bit_what_its_seed_gives_alone():
    ground, experiment = small_ground(), small(0.1)
    for given in ({}, {"workers": 1, "width": 3}, {"workers": 3, "width": 1}):
        found = train_members(Engine(ground, **given), experiment, SEEDS)
        assert [result.trial.seed for result in found.results] == list(SEEDS) and found.remarks == ()
        for k, seed in enumerate(SEEDS):
            assert_same(tuple(found.weights[k]), at(alone(ground, Trial(k, experiment, seed)).members.best, 0))


def test_predictions_are_those_of_each_member_and_are_averaged():
    ground, experiment = small_ground(), small(0.1)
    found = train_members(Engine(ground), experiment, SEEDS)
    x = ground.prepared.x
    together = member_predictions(experiment.objective(), found.weights, x)
    assert together.shape == (3, len(x), 4) and len(np.unique(together[:, 0, 0])) == 3
    for k, one in enumerate(found.weights):
        np.testing.assert_array_equal(together[k], predict(traced(experiment.objective()), one.params, one.state, x))
    np.testing.assert_allclose(combined(together).sum(axis=1), 1, rtol=1e-6)


def test_a_seed_that_goes_astray_is_left_out_with_the_reason():
    from thalweg.ensembles import members

    whole = members.train_trials

    def lost(engine, trials, told):
        return whole(engine, trials, lambda r: told(r._replace(failed=r.trial.seed == 3, ending="its loss rose")))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(members, "train_trials", lost)
        found = train_members(Engine(small_ground()), small(0.1, epochs=1), SEEDS)
    assert [result.trial.seed for result in found.results] == [7, 11] and len(found.weights) == 2
    assert found.remarks == ("seed 3 gave no member: its loss rose",)


def test_where_no_seed_gives_a_member_the_first_reason_is_told():
    with pytest.raises(RunFailed, match=r"^no member of 2 was trained: seed 7 gave no member: its numbers were "):
        train_members(Engine(small_ground()), small(1e30), SEEDS[:2])
    with pytest.raises(RunFailed, match=r"^no member of 2 was trained: it was told to leave off before any had ended"):
        train_members(Engine(small_ground(), stop=lambda: True), small(), SEEDS[:2])


def test_misuse_is_refused():
    for seeds in ((), (1, 1)):
        with pytest.raises(InputError, match=r"^an ensemble needs seeds, each another; got \["):
            train_members(Engine(small_ground()), small(), seeds)
    from tests.search.engine.test_train_trials import results

    (wrong,) = results([Trial(0, small(network=Sequential((Dense(3),))), 1)]).values()
    with pytest.raises(InputError, match=r"^trial 0 was never begun: the network gives outputs of shape"):
        best_weights(wrong)
