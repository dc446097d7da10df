"""A full disk or a denied write, at every write in turn: one sentence, nothing half-written, nothing lost."""

import errno
import io
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.test_bad_inputs import tree
from thalweg.archive import load
from thalweg.serialise import from_json

EACH = 4  # writes from one that fails to the next: that each may fail, tests/runs/test_faults.py sees to
FIT = "fit iris.csv --target species --id plant --epochs 1 --no-checks --quiet --out deep/run"
CHILD = """
import resource, signal, sys
from thalweg.cli.main import main
most, out = int(sys.argv[1]), sys.argv[2]
resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))
code = main(["fit", "iris", "--epochs", "1", "--no-checks", "--quiet", "--out", out])
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
print(code, main(["resume", out, "--quiet"]))
"""


class Faults:
    """Counts what is done to the files of a folder, and makes one of these deeds fail."""

    def __init__(self, folder, fails, error):
        self.folder, self.fails, self.error, self.done = str(folder), fails, error, 0

    def count(self, path):
        """Fail if it is this one's turn."""
        if str(Path.cwd() / os.fsdecode(path)).startswith(self.folder):
            self.done += 1
            if self.done == self.fails:
                raise OSError(self.error, os.strerror(self.error), str(path))

    def inject(self, monkeypatch):
        """Count opening to write, writing, renaming and making folders."""

        def opened(file, mode="r", *rest, real=io.open, **named):
            if isinstance(file, int) or not set(mode) & set("wxa+"):
                return real(file, mode, *rest, **named)
            self.count(file)
            return Written(real(file, mode, *rest, **named), file, self)

        def low_opened(path, flags, *rest, real=os.open, **named):
            if flags & (os.O_WRONLY | os.O_RDWR):
                self.count(path)
            return real(path, flags, *rest, **named)

        def made(path, *rest, real=os.mkdir, **named):
            self.count(path)
            return real(path, *rest, **named)

        def renamed(source, target, *, real=os.replace, **named):
            self.count(target)
            return real(source, target, **named)

        monkeypatch.setattr(io, "open", opened)
        for name, wrapped in {"open": low_opened, "mkdir": made, "replace": renamed}.items():
            monkeypatch.setattr(os, name, wrapped)


class Written:
    """A file that was opened to be written; the write that fails has written half before."""

    def __init__(self, file, path, faults):
        self.file, self.path, self.faults = file, path, faults

    def write(self, content):
        try:
            self.faults.count(self.path)
        except OSError:
            self.file.write(content[: len(content) // 2])
            raise
        return self.file.write(content)

    def __enter__(self):
        return self

    def __exit__(self, *raised):
        self.file.close()

    def __getattr__(self, name):
        return getattr(self.file, name)


@pytest.fixture
def place(flowers, tmp_path, monkeypatch):
    """The working folder, with iris.csv in it."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(flowers / "iris.csv", tmp_path)
    return tmp_path


def whole(folder):
    """Assert that every file below a folder was written to its end."""
    for path in folder.rglob("*"):
        assert path.suffix != ".part"
        if path.suffix == ".json":
            from_json(path.read_bytes(), where=str(path))
        if path.suffix == ".safetensors":
            load(path)


def test_a_fit_whose_writes_fail_leaves_nothing_or_what_can_be_resumed(thalweg, place):
    before, number, failed, resumable = tree(place), 1 - EACH, 0, 0
    while True:
        number += EACH
        error = (errno.ENOSPC, errno.EACCES)[failed % 2]
        with pytest.MonkeyPatch.context() as patch:
            faults = Faults(place / "deep", number, error)
            faults.inject(patch)
            said = thalweg(*FIT.split())
        if said.exit == 0:
            break
        failed += 1
        assert said.exit == 2
        assert said.err.count("\n") == 1
        assert said.err.startswith("thalweg: error: cannot ")
        assert os.strerror(error) in said.err
        if (place / "deep").exists():
            resumable += 1
            assert "What was trained so far is saved; go on with: thalweg resume deep/run." in said.err
            whole(place / "deep")
            if resumable % 2 == 1:
                assert thalweg("resume", "deep/run", "--quiet").exit == 0
            shutil.rmtree(place / "deep")
        else:
            assert tree(place) == before
    assert faults.done < number
    assert failed - resumable >= 4
    assert resumable >= 4
    whole(place / "deep")


@pytest.mark.parametrize(
    ("line", "writes"),
    [
        ("predict run iris.csv -o out/p.csv", 3),
        ("predict run iris.csv -o out/p.parquet", 3),
        ("report run", 3),
    ],
)
def test_other_verbs_whose_writes_fail_leave_what_was_there(thalweg, place, first, line, writes):
    shutil.copytree(first, place / "run")
    (place / "out").mkdir()
    (place / "out" / line.rpartition("/")[2]).write_text("old")
    before = tree(place)
    for number in range(1, writes + 1):
        with pytest.MonkeyPatch.context() as patch:
            Faults(place, number, errno.ENOSPC).inject(patch)
            said = thalweg(*line.split())
        assert said.exit == 2
        assert said.err.startswith("thalweg: error: cannot write ")
        assert "No space left on device. Free some space or choose another place." in said.err
        assert tree(place) == before
    assert thalweg(*line.split()).exit == 0


def test_a_test_part_that_could_not_be_scored_was_still_opened_and_its_run_stays_whole(thalweg, place, first):
    shutil.copytree(first, place / "run")
    number = 0
    while True:
        number += 1
        with pytest.MonkeyPatch.context() as patch:
            Faults(place, number, errno.ENOSPC).inject(patch)
            said = thalweg(*"evaluate run --test --data iris.csv --again".split())
        if said.exit == 0:
            break
        assert said.exit == 2
        assert "No space left on device" in said.err
        whole(place)
        assert thalweg("summary", "run").exit == 0
    assert number > 10


def test_what_cannot_be_printed_is_said(thalweg, place, first, monkeypatch):
    with Path("/dev/full").open("w") as full:
        monkeypatch.setattr(sys, "stdout", full)
        said = thalweg("predict", first, "iris.csv")
        monkeypatch.undo()
    assert said.exit == 2
    assert said.err == "thalweg: error: cannot write the output: No space left on device. Send it elsewhere.\n"


@pytest.mark.parametrize(("most", "codes"), [(100_000, "2 2"), (1_000_000, "2 0")])
def test_a_limit_on_the_size_of_files_is_a_full_disk(tmp_path, most, codes):
    # The checkpoint has 290,000 bytes; the report 5,000,000.
    ended = subprocess.run(
        [sys.executable, "-c", CHILD, str(most), "run"], cwd=tmp_path, capture_output=True, text=True, timeout=300
    )
    assert ended.stdout.splitlines()[-1] == codes, ended.stderr
    first, *others = ended.stderr.splitlines()
    assert first.startswith("thalweg: error: cannot write run/")
    assert "File too large" in first
    if codes == "2 2":
        assert others == [
            "thalweg: error: run is not a run directory: it has no experiment.json. `thalweg runs list` shows the runs."
        ]
        assert tree(tmp_path) == {}
    else:
        assert (others, (tmp_path / "run" / "report.html").is_file()) == ([], True)
        whole(tmp_path)
