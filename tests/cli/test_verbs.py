"""The verbs that work on a run: predict, evaluate, resume, reproduce, report, summary, runs, doctor."""

import io
import json
import shutil
import sys

import numpy as np
import polars
import pytest

from thalweg.data.open import open_like
from thalweg.runs import evaluating, health
from thalweg.runs.loading import load


@pytest.fixture
def copy(first, tmp_path):
    """A copy of the trained run in a folder of its own, so that what is done to it is done to no other test."""
    run = tmp_path / "runs" / "first"
    shutil.copytree(first, run)
    _change(run, place=str(run.resolve()))  # as if it had begun there
    return run


def _change(run, **entries):
    record = json.loads((run / "experiment.json").read_text())
    (run / "experiment.json").write_text(json.dumps({**record, **entries}))


def test_predictions_keep_order_and_names(thalweg, flowers, first):
    said = thalweg("predict", first, flowers / "new.csv")
    assert (said.exit, said.err) == (0, "")
    table = polars.read_csv(io.StringIO(said.out))
    assert table.columns == ["plant", "prediction", "p_setosa", "p_versicolor", "p_virginica"]
    assert table["plant"].to_list() == ["p149", "p0", "p75"]
    np.testing.assert_allclose(table.select("^p_.*$").to_numpy().sum(axis=1), 1, rtol=1e-6)


def test_predictions_are_the_librarys_own_in_either_form(thalweg, flowers, first, tmp_path):
    expected = load(first).predict(flowers / "new.csv")
    for name, read in (("out.csv", polars.read_csv), ("out.parquet", polars.read_parquet)):
        said = thalweg("predict", first, flowers / "new.csv", "-o", tmp_path / name)
        assert said.out == f"3 predictions in {tmp_path / name}\n"
        assert read(tmp_path / name).equals(expected)
    said = thalweg("predict", first, flowers / "new.csv", "--out", tmp_path / "out.csv", "--json")
    assert (said.facts["rows"], said.facts["columns"]) == (3, expected.columns)


def test_columns_are_held_to_strictly_or_leniently(thalweg, flowers, first, tmp_path):
    table = polars.read_csv(flowers / "new.csv")
    table.drop("size2").write_csv(tmp_path / "fewer.csv")
    table.with_columns(more=1).write_csv(tmp_path / "more.csv")
    said = thalweg("predict", first, tmp_path / "fewer.csv")
    assert said.exit == 2
    assert "size2" in said.err
    said = thalweg("predict", first, tmp_path / "fewer.csv", "--lenient")
    assert said.exit == 0
    assert said.out.count("\n") == 4
    assert "size2" in said.err  # said beside the data, not in them
    said = thalweg("predict", first, tmp_path / "more.csv", "--strict")
    assert said.exit == 2
    assert "more" in said.err
    assert thalweg("predict", first, tmp_path / "more.csv").exit == 0


def test_new_rows_are_not_written_over(thalweg, flowers, first):
    before = (flowers / "new.csv").read_bytes()
    said = thalweg("predict", first, flowers / "new.csv", "-o", flowers / "new.csv")
    assert said.exit == 2
    assert "would be lost" in said.err
    assert (flowers / "new.csv").read_bytes() == before


def test_a_place_that_cannot_be_written_is_named(thalweg, flowers, first, tmp_path):
    said = thalweg("predict", first, flowers / "new.csv", "-o", tmp_path / "missing" / "out.csv")
    assert said.exit == 2
    assert "cannot write" in said.err


def test_a_labelled_file_is_scored_without_opening_the_seal(thalweg, flowers, copy):
    some = flowers / "some.csv"
    some.write_text("".join((flowers / "iris.csv").read_text().splitlines(keepends=True)[:121]))
    said = thalweg("evaluate", copy, "--data", some, "--json")
    assert (said.exit, said.facts["part"], said.facts["rows"]) == (0, "file", 120)
    assert said.facts["interval"][0] <= said.facts["score"] <= said.facts["interval"][1]
    assert "on 120 rows of the file" in said.err
    assert json.loads((copy / "seal.json").read_text())["openings"] == 0


