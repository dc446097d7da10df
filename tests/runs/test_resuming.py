"""A run that was left goes on as if it never had been: the same bits, the same history."""

import json

import numpy as np
import polars
import pytest

from tests.runs.small import (
    OPTIONS,
    PLAN,
    Interrupting,
    PauseAt,
    contents,
    copy_of,
    edit_json,
    quick,
    rows,
    same_bits,
    write_table,
)
from tests.train.small import assert_same_run
from thalweg.errors import InputError
from thalweg.recipe import fit, reproduce, resume
from thalweg.runs.lock import locked
from thalweg.runs.reporting import read_run_outcome


@pytest.fixture
def eager(monkeypatch):
    """A checkpoint after every chunk."""
    monkeypatch.setattr("thalweg.train.loop.SAVE_SECONDS", 0.0)


def assert_same_end(found, finished):
    """Ask for the same bits in memory and on disk, and the same scores and history."""
    assert_same_run(found.state, finished.state)
    assert (found.run / "model.safetensors").read_bytes() == (finished.run / "model.safetensors").read_bytes()
    assert found.outcome.scores == finished.outcome.scores
    assert (found.outcome.best_epoch, found.outcome.ending) == (finished.outcome.best_epoch, finished.outcome.ending)


@pytest.mark.parametrize("moment", [0, 1, 4, 6])
def test_a_paused_run_ends_with_the_same_bits(table, finished, tmp_path, moment):
    paused = quick(table, tmp_path, controllers=(PauseAt(moment),))
    assert paused.outcome is None and paused.state.paused == "enough for now"
    assert not (paused.run / "result.json").exists()
    assert_same_end(resume(paused.run), finished)


def test_a_run_paused_again_and_again_ends_with_the_same_bits(table, finished, tmp_path):
    found = quick(table, tmp_path, controllers=(PauseAt(1),))
    while found.outcome is None:
        found = resume(found.run, controllers=(PauseAt(2),))
    assert_same_end(found, finished)


def test_ctrl_c_in_the_middle_leaves_a_run_that_can_be_resumed(table, finished, tmp_path, eager):
    with pytest.raises(KeyboardInterrupt):
        quick(table, tmp_path, controllers=(Interrupting(4),))
    (run,) = tmp_path.iterdir()
    assert_same_end(resume(run), finished)


def test_ctrl_c_before_the_first_checkpoint_leaves_nothing(table, tmp_path):
    with pytest.raises(KeyboardInterrupt):
        quick(table, tmp_path / "runs", controllers=(Interrupting(0),))
    assert list(tmp_path.iterdir()) == []


def test_resuming_a_finished_run_changes_nothing(finished, tmp_path):
    run = copy_of(finished.run, tmp_path / "run")
    before, said = contents(run), []
    found = resume(run, say=said.append)
    assert contents(run) == before
    assert found.outcome.scores == finished.outcome.scores and same_bits(found.model, finished.model)
    assert_same_run(found.state, finished.state)
    assert said == [f"{run} was brought to its end before: {finished.outcome.ending}. Nothing is left to do."]


@pytest.mark.parametrize(
    "left",
    [
        ["experiment.json"],
        ["experiment.json", "split.safetensors"],
        ["experiment.json", "split.safetensors", "schema.json", "seal.json", "checkpoint"],
        ["experiment.json", "split.safetensors", "checkpoint", "model.safetensors", "report.html", "findings.json"],
    ],
)
def test_a_run_killed_while_writing_goes_on_from_what_there_is(finished, tmp_path, left):
    run = copy_of(finished.run, tmp_path / "run")
    for path in run.iterdir():
        if path.name not in left:
            path.unlink() if path.is_file() else [file.unlink() for file in path.iterdir()] and path.rmdir()
    folder = run / "checkpoint" if "checkpoint" in left else run
    (folder / "000000000003.safetensors.part").write_bytes(b"{")  # of a step that no other save falls on
    assert_same_end(resume(run), finished)
    assert not list(run.rglob("*.part"))
    assert {p.name for p in run.iterdir()} >= {"split.safetensors", "result.json", "history.parquet", "report.html"}


def test_the_newest_checkpoint_damaged_the_one_before_serves(table, finished, tmp_path, eager):
    paused = quick(table, tmp_path, controllers=(PauseAt(5),))
    older, newest = sorted((paused.run / "checkpoint").iterdir())
    newest.write_bytes(newest.read_bytes()[:-100])
    found = resume(paused.run)
    assert_same_end(found, finished)
    assert len(list((paused.run / "checkpoint").iterdir())) == 2
    assert older.name < newest.name


def test_no_whole_checkpoint_is_said(table, tmp_path, eager):
    paused = quick(table, tmp_path, controllers=(PauseAt(5),))
    for path in (paused.run / "checkpoint").iterdir():
        path.write_bytes(b"")
    with pytest.raises(InputError, match=r"no checkpoint in .* is whole\. Delete the folder to begin the run again"):
        resume(paused.run)


def test_a_second_process_is_refused(finished, tmp_path):
    run = copy_of(finished.run, tmp_path / "run")
    with locked(run), pytest.raises(InputError, match=r"another process is at work in .*/run\. Wait for it"):
        resume(run)


