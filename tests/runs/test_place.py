"""Where runs live: names, what is made and taken away, what is deleted."""

import os
from pathlib import Path

import pytest

from tests.runs.small import copy_of
from thalweg.errors import InputError
from thalweg.runs.lock import locked
from thalweg.runs.place import claimed, delete_run, list_runs, new_run


def test_the_first_free_number_is_taken(tmp_path):
    runs = tmp_path / "a" / "runs"
    first = new_run("digits", None, runs)
    assert first.run == runs / "digits-1"
    assert first.made == (first.run, runs, tmp_path / "a")
    second = new_run("digits", None, runs)
    assert (second.run, second.made) == (runs / "digits-2", (runs / "digits-2",))


@pytest.mark.parametrize(
    ("name", "folder"),
    [("../../etc", "etc-1"), ("a b\nc", "a-b-c-1"), ("", "run-1"), ("...", "run-1"), ("ü" * 300, "run-1"),
     ("x" * 300, "x" * 100 + "-1"), ("\udcff.csv", "csv-1")],
)  # fmt: skip
def test_a_name_becomes_one_that_every_disk_takes(tmp_path, name, folder):
    assert new_run(name, None, tmp_path).run == tmp_path / folder


def test_a_name_taken_by_another_process_meanwhile_is_passed_over(tmp_path, monkeypatch):
    mkdir, raced = Path.mkdir, []

    def slow(self, *args, **named):
        if self.name == "x-1" and not raced:
            raced.append(self)
            mkdir(self)
        return mkdir(self, *args, **named)

    monkeypatch.setattr(Path, "mkdir", slow)
    assert new_run("x", None, tmp_path).run == tmp_path / "x-2"


def test_an_empty_folder_of_the_user_may_be_the_run(tmp_path):
    (tmp_path / "mine").mkdir()
    assert new_run("x", tmp_path / "mine", tmp_path).made == ()


def test_what_a_run_killed_at_once_has_left_is_no_hindrance(tmp_path):
    (tmp_path / "out").mkdir()
    for name in (".lock", "experiment.json.part"):
        (tmp_path / "out" / name).write_text("")
    place = new_run("x", tmp_path / "out", tmp_path)
    with claimed(place):
        (place.run / "checkpoint").mkdir()
        (place.run / "checkpoint" / "000000000001.safetensors").write_text("")
    assert (tmp_path / "out" / "checkpoint").is_dir()


@pytest.mark.parametrize("made", ["file", "folder"])
def test_a_place_that_is_taken_is_refused(tmp_path, made):
    out = tmp_path / "out"
    out.write_text("") if made == "file" else (out.mkdir(), (out / "mine.txt").write_text("mine"))
    with pytest.raises(InputError, match=r"out is there already\. Choose another --out"):
        new_run("x", out, tmp_path)


def test_a_run_in_the_place_can_be_removed_first(finished):
    with pytest.raises(InputError, match=r"is there already\. Remove it first \(thalweg runs delete .*people-1\)"):
        new_run("x", finished.run, finished.run.parent)


@pytest.mark.parametrize("out", ["a/file/x", "a\0b", "x" * 300])
def test_a_place_that_cannot_be_made_is_said(tmp_path, out):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "file").write_text("")
    with pytest.raises(InputError, match=r"cannot make the run directory .*: .*\. Choose another --out"):
        new_run("x", tmp_path / out, tmp_path)


def test_a_folder_full_of_runs_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr("thalweg.runs.place.range", lambda *args: range(1, 3), raising=False)
    for number in (1, 2):
        (tmp_path / f"x-{number}").mkdir()
    with pytest.raises(InputError, match=r"is full of runs called x\. Choose a name with --out"):
        new_run("x", None, tmp_path)