def test_rows_that_the_network_was_trained_on_are_told_from_new_ones(thalweg, flowers, copy, tmp_path):
    some = tmp_path / "some.csv"
    some.write_text("".join((flowers / "iris.csv").read_text().splitlines(keepends=True)[:121]))
    model = load(copy).model
    _change(copy, seen=[open_like(str(some), task=model.task, schema=model.schema).fingerprint])
    said = thalweg("evaluate", copy, "--data", some, "--json")
    assert "warning: these are the rows the network was trained on" in said.err
    assert [(remark["kind"], remark["severity"]) for remark in said.facts["remarks"]] == [("seen_rows", "warning")]


def test_the_sealed_rows_are_not_to_be_had_as_a_file(thalweg, flowers, copy):
    said = thalweg("evaluate", copy, "--data", flowers / "iris.csv")
    assert said.exit == 2
    assert "holds the sealed test part of" in said.err
    assert json.loads((copy / "seal.json").read_text())["openings"] == 0


def test_a_run_without_its_checkpoints_is_scored_and_reported(thalweg, copy):
    shutil.rmtree(copy / "checkpoint")
    assert thalweg("report", copy).exit == 0
    history = (copy / "history.parquet").read_bytes()
    assert thalweg("evaluate", copy, "--test").exit == 0
    assert (copy / "history.parquet").read_bytes() == history  # the only copy of the curves is not written over


def test_predictions_write_over_nothing_of_a_run(thalweg, flowers, copy):
    before = (copy / "model.safetensors").read_bytes()
    said = thalweg("predict", copy, flowers / "iris.csv", "-o", copy / "model.safetensors")
    assert said.exit == 2
    assert "lies in a run directory" in said.err
    assert (copy / "model.safetensors").read_bytes() == before


def test_the_seal_is_opened_once_and_again_only_when_asked(thalweg, flowers, copy):
    said = thalweg("evaluate", copy, "--test")
    assert said.exit == 0
    assert said.out.startswith("accuracy ")
    assert "opened once over all runs" in said.out
    assert "opened once over all runs" in (copy / "report.html").read_text()
    said = thalweg("evaluate", copy, "--test")
    assert said.exit == 2
    assert "--again" in said.err
    said = thalweg("evaluate", copy, "--test", "--again", "--json", "--data", flowers / "iris.csv")
    assert (said.exit, said.facts["openings"], said.facts["part"]) == (0, 2, "test")
    assert json.loads((copy / "seal.json").read_text())["openings"] == 2


def test_a_run_that_was_moved_asks_for_its_data(thalweg, flowers, copy, monkeypatch):
    _change(copy, place="/elsewhere/first")
    monkeypatch.setattr(evaluating, "record_opening", None)  # not reached: nothing is opened for lack of data
    for words in (("reproduce", copy), ("evaluate", copy, "--test")):
        said = thalweg(*words)
        assert said.exit == 2
        assert "Say where its data are with --data FILE" in said.err
    said = thalweg("reproduce", copy, "--data", flowers / "iris.csv", "--json")
    assert said.facts["same_bits"]


def test_a_finished_run_resumes_to_the_same_verdict(thalweg, copy):
    weights = (copy / "model.safetensors").read_bytes()
    said = thalweg("resume", copy)
    assert said.exit == 0
    assert "Nothing is left to do." in said.out
    assert said.out.splitlines()[-2].startswith("next: thalweg predict")
    assert (copy / "model.safetensors").read_bytes() == weights


def test_a_run_is_reproduced_to_the_bit(thalweg, copy):
    said = thalweg("reproduce", copy, "--out", copy.parent / "second", "--json")
    assert (said.exit, said.facts["same_bits"], said.facts["of"]) == (0, True, str(copy))
    assert (copy.parent / "second" / "model.safetensors").is_file()


def test_other_bits_are_a_failure(thalweg, copy, monkeypatch):
    import thalweg.recipe as recipe

    real = recipe.reproduce
    monkeypatch.setattr(recipe, "reproduce", lambda *given, **more: (real(*given, **more)[0], False))
    said = thalweg("reproduce", copy)
    assert said.exit == 1
    assert "its weights are not the same bits as those of" in said.out


