"""A run that searches before it trains: it trains the best trial, bit for bit, however often it was broken off."""

import json
import os
import random
import re
import signal
import subprocess
import sys
import time

import numpy as np
import polars
import pytest

from tests.runs.small import OPTIONS, quick, rows, same_bits, write_table
from thalweg.errors import InputError
from thalweg.functions import NONE
from thalweg.recipe import fit, reproduce, resume
from thalweg.runs.checking import suitable_rates
from thalweg.runs.record import read_record
from thalweg.runs.reopening import reopened
from thalweg.runs.reporting import read_run_outcome
from thalweg.search.log import read_trials
from thalweg.search.of_run import asked_of
from thalweg.train.prepare import prepare

KILLS = int(os.environ.get("THALWEG_KILLS", "2"))
SEARCH = {"search": 6, "strategy": "random", "over": ("update.rate=log 1e-3 .. 1", "penalty.strength=log 1e-6 .. 1e-2")}


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    return write_table(tmp_path_factory.mktemp("table") / "people.csv", rows())


@pytest.fixture(scope="module")
def whole(table, tmp_path_factory):
    """A run that searched, never interrupted."""
    return quick(table, tmp_path_factory.mktemp("whole"), **SEARCH)


def trials(run):
    """The trials of a run, by number."""
    return sorted(read_trials(run / "trials.jsonl", read_record(run).identity), key=lambda one: one.number)


@pytest.fixture
def finished_plainly(table, tmp_path):
    """A run without a search."""
    return quick(table, tmp_path, epochs=1).run


def texts(stage):
    """The ranges of a stage as people write them."""
    return {name: one.text for name, one in stage.ranges.items()}


def same_search(one, other):
    """Ask for the same trials, winner, weights and scores."""
    assert repr(trials(one.run)) == repr(trials(other.run))
    assert read_record(one.run).winner == read_record(other.run).winner
    assert same_bits(one.model, other.model)
    assert one.outcome.scores == other.outcome.scores and repr(one.outcome.search) == repr(other.outcome.search)


def test_what_is_trained_is_the_best_trial_bit_for_bit(whole):
    record, found = read_record(whole.run), trials(whole.run)
    best = found[record.winner.trial]
    assert whole.model.experiment.update.rate == best.proposal.point["update.rate"]
    assert whole.outcome.scores[0].value == pytest.approx(best.score, abs=1e-12)
    assert whole.state.best_score == (best.score,) and whole.state.best_loss == (best.loss,)
    assert whole.outcome.experiment == record.winner.experiment == record.final
    assert record.experiment["update"]["rate"] == 0.05  # as it was asked for
    means = {
        k: np.mean([one.score for one in found if k in (one.number, one.proposal.of)])
        for k in {one.proposal.of for one in found if one.stage == "finalists"}
    }
    assert record.winner.trial == max(means, key=means.get)


def test_the_outcome_says_what_was_searched_and_is_read_as_it_was_written(whole):
    summary = whole.outcome.search
    assert [(stage.name, stage.trials) for stage in summary.stages] == [("random", 6), ("finalists", 6)]
    assert texts(summary.stages[0]) == {"update.rate": "log 1e-3 .. 1e0", "penalty.strength": "log 1e-6 .. 1e-2"}
    assert [row.number for row in summary.trials] == list(range(12))
    assert summary.finalists[0].trial == read_record(whole.run).winner.trial and len(summary.finalists[0].scores) == 3
    assert repr(read_run_outcome(whole.run).search) == repr(summary)


def test_all_trials_are_a_table_for_others(whole):
    table, found = polars.read_parquet(whole.run / "trials.parquet"), trials(whole.run)
    assert table["trial"].to_list() == list(range(12))
    assert table["score"].to_list() == [one.score for one in found]
    assert table["update.rate"].to_list() == [one.proposal.point["update.rate"] for one in found]
    best = read_record(whole.run).winner.trial
    assert table.filter("winner")["update.rate"].unique().to_list() == [found[best].proposal.point["update.rate"]]
    assert table.filter("winner").height == 3 and table["of"].null_count() == 6


