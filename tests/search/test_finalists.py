"""The best are trained again, and the winner is told from chance."""

import math

import numpy as np
import pytest
from scipy import stats

from tests.search.records import RATE, carried_out, known, record
from thalweg.search.finalists import best_trials, finalists_stage, verdict_of

FOUR = [
    record(k, {"update.rate": rate}, score)
    for k, (rate, score) in enumerate(zip((1, 2, 3, 4), (5, 8, 7, 1), strict=True))
]


def repeated(scores):
    """The records of four trials and of two finalists' further seeds, with these scores in the stage's order."""
    stage = finalists_stage(known(RATE, FOUR), 8, 2, 3)
    given = iter(scores)
    return known(RATE, [*FOUR, *carried_out(stage, 4, lambda point: next(given))])


def test_the_best_are_trained_from_further_seeds():
    stage = finalists_stage(known(RATE, FOUR), 8, 2, 3)
    assert stage.name == "finalists"
    assert [(one.of, one.repeat, one.epochs) for one in stage.proposals] == [(1, 1, 8), (2, 1, 8), (1, 2, 8), (2, 2, 8)]
    assert finalists_stage(repeated([1, 1, 1, 1]), 8, 2, 3) is None
    assert finalists_stage(known(RATE, FOUR), 8, 2, 1) is None and finalists_stage(known(RATE), 8, 2, 3) is None


def test_short_failed_and_equal_trials_are_no_finalists():
    others = [
        record(4, {"update.rate": 9.0}, 99, epochs=2),
        record(5, {"update.rate": 8.0}, 99, until=3),
        record(6, {"update.rate": 7.0}, 99, failed=True),
        record(7, {"update.rate": 2.0}, 8),  # the same point once more
        record(8, {"update.rate": 6.0}, float("nan")),
    ]
    assert [one.number for one in best_trials(known(RATE, [*FOUR, *others]), 8)] == [1, 2, 0, 3]
    assert [one.number for one in best_trials(known(RATE, FOUR, sign=-1.0), 8)] == [3, 0, 2, 1]


def test_the_interval_is_that_of_a_paired_comparison():
    # Trial 1 has 8, 6, 7 and trial 2 has 7, 9, 9 over three seeds: the second is ahead by -1, 3, 2, in the mean 4/3.
    verdict = verdict_of(repeated([6, 9, 7, 9]), 8)
    assert [(one.number, one.scores) for one in verdict.finalists] == [(2, (7.0, 9.0, 9.0)), (1, (8.0, 6.0, 7.0))]
    ahead = np.array([-1.0, 3.0, 2.0])
    # With two finalists the residuals are half the differences' deviations, each twice: the interval is that of a
    # paired t-test, 4/3 -+ t(0.975, 2) sd / sqrt(3).
    half = stats.t.ppf(0.975, 2) * ahead.std(ddof=1) / math.sqrt(3)
    assert verdict.difference == pytest.approx(4 / 3)
    assert (verdict.low, verdict.high) == (pytest.approx(4 / 3 - half), pytest.approx(4 / 3 + half))
    assert not verdict.beyond_chance
    assert verdict.finalists[0].mean == pytest.approx(25 / 3)
    assert verdict.finalists[0].deviation == pytest.approx(np.std([7, 9, 9], ddof=1))


def test_a_lead_that_every_seed_has_is_beyond_chance():
    verdict = verdict_of(repeated([18.0, 6.9, 17.0, 6.1]), 8)
    # 1, 11.1, 10.9: much, but not the same. And now the same lead each time:
    assert not verdict.beyond_chance
    verdict = verdict_of(repeated([18.0, 17.0, 3.0, 2.05]), 8)
    assert verdict.finalists[0].number == 1 and verdict.beyond_chance
    assert verdict.difference == pytest.approx((1 + 1 + 0.95) / 3)


def test_smaller_is_better_where_it_is():
    stage = finalists_stage(known(RATE, FOUR, sign=-1.0), 8, 2, 2)
    records = [*FOUR, *carried_out(stage, 4, lambda point: point["update.rate"])]
    verdict = verdict_of(known(RATE, records, sign=-1.0), 8)
    # Trial 3 has 1 and 4, trial 0 has 5 and 1: means of 2.5 and 3.
    assert [one.number for one in verdict.finalists] == [3, 0] and verdict.difference == pytest.approx(0.5)


def test_a_finalist_that_fails_from_another_seed_comes_last():
    stage = finalists_stage(known(RATE, FOUR), 8, 2, 2)
    again = carried_out(stage, 4, lambda point: 8.0)
    again[0] = again[0]._replace(failed=True)
    verdict = verdict_of(known(RATE, [*FOUR, *again]), 8)
    assert [one.number for one in verdict.finalists] == [2, 1]
    assert math.isnan(verdict.difference) and not verdict.beyond_chance


def test_without_further_seeds_there_is_a_best_and_no_interval():
    verdict = verdict_of(known(RATE, FOUR), 8)
    assert [one.number for one in verdict.finalists] == [1] and math.isnan(verdict.finalists[0].deviation)
    assert math.isnan(verdict.difference) and not verdict.beyond_chance
    assert verdict_of(known(RATE), 8) is None