def test_the_report_is_written_again(thalweg, copy):
    (copy / "report.html").unlink()
    said = thalweg("report", copy)
    assert said.out == f"{copy / 'report.html'}\n"
    assert (copy / "report.html").is_file()


def test_the_summary_shows_layers_settings_and_versions(thalweg, first):
    said = thalweg("summary", first)
    lines = [line.split() for line in said.out.splitlines()]
    assert lines[0] == ["layer", "output", "parameters", "output", "memory", "multiply-adds"]
    # Four columns in 81 pieces are 85 inputs: 85 x 128 + 128 parameters; 128 x 4 bytes; 85 x 128 multiply-adds.
    assert ["dense_1", "(-,", "128)", "11,008", "512", "B", "10,880"] in lines
    # 4 bytes for each of 6 x 128 + 3 outputs are 3,084; 10,880 + 128 x 128 + 3 x 128 multiply-adds
    assert ["total", "27,907", "3.08", "kB", "27,648"] in lines
    memory = next(line for line in said.out.splitlines() if line.startswith("Training keeps "))
    for part in ("parameters 112 kB", "gradients 112 kB", "best weights so far 112 kB", "update rule 223 kB"):
        assert part in memory  # 4 x 27,907 bytes; Adam keeps two
    took = next(line for line in said.out.splitlines() if line.startswith("It took: "))
    for part in ("training", "compiling, once", "speed", "memory that training keeps, as counted", "largest memory of"):
        assert f" {part} " in took
    assert "odd:" not in said.out
    assert "epochs = 4" in said.out
    assert "data fingerprint" in said.out
    facts = thalweg("summary", first, "--json").facts
    assert facts["parameters"] == sum(layer["parameters"] for layer in facts["layers"]) == 27_907
    assert sum(layer["multiply_adds"] for layer in facts["layers"]) == 27_648
    assert (facts["multiply_adds"], facts["output_bytes"]) == (27_648, 3_084)
    assert facts["memory"]["parameters"] == 4 * 27_907 and facts["odd"] == []


def test_the_summary_of_a_run_that_was_not_counted_leaves_the_costs_out(thalweg, copy):
    plain = json.loads((copy / "result.json").read_text())
    for name in ("work", "memory", "odd"):
        del plain[name]
    (copy / "result.json").write_text(json.dumps(plain))
    said = thalweg("summary", copy)
    assert said.exit == 0 and said.out.splitlines()[0].split() == ["layer", "output", "parameters"]
    assert "Training keeps" not in said.out
    assert thalweg("summary", copy, "--json").facts["memory"] == {}


def test_the_summary_of_a_convolutional_network_tells_what_each_layer_sees_and_leaves_out(thalweg, tmp_path):
    layers = (
        '[{kind="reshape",shape=[8,8,1]},{kind="convolution",filters=2},{kind="activation",function="relu"},'
        '{kind="max_pooling",window=4,fit="floor"},{kind="dense",units=10}]'
    )
    words = ("fit", "digits", "--epochs", 1, "--no-checks", "--set", f"network.layers={layers}")
    assert thalweg(*words, "--out", tmp_path / "run").exit == 0
    said = thalweg("summary", tmp_path / "run")
    lines = [line.split() for line in said.out.splitlines()]
    assert lines[0][:5] == ["layer", "output", "receptive", "field", "parameters"]
    # 9 weights and a bias for each of 2 filters; 6 x 6 x 2 outputs of 4 bytes, each of 9 multiply-adds. Of 6 rows a
    # window of 4 sees 4, and 3 + (4 - 1) places of the image.
    assert "convolution_1 (-, 6, 6, 2) 3 x 3 20 288 B 648".split() in lines
    assert "max_pooling_1 (-, 1, 1, 2) 6 x 6 0 8 B 0".split() in lines
    assert "dense_1 (-, 10) all 30 40 B 20".split() in lines
    assert "max_pooling_1 leaves out the last 2 rows and 2 columns of its padded input" in said.out
    facts = thalweg("summary", tmp_path / "run", "--json").facts
    assert [layer["receptive_field"] for layer in facts["layers"]] == ["1 x 1", "3 x 3", "3 x 3", "6 x 6", "all"]
    assert len(facts["left_out"]) == 1


