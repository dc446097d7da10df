"""Whatever a user gives that cannot be used: one sentence, exit code 2, nothing left behind."""

import json
import shlex
import shutil
import zlib
from pathlib import Path

import pytest

from tests.cli.bad_archives import PACKED
from tests.cli.bad_columns import COLUMNS, SCORES
from tests.cli.bad_experiments import CONFIGS
from tests.cli.bad_images import IMAGES
from tests.cli.bad_labels import LABELS, PARTS
from tests.cli.bad_networks import NETWORKS, SETTINGS
from tests.cli.bad_ranges import RANGES
from tests.cli.bad_rows import EVALUATE, MOVED, PREDICT
from tests.cli.bad_runs import DAMAGED, NONE
from tests.cli.bad_texts import TEXT
from tests.cli.bad_words import PLACES, WORDS

DATA = [*TEXT, *PACKED, *IMAGES, *PARTS, *LABELS]
ALONE = [*DATA, *WORDS, *COLUMNS, *SCORES, *PLACES, *CONFIGS, *RANGES, *NETWORKS, *SETTINGS]
RUNS = [*NONE, *DAMAGED, *MOVED, *PREDICT, *EVALUATE]


def test_there_are_many_and_each_is_another():
    every = [*ALONE, *RUNS]
    assert len(every) >= 300
    assert len({bad.name for bad in every}) == len(every)


@pytest.mark.parametrize("bad", ALONE, ids=[bad.name for bad in ALONE])
def test_what_cannot_be_used_is_a_sentence(thalweg, tmp_path, monkeypatch, bad):
    monkeypatch.chdir(tmp_path)
    bad.make(tmp_path)
    refused(thalweg, bad)


@pytest.mark.parametrize("bad", RUNS, ids=[bad.name for bad in RUNS])
def test_what_cannot_be_done_with_a_run_is_a_sentence(thalweg, flowers, first, tmp_path, monkeypatch, bad):
    monkeypatch.chdir(tmp_path)
    shutil.copytree(first, tmp_path / "run")
    for name in ("iris.csv", "new.csv"):
        shutil.copy(flowers / name, tmp_path)
    bad.make(tmp_path)
    refused(thalweg, bad)


def refused(thalweg, bad):
    """Run a bad command, of four one again with --json, and look at all that it leaves."""
    before = tree(Path.cwd())
    words = shlex.split(bad.line)
    said = thalweg(*words)
    as_a_sentence(said, bad.said)
    assert not [line for line in said.out.splitlines() if "error" in line.lower()]
    if zlib.crc32(bad.name.encode()) % 4 == 0:
        told = thalweg(*words, "--json")
        as_a_sentence(told, bad.said)
        (line,) = told.out.splitlines()
        assert set(json.loads(line)) == {"error", "exit"}
        assert told.facts["exit"] == 2
        assert f"thalweg: error: {told.facts['error']}" in told.err.splitlines()
    assert tree(Path.cwd()) == before


def as_a_sentence(said, pieces):
    """Hold one answer against the rules for all of them."""
    assert said.exit == 2
    errors = [line for line in said.err.splitlines() if line.startswith("thalweg: error: ")]
    assert errors == said.err.splitlines()[-1:]
    assert len(errors[0]) < 1200
    assert errors[0].endswith((".", "?"))
    for text in (said.out, said.err):
        assert "Traceback" not in text
        assert "this is a bug" not in text
        assert all(line.isprintable() for line in text.split("\n"))
    rest = errors[0]
    for piece in pieces.split(" ... "):
        assert piece in rest, errors[0]
        rest = rest.partition(piece)[2]


def tree(folder):
    """Return everything below a folder, content included."""
    found = {}
    for path in sorted(folder.rglob("*")):
        kind = "link" if path.is_symlink() else "folder" if path.is_dir() else "file" if path.is_file() else "other"
        found[str(path.relative_to(folder))] = (kind, path.read_bytes() if kind == "file" else b"")
    return found