def test_a_second_run_in_one_directory_is_refused_and_harms_nothing(table, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    with locked(out), pytest.raises(InputError, match="another process is at work"):
        quick(table, tmp_path, out=str(out))
    assert [path.name for path in out.iterdir()] == [".lock"]


# Where the data are.


def test_changed_data_are_noticed(tmp_path):
    table = write_table(tmp_path / "people.csv", rows())
    paused = quick(table, tmp_path / "runs", controllers=(PauseAt(1),))
    changed = rows()
    changed[7]["income"] = "31.5"
    write_table(table, changed)
    with pytest.raises(InputError, match=r"the data of .*people-1 have changed since it began \(now .*, then"):
        resume(paused.run)
    table.unlink()
    with pytest.raises(InputError, match=r"people\.csv"):
        resume(paused.run)
    back = write_table(tmp_path / "elsewhere.csv", rows())
    assert resume(paused.run, data=str(back)).outcome.status == "finished"


def test_data_from_memory_are_asked_for(tmp_path):
    random = np.random.default_rng(0)
    x, y = random.normal(size=(160, 8)).astype(np.float32), random.integers(0, 2, 160)
    options = {**OPTIONS, "settings": PLAN, "target": None, "drop": (), "runs": tmp_path}
    paused = fit((x, y), controllers=(PauseAt(1),), **options)
    with pytest.raises(InputError, match=r"was trained on data handed over in memory\. Give them again with --data"):
        resume(paused.run)
    found = resume(paused.run, data=(x, y))
    again, same = reproduce(paused.run, data=(x, y))
    assert same and again.run != paused.run
    assert same_bits(found.model, again.model)


def test_a_test_part_from_memory_is_asked_for(tmp_path):
    table, test = write_table(tmp_path / "train.csv", rows(130)), polars.DataFrame(rows(30, seed=3))
    run = quick(table, tmp_path / "runs", test_data=test, controllers=(PauseAt(0),)).run
    with pytest.raises(InputError, match=r"was given test data handed over in memory\. .* --test-data FILE"):
        resume(run)
    assert resume(run, test_data=test, controllers=(PauseAt(0),)).state.paused


def test_a_moved_run_opens_no_place_that_it_names(finished, table, tmp_path, monkeypatch):
    run = copy_of(finished.run, tmp_path / "run")
    (run / "result.json").unlink()
    moved = run.rename(tmp_path / "moved")
    monkeypatch.setattr("thalweg.runs.examples.open_source", _refuse)
    for verb in (resume, reproduce):
        with pytest.raises(InputError, match=r"moved was moved since it began, or comes from elsewhere, so .*people"):
            verb(moved)
    monkeypatch.undo()
    assert_same_end(resume(moved, data=str(table)), finished)
    record = json.loads((moved / "experiment.json").read_text())
    assert record["place"] == str(run)


def _refuse(*args, **named):
    raise AssertionError("a place that a stranger named was opened")


def test_the_other_parts_of_a_moved_run_are_asked_for_too(tmp_path):
    table = write_table(tmp_path / "train.csv", rows(130))
    test = write_table(tmp_path / "test.csv", rows(30, seed=3))
    run = quick(table, tmp_path / "runs", test_data=str(test), controllers=(PauseAt(0),)).run
    moved = run.rename(tmp_path / "moved")
    with pytest.raises(InputError, match=r"so '.*test\.csv' is not opened unasked\. .* --test-data FILE"):
        resume(moved, data=str(table))
    with pytest.raises(InputError, match="have changed since it began"):
        resume(moved, data=str(table), test_data=str(table))
    assert resume(moved, data=str(table), test_data=str(test), controllers=(PauseAt(0),)).state.paused


def test_a_reproduction_of_a_stranger_does_not_adopt_the_places_it_names(finished, table, tmp_path):
    run = copy_of(finished.run, tmp_path / "run")
    edit_json(run / "experiment.json", place="/elsewhere", data="/etc/passwd")
    found, same = reproduce(run, out=str(tmp_path / "again"), data=str(table))
    assert same
    record = json.loads((found.run / "experiment.json").read_text())
    assert (record["data"], record["place"], record["name"]) == (str(table), str(found.run), "again")


def test_a_built_in_set_needs_no_place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "iris").mkdir()  # the built-in set goes before a folder of its name
    settings = ("network.layers=[{kind='dense',units=3}]",)
    run = fit("iris", epochs=1, checks=False, attempts=0, settings=settings, controllers=(PauseAt(0),)).run
    assert json.loads((run / "experiment.json").read_text())["data"] == "iris"
    moved = run.rename(tmp_path / "moved")
    assert resume(moved, controllers=(PauseAt(0),)).state.paused


# Doing it again.


def test_a_run_reproduced_has_the_same_bits(finished, tmp_path):
    run = copy_of(finished.run, tmp_path / "runs" / "run")
    found, same = reproduce(run)
    assert same and found.run == tmp_path / "runs" / "people-1"
    assert_same_end(found, finished)
    assert read_run_outcome(found.run).seeds == finished.outcome.seeds


def test_a_run_that_was_not_finished_cannot_be_reproduced(table, tmp_path):
    run = quick(table, tmp_path, controllers=(PauseAt(0),)).run
    with pytest.raises(InputError, match=r"people-1 was not brought to its end\. Go on with it: thalweg resume"):
        reproduce(run)


def test_other_versions_are_said(table, finished, tmp_path):
    run = quick(table, tmp_path, controllers=(PauseAt(0),)).run
    record = json.loads((run / "experiment.json").read_text())
    edit_json(run / "experiment.json", versions={**record["versions"], "cores": "999"})
    said = []
    resume(run, say=said.append)
    cores = record["versions"]["cores"]
    assert f"The run began with cores 999, now it is {cores}: bits may differ." in said