def test_one_that_was_told_to_stop_goes_on_where_it_was(table, whole, tmp_path):
    for most in (0, 4):

        def stop(most=most, folder=tmp_path / str(most)):
            logs = list(folder.glob("*/trials.jsonl"))
            return (len(logs[0].read_bytes().splitlines()) - 1 if logs else 0) >= most

        paused = quick(table, tmp_path / str(most), stop=stop, **SEARCH)
        assert paused.outcome is None and paused.state.paused == "the search was told to stop"
        assert most <= len(trials(paused.run)) <= min(most + 2, 12)  # each of two workers may be at its last
        said = []
        same_search(resume(paused.run, say=said.append), whole)
        if most:
            assert any("of the search are there already" in line for line in said)


def test_a_run_that_did_not_search_has_no_search(finished_plainly):
    with pytest.raises(InputError, match=r"the run has searched for nothing\. Begin one that does: thalweg search\."):
        asked_of(read_record(finished_plainly), NONE)


def test_a_finished_one_is_left_as_it_is(whole):
    before = (whole.run / "trials.jsonl").read_bytes()
    again = resume(whole.run)
    assert again.outcome.scores == whole.outcome.scores and (whole.run / "trials.jsonl").read_bytes() == before


def test_one_that_was_broken_off_behind_the_search_trains_its_winner(whole, table, tmp_path):
    class Broken:
        def decide(self, progress):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        quick(table, tmp_path, controllers=(Broken(),), **SEARCH)
    (run,) = tmp_path.glob("*")
    assert read_record(run).winner == read_record(whole.run).winner
    same_search(resume(run), whole)


def test_it_is_reproduced_without_searching_again(whole, tmp_path):
    again, same = reproduce(whole.run, out=tmp_path / "again")
    assert same and not (again.run / "trials.jsonl").exists()
    assert read_record(again.run).search is None and again.outcome.search is None


TRAIN = """
import pathlib, sys
from tests.runs.small import quick
from tests.search.test_of_run import SEARCH
quick(sys.argv[1], pathlib.Path(sys.argv[2]), **SEARCH)
"""


def moments():
    """After how many trials to kill, the same ones each time: 0 before the first, 12 after the last."""
    draw = random.Random(1)
    return [(0, draw.randint(1, 11), 12)[k % 3] if k < 3 else draw.randint(0, 12) for k in range(KILLS)]


@pytest.mark.parametrize(("number", "moment"), list(enumerate(moments())))
def test_killed_at_any_moment_it_comes_to_the_same(table, whole, tmp_path, number, moment):
    run = tmp_path / "people-1"
    child = subprocess.Popen(
        [sys.executable, "-c", TRAIN, str(table), str(tmp_path)], stderr=subprocess.PIPE, text=True
    )
    give_up = time.monotonic() + 120

    def there():
        log = run / "trials.jsonl"
        lines = log.read_bytes().count(b"\n") - 1 if log.exists() else -1
        return lines >= moment if moment else (run / "experiment.json").exists()

    while child.poll() is None and not there():
        assert time.monotonic() < give_up, f"no {moment} trials after 120 s"
        time.sleep(0.002)
    time.sleep(random.Random(number).uniform(0, 0.1))
    child.send_signal(signal.SIGKILL)
    _, complaint = child.communicate()
    assert child.returncode in (0, -signal.SIGKILL), complaint
    same_search(resume(run), whole)


def test_a_trial_that_ends_in_an_error_keeps_those_before(table, tmp_path, monkeypatch):
    from thalweg.search import drive

    whole, calls = drive.trial_of, []

    def failing(asked, proposal, number=0):
        calls.append(number)
        if proposal.repeat:
            raise InputError("the disk is gone. Find it.")
        return whole(asked, proposal, number)

    monkeypatch.setattr(drive, "trial_of", failing)
    with pytest.raises(InputError, match=r"the disk is gone\. Find it\. What was trained so far is saved; go on with"):
        quick(table, tmp_path, **SEARCH)
    monkeypatch.undo()
    (run,) = tmp_path.glob("*")
    assert len(trials(run)) == 6
    assert resume(run).outcome.search is not None


