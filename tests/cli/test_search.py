"""`thalweg search` and `fit --search`: the words reach the search, and it can be stopped and gone on with."""

import json
import os
import signal
import typing

import pytest

from thalweg.cli.fitting import Searching
from thalweg.runs.record import read_record
from thalweg.search import log
from thalweg.search.strategies.table import STRATEGIES

QUICK = ("--target", "species", "--id", "plant", "--epochs", 2, "--no-checks", "--attempts", 0)


@pytest.fixture
def words(flowers, tmp_path, monkeypatch):
    """What every search begins with."""
    monkeypatch.chdir(tmp_path)
    return (flowers / "iris.csv", *QUICK)


def test_a_search_says_what_it_tried_and_what_was_best(thalweg, words, tmp_path):
    over = ("--over", "update.rate=log 1e-4 .. 1e-1", "--over", "penalty.strength=log 1e-6 .. 1e-2")
    said = thalweg("search", *words, "--trials", 4, "--strategy", "random", *over, "--json")
    assert said.exit == 0
    assert "random: 4 trials of 2 epochs each" in said.err + said.out
    assert "The search made 10 trials of 20 epochs in all." in said.err + said.out
    facts = said.facts["search"]
    assert facts["trials"] == 10 and facts["failed"] == 0 and facts["strategy"] == "random"
    assert set(facts["best"]["point"]) == {"update.rate", "penalty.strength"} and len(facts["best"]["scores"]) == 3
    assert facts["edges"] == [] and len(facts["interval"]) == 2
    run = tmp_path / "runs" / "iris-1"
    assert said.facts["run"].endswith("iris-1") and (run / "trials.parquet").exists()
    assert read_record(run).search.trials == 4 and read_record(run).command.startswith("thalweg search ")


def test_fit_searches_first_where_it_is_told_to(thalweg, words, tmp_path):
    (tmp_path / "space.toml").write_text('[space]\nupdate.rate = "log 1e-3 .. 1e-1"\n')
    given = ("--search", 2, "--space", "space.toml", "--finalist-seeds", 1, "--finalists", 1)
    said = thalweg("fit", *words, *given, "--json")
    assert said.exit == 0 and said.facts["search"]["best"]["point"].keys() == {"update.rate"}
    plain = json.loads((tmp_path / "runs" / "iris-1" / "experiment.json").read_text())
    assert plain["search"]["space"] == {"update.rate": "log 1e-3 .. 1e-1"}
    assert "search" not in thalweg("fit", *words, "--json").facts


def test_a_search_that_ctrl_c_stopped_goes_on(thalweg, words, tmp_path, monkeypatch):
    whole, lines = log._write, []

    def pressing(path, handle, line):
        whole(path, handle, line)
        lines.append(line)
        if len(lines) == 3:  # the head and two trials
            os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(log, "_write", pressing)
    said = thalweg("search", *words, "--trials", 4, "--strategy", "random", "--json")
    assert said.exit == 130 and said.facts["status"] == "paused" and 3 <= len(lines) < 11
    monkeypatch.undo()
    monkeypatch.chdir(tmp_path)
    said = thalweg("resume", "runs/iris-1", "--json")
    assert said.exit == 0 and said.facts["search"]["trials"] == 10


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (("--trials", 0), "--trials must be a whole number from 1 to 100,000; got 0."),
        (("--trials", "many"), "--trials wants a whole number; got 'many'."),
        (("--strategy", "luck"), 'Invalid value "luck" for --strategy.'),
        (("--over", "update.rate=log 1 .. 1e-3"), "the lower end of a log range must stand first; got 1 .. 0.001."),
        (("--over", "update.rate=log -1 .. 1"), "the ends of a log range must be above 0"),
        (("--over", "update.rat=log 1e-3 .. 1"), "Did you mean 'rate'?"),
        (("--space", "none.toml"), "cannot read none.toml"),
        (("--space", "empty.toml"), "empty.toml names nothing to vary. Write a line such as update.rate = "),
        (("--space", "bad.toml"), "bad.toml is not TOML"),
        (("--strategy", "grid", "--trials", 2), "a grid of two values of each range, and of all options, has"),
        (("--time-budget", "5s"), "--time-budget does not go with a search"),
    ],
)
def test_what_cannot_be_searched_is_one_sentence(thalweg, words, tmp_path, given, told):
    (tmp_path / "empty.toml").write_text("")
    (tmp_path / "bad.toml").write_text("update.rate = log 1 .. 2")
    said = thalweg("search", *words, *given)
    assert said.exit == 2 and told in said.err and len(said.err.strip().splitlines()) == 1
    assert not (tmp_path / "runs").exists()


def test_every_strategy_can_be_named():
    assert typing.get_args(typing.get_type_hints(Searching)["strategy"]) == tuple(STRATEGIES)


def test_a_search_option_without_a_search_is_refused(thalweg, words):
    said = thalweg("fit", *words, "--strategy", "random")
    assert said.exit == 2 and "--strategy is for a search. Say how many trials it has with --search" in said.err
