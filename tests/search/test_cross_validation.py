"""Settings over folds: mean, spread and median epoch, the best first, compared fold by fold."""

import math

import numpy as np
import pytest

from tests.search.engine.test_folds import grounds, table, tabular_amounts
from tests.search.engine.test_train_trials import same_as_alone
from tests.search.ground import small, small_ground
from thalweg.errors import InputError
from thalweg.layers.dense import Dense
from thalweg.network.sequential import Sequential
from thalweg.runs.paired import paired
from thalweg.search.cross_validation import FoldScore, Setting, cross_validate
from thalweg.search.engine.train_trials import Engine


def engine(given, **settings):
    return Engine(given[0], further=given[1:], **settings)


def test_each_setting_has_the_scores_of_runs_on_its_folds_alone():
    given, told = grounds(folds=3), {}
    found = cross_validate(
        engine(given), [small(rate) for rate in (1e-3, 0.2)], seed=7, told=lambda r: told.update({r.trial.number: r})
    )
    assert sorted(told) == list(range(6)) and found.ended and found.metric == "accuracy"
    for number, result in told.items():
        assert (result.trial.fold, result.trial.seed) == (number % 3, 7)
        same_as_alone(result, given[number % 3])
    for setting in found.settings:
        for fold, score in enumerate(setting.folds):
            own = told[3 * setting.number + fold]
            evaluations = own.history.evaluations
            best = max(evaluations, key=lambda e: (e.validation_score[0], -e.validation_loss[0]))
            assert score == FoldScore(own.score, own.loss, best.epoch, own.ending, False)


def test_mean_spread_and_median_epoch_by_hand():
    folds = [FoldScore(score, 1.0, epoch, "", False) for score, epoch in ((0.7, 4.0), (0.8, 9.0), (0.9, 5.0))]
    setting = Setting(0, tuple(folds))
    np.testing.assert_allclose(setting.mean, 0.8)
    np.testing.assert_allclose(setting.deviation, 0.1)  # sqrt((0.01 + 0 + 0.01) / 2)
    np.testing.assert_allclose(setting.standard_error, 0.1 / math.sqrt(3))
    assert setting.epochs == 5.0


def test_the_best_comes_first_and_is_compared_with_each_other_in_their_order():
    given = grounds(folds=3)
    found = cross_validate(engine(given), [small(rate) for rate in (1e-4, 0.2, 0.05)])
    means = [setting.mean for setting in found.settings]
    assert means == sorted(means, reverse=True) and found.settings[-1].number == 0
    assert [one.number for one in found.comparisons] == [setting.number for setting in found.settings[1:]]
    validation = sum(len(ground.prepared.split.validation) for ground in given)
    for one, other in zip(found.comparisons, found.settings[1:], strict=True):
        differences = np.subtract(found.settings[0].scores, other.scores)
        assert one.paired == paired(differences.tolist(), 2 * validation, validation)  # each row is in two of three
        assert one.paired.difference >= 0
    assert found.beyond_chance is (found.comparisons[0].paired.low > 0)


def test_where_less_is_better_the_least_comes_first_and_differences_are_turned_round():
    given = grounds(table("regression"), tabular_amounts(), "rmse", folds=2)
    found = cross_validate(engine(given), [tabular_amounts(rate) for rate in (1e-5, 0.01)])
    assert [setting.number for setting in found.settings] == [1, 0]
    assert found.settings[0].mean < found.settings[1].mean and found.comparisons[0].paired.difference > 0


def test_a_setting_that_fails_in_a_fold_has_no_mean_and_comes_last():
    given = grounds(folds=2)
    wrong = small(network=Sequential((Dense(3),)))
    found = cross_validate(engine(given), [small(1e30), wrong, small(10.0), small(0.1)])
    assert sorted(setting.number for setting in found.settings[:2]) == [2, 3]  # risen losses alone are no failure
    assert [setting.number for setting in found.settings[2:]] == [0, 1]
    for setting in found.settings[2:]:
        assert all(fold.failed and math.isnan(fold.epoch) for fold in setting.folds)
        assert math.isnan(setting.mean) and math.isnan(setting.deviation) and math.isnan(setting.epochs)
    assert "no longer finite" in found.settings[2].folds[0].ending
    assert found.settings[3].folds[1].ending.startswith("the network gives outputs of shape (3,)")
    assert math.isnan(found.comparisons[-1].paired.low)


def test_where_it_is_told_to_leave_off_settings_that_are_not_whole_are_missing():
    given, told = grounds(folds=2), []
    stopping = engine(given, workers=1, width=2, stop=lambda: len(told) >= 3)
    found = cross_validate(stopping, [small(0.1, epochs=k) for k in (1, 2, 900)], told=told.append)
    assert not found.ended and 2 not in [setting.number for setting in found.settings]
    assert not found.beyond_chance or len(found.settings) > 1


def test_one_setting_alone_is_compared_with_nothing():
    found = cross_validate(engine(grounds(folds=2)), [small(0.1, epochs=1)])
    assert found.comparisons == () and not found.beyond_chance


def test_no_folds_and_no_settings_are_refused():
    with pytest.raises(InputError) as error:
        cross_validate(Engine(small_ground()), [small()])
    assert str(error.value) == "cross_validate needs an engine of at least 2 folds; got 1. Make them by fold_grounds."
    with pytest.raises(InputError) as error:
        cross_validate(engine(grounds(folds=2)), [])
    assert str(error.value) == "cross_validate was given no settings. Give one experiment at least."