def test_a_search_in_which_nothing_scores_says_so_and_can_be_looked_at(table, tmp_path):
    told = r"^none of 3 trials came to a score; of the first: its .* Search lower rates, or other settings\."
    with pytest.raises(InputError, match=told):
        quick(table, tmp_path, search=3, strategy="random", over=("update.rate=log 1e30 .. 1e32",))
    (run,) = tmp_path.glob("*")
    assert all(one.failed for one in trials(run))


def test_the_default_space_and_strategy_are_taken_where_nothing_is_said(table, tmp_path):
    found = quick(table, tmp_path, search=4, finalist_seeds=1)
    stages = found.outcome.search.stages
    assert [stage.name for stage in stages] == ["coarse", "fine", "finer"]
    assert {"update.rate", "penalty.strength", "network.layers.1.drop"} <= set(stages[0].ranges)
    assert read_record(found.run).search.strategy == "coarse_to_fine"


def test_rates_are_found_before_they_are_searched_where_nobody_has_said_which(table, tmp_path):
    settings = (*OPTIONS["settings"], "update={kind='sgd',rate=1e-6}")
    asked = {"search": 2, "strategy": "random", "finalist_seeds": 1, "settings": settings}
    said = []
    found = quick(table, tmp_path / "checked", checks=True, say=said.append, **asked)
    around = found.outcome.search.stages[0].ranges["update.rate"]
    assert around.low > 1e-4 and around.high / around.low > 200  # a thirtieth to thirty times 1e-6 holds no good rate
    (line,) = (line for line in said if "should suit, by short runs: searched around" in line)
    low, high = map(float, re.findall(r"\de?[\d.e-]*", line.split("about")[1])[:2])
    assert (around.low, around.high) == (pytest.approx(low / 10, rel=0.1), pytest.approx(high * 10, rel=0.1))
    unchecked = quick(table, tmp_path / "unchecked", **asked).outcome.search.stages[0].ranges["update.rate"]
    assert unchecked.text == "log 3.33e-8 .. 3e-5"


def test_what_is_refused_is_refused_before_rates_are_tried(table, tmp_path, monkeypatch):
    monkeypatch.setattr("thalweg.recipe.suitable_rates", None)
    for given, told in (({"strategy": "bayes"}, "unknown strategy"), ({"folds": 100}, "100 folds need at least")):
        with pytest.raises(InputError, match=told):
            quick(table, tmp_path / "runs", search=2, checks=True, **given)


def test_rates_are_not_tried_on_inputs_that_are_no_numbers(whole):
    prepared = train_prepared(whole)
    record = read_record(whole.run)
    source = reopened(whole.run, record).source
    broken = prepared._replace(x=np.full_like(prepared.x, np.inf))
    assert suitable_rates(record, source, prepared) is not None
    assert suitable_rates(record, source, broken) is None


def train_prepared(fitted):
    """What a run was trained on."""
    examples = reopened(fitted.run, read_record(fitted.run))
    return prepare(examples.source, examples.split, fitted.model.experiment)


def test_a_space_and_single_settings_go_together(table, tmp_path):
    space = {"update": {"rate": "log 1e-3 .. 1e-1"}, "penalty": {"strength": "log 1e-6 .. 1e-2"}}
    given = {"search": 2, "space": space, "over": "update.rate=log 1e-2 .. 2e-2", "finalist_seeds": 1}
    found = quick(table, tmp_path, **given)
    assert texts(found.outcome.search.stages[0]) == {
        "penalty.strength": "log 1e-6 .. 1e-2",
        "update.rate": "log 1e-2 .. 2e-2",
    }


