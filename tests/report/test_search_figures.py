"""The pictures of a search show what was tried, where, and what it gave."""

import math

import numpy as np
import pytest
from tests.search.records import BOTH, all_stages, known

from thalweg.report.figures.search import search_figures
from thalweg.report.search import search_view
from thalweg.search.drive import Found
from thalweg.search.finalists import finalists_stage, verdict_of
from thalweg.search.importance import importance_of
from thalweg.search.strategies.coarse_to_fine import CoarseToFine
from thalweg.search.strategies.random_search import RandomSearch
from thalweg.search.summary import summary_of
from thalweg.search.written import read_space


def near(point):
    return 1.0 - 0.1 * math.log10(point["update.rate"] / 3e-3) ** 2


def summary(strategy, space=BOTH, score=near, metric="accuracy"):
    """What a report gets of a search whose scores follow a rule."""
    from tests.search.records import carried_out

    stages, records = all_stages(strategy, space, score)
    last = finalists_stage(known(space, records), strategy.epochs, 3, 3)
    records += carried_out(last, len(records), score)
    everything = known(space, records)
    verdict = verdict_of(everything, strategy.epochs)
    return summary_of(Found(everything.records, (*stages, last), verdict, (), True), "any", metric)


def by_key(search):
    return {figure.key: figure for figure in search_figures(search)}


def test_each_setting_has_a_picture_with_the_ranges_of_the_stages():
    found = summary(CoarseToFine(16, 8))
    figures = by_key(found)
    rate = figures["search-0"]
    assert rate.title == "Scores over update.rate" and rate.layout["xaxis"]["type"] == "log"
    assert [trace["name"] for trace in rate.data] == ["coarse", "fine", "finer", "finalists", "winner"]
    assert [len(trace["x"]) for trace in rate.data] == [16, 4, 4, 6, 1]
    bands = [(shape["x0"], shape["x1"]) for shape in rate.layout["shapes"]]
    assert bands[0] == (1e-4, 1e-1) and len(bands) == 3
    assert bands[0][0] < bands[1][0] and bands[1][1] < bands[0][1]
    assert rate.data[-1]["x"] == [found.finalists[0].point["update.rate"]]
    assert "Searched: log 1e-4 .. 1e-1; log " in rate.summary


def test_failed_trials_are_crossed_out():
    found = summary(RandomSearch(10, 8))
    trials = tuple(t._replace(failed=t.number in (2, 5)) for t in found.trials)
    crossed = next(t for t in by_key(found._replace(trials=trials))["search-0"].data if t["name"] == "failed")
    assert len(crossed["x"]) == 2 and crossed["marker"]["symbol"] == "x-thin-open"


def test_options_and_missing_settings_are_drawn_by_name():
    space = read_space(
        {
            "update.kind": ["sgd", "momentum"],
            "update.mu": {"over": "uniform 0 .. 0.9", "when": "update.kind = momentum"},
        }
    )
    found = summary(RandomSearch(12, 4), space, lambda point: point.get("update.mu", 0.5))
    figures = by_key(found)
    assert set(figures["search-0"].data[0]["x"]) == {"sgd", "momentum"} and figures["search-0"].layout["shapes"] == []
    assert len(figures["search-1"].data[0]["x"]) < 12
    lines = figures["search-coordinates"]
    assert lines.layout["xaxis"]["ticktext"] == ["update.kind", "update.mu", "accuracy"]
    assert {a["text"] for a in lines.layout["annotations"] if a["x"] == 0} == {"sgd", "momentum"}
    assert any(math.isnan(trace["y"][1]) for trace in lines.data)  # a trial of sgd has no such share
    assert {trace["y"][0] for trace in lines.data} == {0.25, 0.75}