def test_the_summary_names_what_is_odd(thalweg, flowers, tmp_path):
    network = 'network={kind="sequential",layers=[{kind="dense",units=4},{kind="dense",units=3}]}'
    words = ("fit", flowers / "iris.csv", "--target", "species", "--epochs", 1, "--no-checks", "--set", network)
    assert thalweg(*words, "--out", tmp_path / "run").exit == 0
    assert "odd: dense_1 and dense_2 have no nonlinearity between them" in thalweg("summary", tmp_path / "run").out


def test_a_run_without_an_end_says_how_to_go_on(thalweg, copy):
    (copy / "result.json").unlink()
    for verb in ("summary", "report"):
        said = thalweg(verb, copy)
        assert said.exit == 2
        assert f"thalweg resume {copy}" in said.err


def test_runs_are_listed(thalweg, copy):
    for words in (("runs",), ("runs", "list"), ("runs", "best")):
        said = thalweg(*words, "--folder", copy.parent)
        head, row = said.out.splitlines()
        assert head.split() == ["run", "data", "metric", "validation", "test", "status", "begun"]
        assert row.split()[:3] == [str(copy), "iris.csv", "accuracy"]
    (run,) = thalweg("runs", "--folder", copy.parent, "--json").facts["runs"]
    assert (run["run"], run["status"], run["test"]) == (str(copy), "finished", None)


def test_a_run_without_an_end_is_listed_and_never_the_best(thalweg, copy):
    shutil.copytree(copy, copy.parent / "second")
    (copy.parent / "second" / "result.json").unlink()
    listed, best = (thalweg("runs", verb, "--folder", copy.parent, "--json").facts["runs"] for verb in ("list", "best"))
    assert [run["status"] for run in listed] == ["finished", "unfinished"]
    assert [run["run"] for run in best] == [str(copy)]


def test_a_place_without_runs_is_no_failure(thalweg, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert thalweg("runs").out == "no runs in runs\n"
    assert thalweg("runs", "best").out == "no finished runs in runs\n"


class Person(io.StringIO):
    """Somebody at a terminal."""

    def isatty(self):
        return True


def test_deleting_asks_first(thalweg, copy, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    said = thalweg("runs", "delete", copy)
    assert (said.exit, copy.is_dir()) == (2, True)
    assert "--yes" in said.err
    monkeypatch.setattr(sys, "stdin", Person("no\n"))
    said = thalweg("runs", "delete", copy)
    assert said.out == f"Delete {copy} for good? [y/N] nothing was deleted\n"
    assert copy.is_dir()
    monkeypatch.setattr(sys, "stdin", Person("y\n"))
    assert thalweg("runs", "delete", copy).exit == 0
    assert not copy.exists()


def test_all_are_deleted_or_none(thalweg, copy, tmp_path):
    (tmp_path / "precious").mkdir()
    said = thalweg("runs", "delete", copy, tmp_path / "precious", "--yes")
    assert said.exit == 2
    assert copy.is_dir()
    said = thalweg("runs", "delete", copy, "--yes", "--json")
    assert said.facts == {"deleted": [str(copy)], "exit": 0}


def test_the_doctor_says_what_is_wrong(thalweg, tmp_path, monkeypatch):
    fine = health.Examined("memory", True, "9 GiB free", "")
    wrong = health.Examined("folder of runs", False, "cannot write", "Make it writable.")
    monkeypatch.setattr(health, "examine", lambda folder: (fine,))
    said = thalweg("doctor", "--folder", tmp_path)
    assert (said.exit, said.out) == (0, "OK  memory  9 GiB free\n")
    monkeypatch.setattr(health, "examine", lambda folder: (fine, wrong))
    said = thalweg("doctor", "--folder", tmp_path)
    assert said.exit == 1
    assert said.out.splitlines()[-1] == "folder of runs: Make it writable."
    assert thalweg("doctor", "--json").facts["passed"] is False