def test_the_best_at_an_edge_is_a_finding(table, tmp_path):
    over = "update.rate=log 1e-7 .. 1e-4"
    found = quick(table, tmp_path, search=12, strategy="grid", over=over, metric="cross_entropy", finalist_seeds=1)
    told = [finding for finding in found.outcome.findings if finding.symptom == "best_at_edge"]
    assert [finding.severity for finding in told] == ["warning"]
    assert told[0].evidence == found.outcome.search.edges[0]
    assert told[0].evidence.startswith("update.rate: the best trials lie at the upper edge of log 1e-7 .. 1e-4")
    assert told[0].evidence in (found.run / "report.html").read_text()


def test_batches_and_preprocessing_can_be_searched(table, tmp_path):
    over = ("training.batch=[16, 64]", "preprocess.pieces=[0, 4]", "update.rate=log 1e-2 .. 1e-1")
    found = quick(table, tmp_path, search=4, strategy="random", over=over, finalist_seeds=1)
    assert {row.point["training.batch"] for row in found.outcome.search.trials} == {16, 64}
    best = found.outcome.search.finalists[0]
    assert found.model.experiment.training.batch == best.point["training.batch"]
    assert found.model.experiment.preprocess.pieces == best.point["preprocess.pieces"]
    assert found.state.best_score == (trials(found.run)[best.trial].score,)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"search": 0}, r"--search must be a whole number of trials from 1 to 100,000; got 0\."),
        ({"search": 1.5}, r"--search must be a whole number of trials"),
        ({"search": 2, "strategy": "bayes"}, r"unknown strategy 'bayes'\. There are: coarse_to_fine, random, grid, "),
        ({"search": 2, "space": "file"}, r"--space must be a table of settings and ranges; got 'file'"),
        ({"search": 2, "over": (1,)}, r"--over must be texts such as update\.rate=log 1e-4 \.\. 1e-1; got"),
        ({"search": 2, "over": ("update.rate",)}, r"update\.rate"),
        ({"search": 2, "over": ("update.rat=log 1e-4 .. 1e-1",)}, r"unknown field of adam 'rat'\. Did you mean 'rate'"),
        ({"search": 2, "over": ("update.rate=log -1 .. 1",)}, r"the ends of a log range must be above 0"),
        ({"search": 2, "over": ("update.rate=log 1 .. 1",)}, r"both ends of a log range are 1: nothing is left"),
        ({"search": 2, "finalists": 0}, r"--finalists must be a whole number from 1 to 100; got 0"),
        ({"search": 2, "finalist_seeds": 0}, r"--finalist-seeds must be a whole number of seeds from 1 to 100; got 0"),
        ({"search": 2, "time_budget": 5.0}, r"--time-budget does not go with a search, whose result would hang on how"),
        (
            {"space": {"update": {"rate": "log 1e-4 .. 1"}}},
            r"--space is for a search\. Say how many trials it has with",
        ),
        (
            {"finalist_seeds": 2},
            r"--finalist-seeds is for a search\. Say how many trials it has with --search, or leave",
        ),
    ],
)
def test_what_cannot_be_searched_is_refused_before_anything_is_written(table, tmp_path, options, told):
    with pytest.raises(InputError, match=told):
        fit(str(table), **{**OPTIONS, "runs": str(tmp_path / "runs"), **options})
    assert not (tmp_path / "runs").exists()


def test_a_changed_record_is_of_another_search(table, tmp_path):
    run = quick(table, tmp_path, **SEARCH).run
    (run / "result.json").unlink()
    plain = json.loads((run / "experiment.json").read_text())
    plain["search"]["trials"] = 7
    (run / "experiment.json").write_text(json.dumps(plain))
    with pytest.raises(InputError, match=r"split\.safetensors is of another run|holds the trials of another run"):
        resume(run)


@pytest.mark.parametrize("name", ["trials", "finalists", "seeds"])
@pytest.mark.parametrize("number", [0, 10**12])
def test_a_record_that_asks_for_no_trial_or_for_too_many_is_refused(whole, tmp_path, name, number):
    plain = json.loads((whole.run / "experiment.json").read_text())
    plain["search"][name] = number
    (tmp_path / "experiment.json").write_text(json.dumps(plain))
    with pytest.raises(InputError, match=r"has a wrong entry 'search'\. Restore the file, or make the run again\."):
        read_record(tmp_path)
