"""A trial over folds is the mean of its folds, rests and goes on in all, and fails if it fails in one."""

import numpy as np
import pytest

from tests.search.engine.test_folds import grounds, of_folds
from tests.search.engine.test_train_trials import results, same
from tests.search.ground import small, small_ground, trials_of
from thalweg.layers.dense import Dense
from thalweg.network.sequential import Sequential
from thalweg.search.drive import Asked, search
from thalweg.search.engine.over_folds import train_over_folds
from thalweg.search.engine.train_trials import Engine
from thalweg.search.strategies.random_search import RandomSearch
from thalweg.search.strategies.successive_halving import SuccessiveHalving
from thalweg.search.written import read_space


def over(given, trials, **engine):
    found = {}
    whole = train_over_folds(
        Engine(given[0], further=given[1:], **engine), trials, lambda r: found.update({r.trial.number: r})
    )
    assert whole
    return found


def test_score_loss_and_curve_are_the_means_of_the_folds():
    given, kinds = grounds(folds=3), [small(0.3, epochs=30, patience=3), small(0.02)]
    each = results(of_folds(kinds, 3), given[0], further=given[1:])
    for number, result in over(given, trials_of(kinds)).items():
        folds = [each[3 * number + fold] for fold in range(3)]
        assert result.score == np.mean([own.score for own in folds])
        assert result.loss == np.mean([own.loss for own in folds])
        longest = max(len(own.history.evaluations) for own in folds)
        assert len(result.history.evaluations) == longest
        for place, evaluation in enumerate(result.history.evaluations):
            own = [one.history.evaluations[min(place, len(one.history.evaluations) - 1)] for one in folds]
            assert evaluation.epoch == place
            for name in ("training_loss", "validation_loss", "validation_score"):
                mean = np.mean([getattr(one, name)[0] for one in own])
                np.testing.assert_allclose(getattr(evaluation, name), [mean], rtol=1e-6)
        assert not result.failed and result.ending == max(folds, key=lambda own: own.steps).ending
    assert len({own.steps for own in (each[0], each[1], each[2])}) > 1  # early stopping ended them one by one


def test_one_ground_alone_is_as_without_folds():
    ground, trials = small_ground(), trials_of([small(0.1)])
    same(over((ground,), trials)[0], results(trials, ground)[0])


def test_a_trial_rests_in_all_folds_and_goes_on_where_it_has_not_ended():
    given, kinds = grounds(folds=3), [small(0.3, epochs=30, patience=3)]
    whole = over(given, trials_of(kinds))[0]
    trial = trials_of(kinds)[0]
    for until in (2, 6, 0):
        found = over(given, [trial._replace(until=until)])[0]
        trial = found.trial._replace(rest=found.rest)
    assert (found.score, found.loss, found.ending) == (whole.score, whole.loss, whole.ending)
    for own, other in zip(found.rest.folds, whole.rest.folds, strict=True):
        same(own, other)


def test_a_trial_that_ended_in_all_folds_is_told_again_without_a_step():
    given, trial = grounds(folds=2), trials_of([small(0.1, epochs=2)])[0]
    first = over(given, [trial])[0]
    again = over(given, [trial._replace(rest=first.rest)])[0]
    assert again.rest.folds == first.rest.folds and again.loss == first.loss


def test_what_fails_in_a_fold_has_failed_and_goes_on_where_it_is_spared():
    given = grounds(folds=2)
    wrong = small(network=Sequential((Dense(3),)))
    found = over(given, trials_of([small(1e30), wrong, small(10.0)]))
    assert all(result.failed for result in found.values())
    assert found[0].ending.startswith("fold 1 of 2: its numbers were no longer finite") and not found[0].given_up
    assert found[1].rest is None and found[1].history.evaluations == () and np.isnan(found[1].score)
    assert found[2].given_up and "times the first" in found[2].ending
    trial = found[2].trial._replace(spared=True, rest=found[2].rest)
    whole = over(given, [trials_of([small(10.0)])[0]._replace(spared=True)])[0]
    on = over(given, [trial._replace(number=0)])[0]
    assert not on.failed and (on.score, on.loss) == (whole.score, whole.loss)


def test_where_one_fold_goes_on_for_it_was_given_up_the_others_rest_where_they_are():
    given, trial = grounds(folds=2), trials_of([small(0.1, epochs=6)])[0]
    one, two = (over(given, [trial._replace(until=until)])[0].rest.folds for until in (1, 2))
    lost = one[0]._replace(trial=two[0].trial, given_up=True, failed=True, ending="its loss had risen")
    rest = over(given, [trial._replace(until=2)])[0].rest._replace(folds=(lost, two[1]))
    on = over(given, [trial._replace(until=2, spared=True, rest=rest)])[0]
    assert not on.failed and on.rest.folds[1] is two[1]
    same(on.rest.folds[0], two[0])


@pytest.mark.parametrize("strategy", [RandomSearch(3, 4), SuccessiveHalving(4, 4)], ids=["random", "halving"])
def test_a_search_is_judged_by_the_mean_over_folds(strategy):
    given = grounds(folds=2)
    space = read_space({"update.rate": "log 1e-2 .. 0.5"})
    asked = Asked(small(), space, strategy, epochs=4, seeds=2)
    found = search(Engine(given[0], further=given[1:]), asked)
    assert found.ended and found.verdict is not None
    best = next(record for record in found.records if record.number == found.verdict.finalists[0].number)
    each = results(of_folds([small(best.proposal.point["update.rate"])], 2, seed=0), given[0], further=given[1:])
    assert best.score == np.mean([each[0].score, each[1].score])
