"""Command lines that cannot be used: one sentence, exit code 2, nothing left behind."""

import json
import re

import pytest

from thalweg import __version__, recipe
from thalweg.network.presets.table import PRESETS

BAD = [
    ("fti", "unknown command 'fti'. Did you mean 'fit'?"),
    ("zzz", "unknown command 'zzz'. There are: fit, search, check"),
    ("--nope", "unknown command '--nope'"),
    ("fit", "thalweg fit needs DATA. See thalweg fit --help."),
    ("fit iris extra", "thalweg fit has no use for 'extra'"),
    ("fit iris --targte x", "Unknown option: --targte. Did you mean --target?"),
    ("fit iris --target", "--target needs a value"),
    ("fit iris --drop -a", "--drop needs a value; one that begins with a dash is written --drop=VALUE."),
    ("fit iris --seed x", "--seed wants a whole number; got 'x'."),
    ("fit iris --seed 1.5", "--seed wants a whole number; got '1.5'."),
    ("fit iris --epochs 1e2", "--epochs wants a whole number; got '1e2'."),
    ("fit iris --threads 1.5", "--threads wants a whole number; got '1.5'."),
    ("fit iris --seed 99999999999999999999999999999999", "--seed wants a whole number"),
    ("fit iris --epochs 1 --epochs 2", "--epochs specified multiple times"),
    ("fit iris --header maybe", 'Invalid value "maybe" for --header. Choose from: "yes", "no", "infer".'),
    ("fit iris --task sorting", "--task"),
    ("fit iris --class-weight heavy", "--class-weight"),
    ("fit iris --device tpu", "--device"),
    ("fit iris --quiet=perhaps", "--quiet wants no value; got 'perhaps'."),
    ("fit iris --no-quiet", "Unknown option: --no-quiet"),
    ("fit iris --seed -1", "--seed must be a whole number from 0"),
    ("fit iris --split-seed -1", "--split-seed must be a whole number from 0"),
    ("fit iris --time-budget soon", "--time-budget wants a length of time"),
    ("fit iris --time-budget 0", "--time-budget wants a length of time"),
    ("fit iris --again", "--again goes with --open-test"),
    ("fit iris --threads 0", "--threads must be from 1 to"),
    ("fit iris --drop a,,b", "--drop has an empty name"),
    ("fit iris --config missing.toml", "cannot read missing.toml"),
    ("fit iris --set update.rat=1", "unknown field of adam 'rat'. Did you mean 'rate'?"),
    ("fit iris --set update.rate", "wanted path=value"),
    ("fit iris --set update.rate=-1", "must be in"),
    ("fit iris --epochs 0", "Training.epochs must be in"),
    ("fit iris --metric acurracy", "Did you mean 'accuracy'?"),
    ("fit iris --metric rmse", "unknown metric for classes 'rmse'"),
    ("fit missing.csv --target a", "missing.csv"),
    ("check missing.csv --target a", "missing.csv"),
    ("check iris --epochs 3", "Unknown option: --epochs"),
    ("evaluate missing", "say what to score the run on"),
    ("evaluate missing --again --data x", "--again goes with --test"),
    ("evaluate missing --data x --test-data y", "for --test. Add it."),
    ("evaluate missing --test", "missing is not a run directory"),
    ("predict missing", "thalweg predict needs NEW"),
    ("predict missing new.csv", "missing"),
    ("predict missing new.csv --strict --lenient", "--strict and --lenient cannot be had together"),
    ("resume missing", "missing is not a run directory"),
    ("reproduce missing", "missing is not a run directory"),
    ("report missing", "missing is not a run directory"),
    ("summary missing", "missing is not a run directory"),
    ("runs lst", "unknown command 'lst'. Did you mean 'list'? There are: list, best, delete."),
    ("runs --folder missing", "missing is no folder"),
    ("runs --folder . best", "the command 'best' stands before the options"),
    ("runs delete", "say which runs to delete"),
    ("runs delete missing --yes", "missing is not a run directory"),
]


@pytest.mark.parametrize(("line", "message"), BAD, ids=[line for line, _ in BAD])
def test_one_sentence_and_nothing_left_behind(thalweg, tmp_path, monkeypatch, line, message):
    monkeypatch.chdir(tmp_path)
    said = thalweg(*line.split())
    assert said.exit == 2
    assert said.out == ""
    assert said.err.startswith("thalweg: error: ")
    assert said.err.count("\n") == 1
    assert message in said.err
    assert list(tmp_path.iterdir()) == []


def test_with_json_the_failure_is_an_object_too(thalweg):
    for line in (
        "fit iris --targte x --json",
        "fti --json",
        "summary missing --json",
        "predict missing new.csv --json",
    ):
        said = thalweg(*line.split())
        assert said.exit == 2
        assert set(said.facts) == {"error", "exit"}
        assert said.facts["exit"] == 2
        assert said.facts["error"] in said.err


def test_hostile_words_are_shown_without_their_control_characters(thalweg):
    said = thalweg("fit", "a\x1b[2J\nb\u202e.csv", "--target", "x")
    assert said.exit == 2
    assert "\x1b" not in said.err
    assert "\u202e" not in said.err
    assert said.err.count("\n") == 1


def test_a_word_after_two_dashes_is_no_option(thalweg):
    said = thalweg("fit", "--", "--json")
    assert said.exit == 2
    assert said.out == ""
    assert "--json" in said.err


@pytest.mark.parametrize("line", ["--help", "fit --help", "runs --help", "runs delete --help", ""])
def test_help_is_no_failure(thalweg, line):
    said = thalweg(*line.split())
    assert (said.exit, said.err) == (0, "")
    assert "Usage: thalweg" in said.out
    assert "Raises" not in said.out


def test_the_version_is_said(thalweg):
    assert thalweg("--version").out == f"{__version__}\n"


def test_an_unexpected_error_is_a_sentence_that_owns_up(thalweg, monkeypatch):
    def broken(*given, **options):
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(recipe, "fit", broken)
    said = thalweg("fit", "iris", "--json")
    assert said.exit == 1
    assert "unexpected ZeroDivisionError: division by zero - this is a bug in Thalweg" in said.err
    assert "Traceback" not in said.err
    assert json.loads(said.out)["exit"] == 1


def test_the_help_names_every_network(thalweg):
    said = re.sub(r"[\s│]+", "", thalweg("fit", "--help").out)  # the text is broken in a box, inside names too
    assert all(name in said for name in PRESETS)