def test_what_fails_is_taken_away_and_what_others_put_there_stays(tmp_path):
    place = new_run("x", None, tmp_path / "runs")
    with pytest.raises(RuntimeError), claimed(place):
        (place.run / "experiment.json").write_text("{}")
        (place.run / "checkpoint").mkdir()
        (place.run / "checkpoint" / "000000000001.safetensors.part").write_text("")
        (place.run / "seal.json.part").write_text("")
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []
    place = new_run("x", None, tmp_path / "runs")
    with pytest.raises(RuntimeError), claimed(place):
        (place.run / "experiment.json").write_text("{}")
        (place.run / "mine.txt").write_text("mine")
        raise RuntimeError
    assert [path.name for path in place.run.iterdir()] == ["mine.txt"]


def test_what_succeeds_stays(tmp_path):
    place = new_run("x", None, tmp_path / "runs")
    with claimed(place):
        (place.run / "checkpoint").mkdir()
        (place.run / "checkpoint" / "000000000001.safetensors").write_text("")
    assert (place.run / ".lock").exists()


def test_a_directory_that_another_process_filled_meanwhile_is_left_alone(tmp_path):
    place = new_run("x", tmp_path / "out", tmp_path)
    (place.run / "experiment.json").write_text("{}")
    with pytest.raises(InputError, match=r"another process has made a run in .*out\. Choose another --out"):
        with claimed(place):
            raise AssertionError("not reached")
    assert (place.run / "experiment.json").exists()


def test_runs_are_listed_and_deleted(finished, tmp_path):
    for name in ("b", "a"):
        copy_of(finished.run, tmp_path / name)
    (tmp_path / "other").mkdir()
    assert list_runs(tmp_path) == [tmp_path / "a", tmp_path / "b"]
    assert list_runs(tmp_path / "nowhere") == []
    delete_run(tmp_path / "a")
    assert list_runs(tmp_path) == [tmp_path / "b"]
    with pytest.raises(InputError, match=r"other is not a run directory"):
        delete_run(tmp_path / "other")
    assert (tmp_path / "other").is_dir()
    with locked(tmp_path / "b"), pytest.raises(InputError, match="another process is at work in"):
        delete_run(tmp_path / "b")


def test_a_run_that_cannot_be_removed_is_said(finished, tmp_path, monkeypatch):
    run = copy_of(finished.run, tmp_path / "a")

    def denied(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("shutil.rmtree", denied)
    with pytest.raises(InputError, match=r"cannot remove .*a: Permission denied"):
        delete_run(run)


def test_a_folder_that_may_not_be_looked_into_is_said(tmp_path, monkeypatch):
    def denied(*args):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "listdir", denied)
    monkeypatch.setattr(os, "scandir", denied)
    with pytest.raises(InputError, match=r"cannot look into .*: Permission denied\. Check its permissions"):
        list_runs(tmp_path)


def test_a_lock_that_cannot_be_had_is_said(tmp_path, monkeypatch):
    (tmp_path / ".lock").mkdir()
    with pytest.raises(InputError, match=r"cannot write in .*: Is a directory"), locked(tmp_path):
        raise AssertionError("not reached")
    (tmp_path / ".lock").rmdir()

    def unsupported(*args):
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr("fcntl.flock", unsupported)
    with pytest.raises(InputError, match=r"cannot lock .*: Operation not supported"), locked(tmp_path):
        raise AssertionError("not reached")


def test_a_link_in_place_of_the_lock_is_not_followed(tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / ".lock").symlink_to(tmp_path / "outside")
    with pytest.raises(InputError, match=r"cannot write in .*run: Too many levels of symbolic links"):
        with locked(tmp_path / "run"):
            raise AssertionError("not reached")
    assert not (tmp_path / "outside").exists()


def test_a_pipe_in_place_of_the_lock_is_refused(tmp_path):
    os.mkfifo(tmp_path / ".lock")
    with pytest.raises(InputError, match=r"\.lock is no file, so the run cannot be locked"), locked(tmp_path):
        raise AssertionError("not reached")


def test_the_lock_is_let_go(tmp_path):
    for _ in range(2):
        with locked(tmp_path):
            assert (tmp_path / ".lock").exists()
