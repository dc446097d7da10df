"""`thalweg fit` and `check`: what is said, in which order, and what a program is told."""

import jax
import numpy as np
import pytest

from thalweg.cli.training import PauseAfterCtrlC
from thalweg.runs.loading import load
from thalweg.runs.record import read_record
from thalweg.train.controllers import Pause

SHORT = ("--epochs", "2", "--no-checks")


def test_it_tells_what_was_read_then_trains_then_judges(thalweg, flowers, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = thalweg("fit", flowers / "iris.csv", "--target", "-1", "--id", "plant", "--epochs", "2")
    assert (said.exit, said.err) == (0, "")
    order = [
        "iris: 150 rows, 4 input columns; classes of 'species'",
        "rows to train on",
        "parameters); softmax_cross_entropy",
        "so each distinct one is a class",
        " checks passed",
        "compiled in",
        "epoch 0, accuracy ",
        "epoch 2 of 2, accuracy ",
        "fitting simple models",
        "Accuracy ",
        "majority class",
        "The sealed test part has never been opened",
        "run: runs/iris-1",
        "report: runs/iris-1/report.html",
        "thalweg predict runs/iris-1 NEW.csv -o out.csv",
        "thalweg evaluate runs/iris-1 --test",
    ]
    places = [said.out.index(piece) for piece in order]
    assert places == sorted(places)
    record = read_record(tmp_path / "runs" / "iris-1")
    assert record.command == f"thalweg fit {flowers / 'iris.csv'} --target -1 --id plant --epochs 2"


def test_a_program_is_told_all_of_it(thalweg, flowers, tmp_path):
    said = thalweg("fit", flowers / "iris.csv", "--target", "species", "--out", tmp_path / "a", *SHORT, "--json")
    facts = said.facts
    assert said.exit == facts["exit"] == 0
    assert said.out.count("\n") == 1
    assert "compiled in" in said.err
    assert (facts["run"], facts["task"], facts["metric"]) == (str(tmp_path / "a"), "classes", "accuracy")
    assert (facts["part"], facts["checks"]) == ("validation", [])  # --no-checks
    assert facts["interval"][0] <= facts["score"] <= facts["interval"][1]
    assert {"symptom", "cause", "remedy", "severity", "where"} <= set(facts["findings"][0])
    assert facts["baselines"][0]["name"] == "majority class"
    assert (tmp_path / "a" / "report.html").is_file()


def test_the_quiet_hear_the_verdict_and_where_it_lies(thalweg, flowers, tmp_path):
    words = ("fit", flowers / "iris.csv", "--target", "species", *SHORT, "--quiet")
    said = thalweg(*words, "--out", tmp_path / "a")
    assert said.out.startswith("Accuracy ")
    assert said.out.splitlines()[1:] == [f"run: {tmp_path / 'a'}", f"report: {tmp_path / 'a' / 'report.html'}"]
    said = thalweg(*words, "--out", tmp_path / "b", "--json")
    assert (said.err, said.out.count("\n")) == ("", 1)


def test_the_quiet_hear_that_it_failed(thalweg, flowers, tmp_path):
    words = ("fit", flowers / "iris.csv", "--target", "species", *SHORT, "--quiet", "--set", "update=sgd")
    said = thalweg(*words, "--set", "update.rate=1e30", "--out", tmp_path / "a")
    assert said.exit == 1
    assert any(line.startswith("✕ Training diverged.") for line in said.out.splitlines())


def test_every_option_reaches_the_run(thalweg, flowers, tmp_path):
    (tmp_path / "e.toml").write_text("[training]\nbatch = 16\n[update]\nrate = 0.5\n")
    words = ["fit", flowers / "iris.csv", "--target=species", "--drop", "plant,size0", "--drop", "size1", *SHORT]
    words += ["--seed", "3", "--split-seed", "4", "--metric", "balanced_accuracy", "--class-weight", "balanced"]
    words += ["--time-budget", "10m", "--config", tmp_path / "e.toml", "--set", "update.rate=0.01"]
    words += ["--set", "training.patience=7", "--header", "yes", "--task", "classes", "--quiet"]
    assert thalweg(*words, "--out", tmp_path / "a").exit == 0
    record = read_record(tmp_path / "a")
    assert record.reading["drop"] == ["plant", "size0", "size1"]
    assert (record.reading["header"], record.reading["task"]) == ("yes", "classes")
    assert (record.seed, record.split_seed, record.metric) == (3, 4, "balanced_accuracy")
    assert (record.class_weight, record.time_budget) == ("balanced", 600.0)
    training = record.experiment["training"]
    assert (training["batch"], training["patience"], training["epochs"]) == (16, 7, 2)
    assert record.experiment["update"]["rate"] == 0.01


def test_the_runs_own_record_trains_it_again(thalweg, flowers, tmp_path):
    words = ("fit", flowers / "iris.csv", "--target", "species", "--quiet", *SHORT)
    assert thalweg(*words, "--set", "update=sgd", "--out", tmp_path / "a").exit == 0
    assert thalweg(*words, "--config", tmp_path / "a" / "experiment.json", "--out", tmp_path / "b").exit == 0
    assert read_record(tmp_path / "b").experiment == read_record(tmp_path / "a").experiment


def test_a_run_that_diverges_is_a_failure_that_keeps_what_it_has(thalweg, flowers, tmp_path):
    words = ("fit", flowers / "iris.csv", "--target", "species", "--no-checks", "--out", tmp_path / "a", "--json")
    said = thalweg(*words, "--set", "update=sgd", "--set", "update.rate=1e30", "--epochs", "20")
    assert said.exit == said.facts["exit"] == 1
    assert said.facts["status"] == "diverged"
    assert "diverged" in [finding["symptom"] for finding in said.facts["findings"]]


def test_the_test_part_is_opened_once_and_again_only_when_asked(thalweg, flowers, tmp_path):
    words = ("fit", flowers / "iris.csv", "--target", "species", "--open-test", "--json", *SHORT)
    said = thalweg(*words, "--out", tmp_path / "a")
    assert (said.exit, said.facts["part"], said.facts["openings"]) == (0, "test", 1)
    assert "evaluate" not in said.err
    said = thalweg(*words, "--out", tmp_path / "b")
    assert said.exit == 2
    assert "opened once before" in said.facts["error"]
    assert not (tmp_path / "b").exists()  # refused before anything is trained
    assert thalweg("fit", *words[1:], "--again", "--out", tmp_path / "c").facts["openings"] == 2


def test_a_folder_that_is_taken_is_refused_and_left_alone(thalweg, flowers, first):
    before = sorted(p.name for p in first.iterdir())
    said = thalweg("fit", flowers / "iris.csv", "--target", "species", *SHORT, "--out", first)
    assert said.exit == 2
    assert "is there already" in said.err
    assert sorted(p.name for p in first.iterdir()) == before


def test_hostile_names_in_the_data_reach_the_terminal_tame(thalweg, tmp_path):
    path = tmp_path / "odd.csv"
    rows = [f"{k / 2},{'a' if k % 2 else 'b'}\x1b[2J" for k in range(40)]
    path.write_text("x\x07,kind\x1b]0;gone\x07\n" + "\n".join(rows) + "\n")
    said = thalweg("fit", path, "--target", "-1", "--out", tmp_path / "a", *SHORT)
    assert said.exit == 0, said.err
    assert "\x1b" not in said.out + said.err
    assert "\x07" not in said.out + said.err


def test_check_says_what_was_measured_and_leaves_nothing(thalweg, flowers, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = thalweg("check", flowers / "iris.csv", "--target", "species", "--json")
    assert (said.exit, list(tmp_path.iterdir())) == (0, [])
    assert "150 rows" in said.err
    assert "✓ overfits a tiny set: " in said.err
    assert [check["passed"] for check in said.facts["checks"]] == [True] * len(said.facts["checks"])
    assert said.facts["findings"] == []
    assert thalweg("check", "iris", "--quiet").out == "19 of 19 checks passed, 1 not judged\n"


def test_check_fails_where_training_would_be_in_vain(thalweg, flowers):
    words = ("check", flowers / "iris.csv", "--target", "species", "--json")
    # Weights of nearly nothing: no gradient comes through two layers, so not even a tiny set is learned.
    layers = [w for k in (0, 3, 6) for w in ("--set", f"network.layers.{k}.weights=small_normal")]
    rates = [w for k in (0, 3, 6) for w in ("--set", f"network.layers.{k}.weights.std=1e-30")]
    said = thalweg(*words, *layers, *rates)
    assert said.exit == said.facts["exit"] == 1
    findings = [f for f in said.facts["findings"] if f["severity"] == "error"]
    assert [f["symptom"] for f in findings] == [
        "initial scale",
        "units alive",
        "inputs used",
        "overfits a tiny set",
    ]  # the cause comes first
    assert all(f["remedy"] for f in findings)
    assert "✕ overfits a tiny set" in said.err


@pytest.mark.parametrize("words", [("fit",), ("check",)])
def test_data_that_cannot_be_learned_from_are_refused(thalweg, tmp_path, monkeypatch, words):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "one.csv").write_text("x,y\n1,a\n2,a\n3,a\n")
    said = thalweg(*words, "one.csv", "--target", "y")
    assert said.exit == 2
    assert "at least two classes are needed" in said.err
    assert [p.name for p in tmp_path.iterdir()] == ["one.csv"]


def test_a_paused_run_is_gone_on_with_as_if_it_had_not_been(thalweg, flowers, first, tmp_path, monkeypatch):
    words = ("fit", flowers / "iris.csv", "--target", "species", "--id", "plant", "--epochs", "4", "--no-checks")
    with monkeypatch.context() as pressed:
        pressed.setattr(PauseAfterCtrlC, "decide", lambda self, progress: Pause("Ctrl-C"))
        said = thalweg(*words, "--out", tmp_path / "a", "--json")
    command = f"thalweg resume {tmp_path / 'a'}"
    assert (said.exit, said.facts["status"], said.facts["resume"]) == (130, "paused", command)
    assert command in said.err
    assert thalweg("resume", tmp_path / "a", "--quiet").exit == 0
    whole, resumed = (jax.tree.leaves(load(run).model.params) for run in (first, tmp_path / "a"))
    assert all(np.array_equal(a, b) for a, b in zip(whole, resumed, strict=True))