def test_settings_stand_side_by_side_on_axes_of_their_own():
    found = summary(CoarseToFine(16, 8))
    figure = by_key(found)["search-coordinates"]
    assert len(figure.data) == len(found.trials)
    best = figure.data[-1]
    assert best["y"][-1] == 1.0 and best["line"]["color"] == "rgb(253, 231, 37)" and figure.data[0]["y"][-1] == 0.0
    rates = sorted(trial.point["update.rate"] for trial in found.trials)
    lowest = next(trace for trace in figure.data if trace["y"][0] == 0.0)
    number = int(lowest["name"].split()[1])
    assert found.trials[number].point["update.rate"] == rates[0]
    middle = found.trials[int(best["name"].split()[1])].point["update.rate"]
    expected = math.log(middle / rates[0]) / math.log(rates[-1] / rates[0])
    assert best["y"][0] == pytest.approx(expected)
    assert "search-coordinates" not in by_key(summary(RandomSearch(9, 4), read_space({"update.rate": "log 1e-3 .. 1"})))


def test_curves_are_lighter_the_better_they_are():
    found = summary(CoarseToFine(16, 8))
    curves = by_key(found)["search-curves"]
    assert len(curves.data) == len(found.trials) and curves.data[-1]["line"]["color"] == "rgb(253, 231, 37)"
    best = max(found.trials, key=lambda trial: trial.score)
    assert curves.data[-1]["y"][-1] == best.score and f"of trial {curves.data[-1]['name'][6:]}" in curves.summary
    smaller = by_key(summary(RandomSearch(9, 8), metric="cross_entropy"))["search-curves"]
    assert smaller.data[-1]["y"][-1] == min(trace["y"][-1] for trace in smaller.data)


def test_what_mattered_is_told_and_drawn():
    found = summary(CoarseToFine(32, 8))
    assert next(iter(found.importance)) == "update.rate" and found.importance["update.rate"] > 0.8
    assert sum(found.importance.values()) == pytest.approx(1)
    bars = by_key(found)["search-importance"].data[0]
    assert bars["y"][-1] == "update.rate" and bars["x"][-1] == found.importance["update.rate"]
    assert "search-importance" not in by_key(found._replace(importance={}))


def test_of_few_or_equal_trials_nothing_is_said_to_matter():
    stages, records = all_stages(RandomSearch(7, 8), BOTH, near)
    assert importance_of(stages[0].space, records, 1.0) == {}
    stages, records = all_stages(RandomSearch(20, 8), BOTH, lambda point: 0.5)
    assert importance_of(stages[0].space, records, 1.0) == {}


def test_importance_is_the_same_each_time_and_of_no_other_dimension():
    stages, records = all_stages(RandomSearch(40, 8), BOTH, lambda point: math.log10(point["penalty.strength"]))
    one, other = (importance_of(stages[0].space, records, 1.0) for _ in range(2))
    assert one == other and one["penalty.strength"] > 0.9
    failed = [r._replace(failed=r.proposal.point["update.rate"] > 1e-2) for r in records]
    assert importance_of(stages[0].space, failed, 1.0)["update.rate"] > 0.2


def test_the_tables_hold_stages_and_the_best_trials():
    found = summary(CoarseToFine(16, 8))
    view = search_view(found)
    assert [line.name for line in view.stages] == ["coarse", "fine", "finer", "finalists"]
    assert view.stages[0].ranges == "update.rate: log 1e-4 .. 1e-1; penalty.strength: log 1e-6 .. 1e-2"
    assert view.stages[-1].ranges == "the best of all" and len(view.best) == 10
    scores = [trial.score for trial in found.trials if trial.of < 0]
    assert view.best[0].number == int(np.argmax(scores)) and "\N{PLUS-MINUS SIGN}" in "".join(
        b.seeds for b in view.best
    )


def test_failed_trials_are_the_worst_also_where_less_is_better():
    # A failed trial's error is unknown; with errors that rise with the rate, those of the lowest rates being lost.
    stages, records = all_stages(RandomSearch(40, 8), BOTH, lambda point: math.log10(point["update.rate"]))
    ranked_by = [
        record._replace(failed=True, score=math.nan) if record.proposal.point["penalty.strength"] > 1e-4 else record
        for record in records
    ]
    shares = importance_of(stages[0].space, ranked_by, -1.0)
    assert shares["penalty.strength"] > 0.3
    same = importance_of(stages[0].space, [r._replace(score=-r.score) for r in ranked_by], 1.0)
    assert shares == same
