"""A full disk and a denied write at every open, write, sync, replace and mkdir in turn; a limit on file sizes."""

import contextlib
import errno
import io
import os
import subprocess
import sys

import pytest

from tests.runs.small import contents, copy_of, quick, same_bits
from thalweg.errors import InputError
from thalweg.recipe import resume
from thalweg.runs.evaluating import evaluate_test
from thalweg.runs.predicting import predict_file, write_predictions

REASONS = (errno.ENOSPC, errno.EACCES)


class Faults:
    """Let the n-th operation on files below a folder fail; count them all."""

    def __init__(self, monkeypatch, below):
        self.below, self.count, self.at, self.monkeypatch = str(below), 0, None, monkeypatch

    @contextlib.contextmanager
    def at_operation(self, number):
        """Fail at one operation; at none for a number that is never reached."""
        self.count, self.at = 0, number
        with self.monkeypatch.context() as patched:
            patched.setattr(io, "open", self.writing(io.open))
            patched.setattr(os, "open", self.failing(os.open))
            patched.setattr(os, "mkdir", self.failing(os.mkdir))
            patched.setattr(os, "replace", self.failing(os.replace))
            patched.setattr(os, "fsync", self.failing(os.fsync, everywhere=True))
            yield

    def step(self):
        self.count += 1
        if self.count - 1 == self.at:
            reason = REASONS[self.at % 2]
            raise OSError(reason, os.strerror(reason))

    def failing(self, function, *, everywhere=False):
        def wrapped(place, *args, **named):
            if everywhere or str(place).startswith(self.below):
                self.step()
            return function(place, *args, **named)

        return wrapped

    def writing(self, open_):
        def wrapped(place, mode="r", *args, **named):
            ours = str(place).startswith(self.below) and mode[0] in "xwa"
            if ours:
                self.step()
            file = open_(place, mode, *args, **named)
            return Failing(file, self.step) if ours else file

        return wrapped


class Failing:
    """A file whose writes may fail, half done."""

    def __init__(self, file, step):
        self.file, self.step = file, step

    def write(self, content):
        try:
            self.step()
        except OSError:
            self.file.write(content[: len(content) // 2])
            raise
        return self.file.write(content)

    def __getattr__(self, name):
        return getattr(self.file, name)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.file.close()


@pytest.fixture
def quickly(monkeypatch):
    """Only what touches the disk: dozens of runs follow."""
    monkeypatch.setattr("thalweg.runs.checking.baselines", lambda *args, **named: ())
    monkeypatch.setattr("thalweg.runs.judging.confirmed", lambda *args, **named: ())
    monkeypatch.setattr("thalweg.runs.scoring.RESAMPLES", 2)
    monkeypatch.setattr("thalweg.report.write.render", lambda outcome: "<html>")


@pytest.fixture
def faults(monkeypatch, tmp_path):
    return Faults(monkeypatch, tmp_path)


def operations(faults, work):
    """How many operations a piece of work makes."""
    with faults.at_operation(-1):
        work()
    return faults.count


def test_a_fault_at_any_moment_of_a_fit_is_said_and_leaves_nothing_half_done(
    table, finished, tmp_path, faults, quickly
):
    count = operations(faults, lambda: quick(table, tmp_path / "whole" / "runs"))
    assert count > 60
    for number in range(count):
        folder = tmp_path / f"{number}"
        with faults.at_operation(number), pytest.raises(InputError, match=said(number)) as caught:
            quick(table, folder / "runs")
        left = [path for path in folder.rglob("*") if path.is_file()]
        assert not [path for path in left if path.name.endswith(".part")]
        checkpoints = [path for path in left if path.parent.name == "checkpoint"]
        if not checkpoints:
            assert not folder.exists(), number
            continue
        run = folder / "runs" / "people-1"
        assert f"What was trained so far is saved; go on with: thalweg resume {run}." in str(caught.value)
        if number % 3 == 0:
            assert same_bits(resume(run).model, finished.model)


def said(number):
    return os.strerror(REASONS[number % 2])


def test_a_fault_in_a_folder_of_the_user_leaves_the_folder_and_what_is_in_it(table, tmp_path, faults, quickly):
    mine = tmp_path / "runs"
    mine.mkdir()
    (mine / "notes.txt").write_text("mine")
    out = tmp_path / "out"
    out.mkdir()
    for number in (3, 9, 20):
        with faults.at_operation(number), pytest.raises(InputError):
            quick(table, mine)
        with faults.at_operation(number), pytest.raises(InputError):
            quick(table, tmp_path, out=str(out))
        assert contents(tmp_path) == {"runs/notes.txt": b"mine"}
        assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "runs"]
        assert [path.name for path in out.iterdir()] == []


def test_an_empty_folder_called_runs_that_was_there_before_stays(table, tmp_path, faults, quickly):
    (tmp_path / "runs").mkdir()
    with faults.at_operation(4), pytest.raises(InputError):
        quick(table, tmp_path / "runs")
    assert list(tmp_path.iterdir()) == [tmp_path / "runs"]
    assert list((tmp_path / "runs").iterdir()) == []


def test_a_fault_while_the_test_part_is_opened_is_said_and_the_run_stays_whole(finished, tmp_path, faults, quickly):
    def begun(number):
        return copy_of(finished.run, tmp_path / f"{number}" / "people-1")

    whole = begun("whole")
    count = operations(faults, lambda: evaluate_test(whole))
    assert count > 20
    for number in range(count):
        run = begun(number)
        with faults.at_operation(number), pytest.raises(InputError, match=said(number)):
            evaluate_test(run)
        assert not list(run.parent.rglob("*.part"))
        opened = (run.parent / "test-openings.json").exists()
        evaluated, outcome = evaluate_test(run, again=True)
        assert evaluated.openings == 1 + opened
        assert [score.part for score in outcome.scores].count("test") == len(evaluated.scores)


def test_a_fault_while_predictions_are_written_leaves_the_old_file(finished, table, tmp_path, faults):
    found = predict_file(finished.run, str(table))
    for name in ("new.csv", "new.parquet"):
        (tmp_path / name).write_bytes(b"old")
        count = operations(faults, lambda path=tmp_path / f"whole-{name}": write_predictions(path, found.table))
        assert count == 6
        for number in range(4):  # once it has replaced the old file, it is whole
            with faults.at_operation(number), pytest.raises(InputError, match=f"cannot write .*{name}: {said(number)}"):
                write_predictions(tmp_path / name, found.table)
            assert (tmp_path / name).read_bytes() == b"old"
    assert not list(tmp_path.glob("*.part"))


LIMITED = """
import pathlib, resource, signal, sys
from tests.runs.small import quick
from thalweg.errors import InputError

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
table, folder = map(pathlib.Path, sys.argv[1:])
for limit in (0, 2_000, 9_000, 3_000_000):
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    try:
        quick(table, folder / str(limit) / "runs")
        print(limit, "done")
    except InputError as error:
        print(limit, error)
"""


def test_a_limit_on_file_sizes_is_said_like_a_full_disk(table, tmp_path):
    child = subprocess.run(
        [sys.executable, "-c", LIMITED, str(table), str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert child.returncode == 0, child.stderr
    lines = child.stdout.splitlines()
    assert len(lines) == 4
    for line in lines[:-1]:
        assert "File too large" in line, line
        folder = tmp_path / line.split()[0]
        assert not list(folder.rglob("*.part"))
        assert folder.exists() == ("thalweg resume" in line)
    assert "File too large" in lines[-1] or lines[-1].endswith("done")
