"""What a search found, in sentences that are true of the numbers."""

import math

import pytest

from thalweg.report.search import point_text, search_lines
from thalweg.runs.search_record import FinalistRow, RangeRow, SearchSummary, StageRow, TrialRow

NAN = math.nan


def row(number, *, failed=False, epochs=4.0):
    return TrialRow(number, "random", {"update.rate": 0.1}, -1, epochs, 0.5, failed, "all epochs were trained", ())


def summary(finalists, *, difference=NAN, low=NAN, high=NAN, metric="accuracy", edges=(), failed=0):
    trials = tuple(row(k, failed=k < failed) for k in range(5))
    stages = (StageRow("random", 5, {"update.rate": RangeRow("log 1e-4 .. 1e-1", True, 1e-4, 1e-1)}, ()),)
    return SearchSummary("random", metric, stages, trials, tuple(finalists), difference, low, high, edges, {})


FIRST = FinalistRow(3, {"update.rate": 0.0123456, "update.kind": "adam"}, 0.912, 0.004, (0.908, 0.912, 0.916))
SECOND = FinalistRow(1, {"update.rate": 0.1}, 0.9, 0.01, (0.89, 0.9, 0.91))


def test_the_winner_is_told_with_its_lead_and_whether_chance_explains_it():
    told = search_lines(summary([FIRST, SECOND], difference=0.012, low=-0.003, high=0.027))
    assert told == [
        "The search made 5 trials of 20 epochs in all.",
        "Trial 3 was best, with accuracy 91.2% on average over 3 seeds (standard deviation 0.4 points; the first "
        "chose it, so that this flatters a little): update.rate = 0.0123, update.kind = adam.",
        "That is 1.2 points better than the next best, trial 1 (95% interval \N{MINUS SIGN}0.3 points to 2.7 points), "
        "so that chance alone could explain it.",
    ]
    sure = search_lines(summary([FIRST, SECOND], difference=0.012, low=0.003, high=0.021))
    assert sure[2].endswith("trial 1 (95% interval 0.3 points to 2.1 points).")


def test_equal_finalists_are_called_equal():
    told = search_lines(summary([FIRST, SECOND], difference=0.0, low=-0.003, high=0.003))
    assert told[2] == "Trial 1 does as well on average."


def test_without_further_seeds_the_score_is_the_trials_own():
    alone = FIRST._replace(scores=(0.912,), deviation=NAN)
    assert search_lines(summary([alone]))[1:] == [
        "Trial 3 was best, with accuracy 91.2%: update.rate = 0.0123, update.kind = adam."
    ]


def test_failed_trials_and_edges_are_told():
    edge = "update.rate: the best trials lie at the upper edge of log 1e-4 .. 1e-1."
    told = search_lines(summary([FIRST], edges=(edge,), failed=2))
    assert told[0] == "The search made 5 trials of 20 epochs in all; 2 of them failed." and told[-1] == edge


@pytest.mark.parametrize(
    ("point", "text"),
    [
        ({"a.b": 1e-7}, "a.b = 1e-7"),
        ({"network.layers.0.units, network.layers.3.units": 64}, "network.layers.0.units and 1 more = 64"),
        ({"update": {"kind": "sgd"}}, "update = sgd"),
        ({"x": [1, 2]}, "x = [1, 2]"),
    ],
)
def test_points_are_short(point, text):
    assert point_text(point) == text
