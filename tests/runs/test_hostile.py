"""Run directories that somebody damaged or made with care: every verb answers with one sentence, and opens nothing."""

import builtins
import io
import json
import os
import shutil
import sys

import jaxtyping
import numpy as np
import pytest

from tests.runs.small import copy_of, edit_json, quick
from thalweg.archive import load as load_archive
from thalweg.archive import save as save_archive
from thalweg.errors import InputError
from thalweg.recipe import reproduce, resume
from thalweg.runs.evaluating import evaluate_file, evaluate_test
from thalweg.runs.listing import listed_runs
from thalweg.runs.loading import load
from thalweg.runs.place import delete_run
from thalweg.runs.predicting import predict_file
from thalweg.runs.reporting import read_run_outcome

FILES = (
    "experiment.json", "split.safetensors", "schema.json", "seal.json", "model.safetensors", "findings.json",
    "result.json", "history.parquet", "report.html", "checkpoint/000000000024.safetensors",
)  # fmt: skip


@pytest.fixture(autouse=True)
def without_type_checks():
    """As users have it: the checks that tests add raise TypeError, which would pass for a refusal."""
    jaxtyping.config.update("jaxtyping_disable", True)
    yield
    jaxtyping.config.update("jaxtyping_disable", False)


@pytest.fixture
def run(finished, tmp_path):
    return copy_of(finished.run, tmp_path / "runs" / "people-1")


@pytest.fixture(scope="module")
def other(table, tmp_path_factory):
    """Another run on the same data."""
    return quick(table, tmp_path_factory.mktemp("other"), seed=5)


def verbs(run, table):
    """Everything one can do with a run, deleting it last."""
    return {
        "load": lambda: load(run),
        "predict": lambda: predict_file(run, str(table)),
        "evaluate a file": lambda: evaluate_file(run, str(table.with_name("new.csv"))),
        "read the outcome": lambda: read_run_outcome(run),
        "list": lambda: listed_runs(run.parent),
        "evaluate the test part": lambda: evaluate_test(run, again=True),
        "reproduce": lambda: reproduce(run, out=str(run.parent / "again")),
        "resume": lambda: resume(run),
        "delete": lambda: delete_run(run),
    }


def answers(run, table, only=()):
    """What each verb says: a sentence where it refuses, "" where it does its work; any other exception is a fault."""
    said = {}
    for name, verb in verbs(run, table).items():
        if only and name not in only:
            continue
        try:
            verb()
            said[name] = ""
        except InputError as error:
            said[name] = str(error)
            assert str(error).rstrip().endswith((".", ")")) and "\n" not in str(error), str(error)
        shutil.rmtree(run.parent / "again", ignore_errors=True)
    return said


READING = ("load", "predict", "evaluate a file", "read the outcome", "list")


def missing(path):
    path.unlink()


def empty(path):
    path.write_bytes(b"")


def truncated(path):
    path.write_bytes(path.read_bytes()[:-7])


def flipped(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0x10
    path.write_bytes(bytes(content))


def random_bytes(path):
    path.write_bytes(np.random.default_rng(0).bytes(500))


def folder(path):
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("damage", [missing, empty, truncated, flipped, random_bytes, folder])
@pytest.mark.parametrize("name", FILES)
def test_a_damaged_file_is_named_by_whatever_needs_it(run, table, name, damage, monkeypatch):
    monkeypatch.setattr("thalweg.conduct.train_with_repairs", _no_training)
    if name.startswith("checkpoint"):
        for older in sorted((run / "checkpoint").iterdir())[:-1]:
            older.unlink()
    damage(run / name)
    said = answers(run, table, READING)
    for verb in needed_by(name):
        if damage is flipped and name.endswith(".json"):
            continue  # one changed letter may be a letter as good: that nothing else is raised was asked above
        assert any(word in said[verb] for word in (name, "checkpoint", "was not brought to its end")), said
    costly = ("evaluate the test part", "reproduce") if damage in (missing, truncated) else ()
    said |= answers(run, table, (*costly, "resume", "delete"))
    if name in ("schema.json", "seal.json", "history.parquet", "report.html"):
        assert set(said.values()) <= {"", "training was begun."} or damage is folder  # which cannot be written over


def _no_training(*args, **named):
    raise InputError("training was begun.")


def needed_by(name):
    """The reading verbs that need a file."""
    return {
        "experiment.json": ("load", "predict", "evaluate a file", "read the outcome"),
        "model.safetensors": ("load", "predict", "evaluate a file"),
        "findings.json": ("read the outcome",),
        "result.json": ("read the outcome",),
        "checkpoint/000000000024.safetensors": ("read the outcome",),
    }.get(name, ())


@pytest.mark.parametrize("name", [name for name in FILES if not name.startswith(("schema", "seal", "hist", "report"))])
def test_another_runs_file_is_refused(run, other, table, name):
    if name.startswith("checkpoint"):
        shutil.rmtree(run / "checkpoint")
        shutil.copytree(other.run / "checkpoint", run / "checkpoint")
        (run / "result.json").unlink()
    else:
        shutil.copy(other.run / name, run / name)
    if name == "experiment.json":
        edit_json(run / name, place=str(run))
    said = answers(run, table, ("load", "read the outcome", "evaluate the test part", "resume"))
    if name == "findings.json":  # it is words alone, and does not tell whose
        return
    refusing = [
        sentence for sentence in said.values() if "is of another run" in sentence or "it is of another" in sentence
    ]
    assert refusing, said


# JSON made with care.

DEEP = "[" * 100_000 + "]" * 100_000
VALUES = [
    None, True, -1, 10**30, 1e308, "", "../../etc/passwd", "/etc/passwd\x00", "</script>", [], [[]], {}, {"kind": "x"},
    [None], ["a", 1], {"kind": "dense", "units": 10**12}, "\ud800",
]  # fmt: skip


@pytest.mark.parametrize(
    "text", ["null", "[]", "3", '"x"', "{}", DEEP, '{"format": 1}', "NaN", "1e999", '{"a": ' + "9" * 5000 + "}"]
)
@pytest.mark.parametrize("name", ["experiment.json", "result.json", "findings.json"])
def test_json_of_another_kind_is_refused(run, table, name, text, monkeypatch):
    monkeypatch.setattr("thalweg.conduct.train_with_repairs", _no_training)
    (run / name).write_text(text)
    said = answers(run, table, (*READING, "resume"))
    assert name in said["read the outcome"]
    assert said["resume"]


def each(places, values=VALUES, *, count=3):
    """Pair every place with a few of the values, each value being used again and again."""
    return [(place, values[(3 * k + j) % len(values)]) for k, place in enumerate(places) for j in range(count)]


def test_no_entry_of_the_record_is_trusted(run, table, monkeypatch):
    monkeypatch.setattr("thalweg.conduct.train_with_repairs", _no_training)
    before = (run / "experiment.json").read_bytes()
    (run / "result.json").unlink()
    for entry, value in each(json.loads(before)):
        edit_json(run / "experiment.json", **{entry: value})
        answers(run, table, ("load", "read the outcome", "list", "evaluate the test part", "resume"))
        (run / "experiment.json").write_bytes(before)


def test_no_entry_of_the_reading_is_trusted(run, table, monkeypatch):
    monkeypatch.setattr("thalweg.conduct.train_with_repairs", _no_training)
    (run / "result.json").unlink()
    reading = json.loads((run / "experiment.json").read_text())["reading"]
    for entry, value in each((*reading, "path"), count=5):
        edit_json(run / "experiment.json", reading={**reading, entry: value})
        assert answers(run, table, ("resume",))["resume"]


def test_no_entry_of_the_result_is_trusted(run, table):
    before = {name: (run / name).read_bytes() for name in ("result.json", "findings.json")}
    for name, content in before.items():
        for path, value in each(paths_in(json.loads(content))):
            (run / name).write_text(json.dumps(replaced(json.loads(content), path, value)))
            answers(run, table, ("read the outcome",))
            (run / name).write_bytes(content)


def paths_in(plain, depth=3):
    """Places in nested JSON: of every list the first item, down to a few levels."""
    if depth == 0 or not isinstance(plain, dict | list) or not plain:
        return
    for key in plain if isinstance(plain, dict) else range(1):
        yield (key,)
        yield from ((key, *rest) for rest in paths_in(plain[key], depth - 1))


def replaced(plain, path, value):
    head, *rest = path
    changed = dict(plain) if isinstance(plain, dict) else list(plain)
    changed[head] = replaced(plain[head], rest, value) if rest else value
    return changed


# Archives made with care: the checksum holds, the content does not.


def rewrite(path, arrays=(), drop=(), **facts):
    held, told = load_archive(path)
    held = {name: values for name, values in held.items() if name not in drop}
    save_archive(path, {**held, **dict(arrays)}, {**told, **facts})


def test_no_fact_of_a_model_is_trusted(run, table):
    path = run / "model.safetensors"
    before, (_, facts) = path.read_bytes(), load_archive(path)
    for place, value in each(paths_in(facts), VALUES[:-1], count=2):
        rewrite(path, **replaced(facts, place, value))
        said = answers(run, table, ("load", "predict"))
        assert said["load"] or not said["predict"] or place[0] == "schema", (place, said)
        path.write_bytes(before)


ARRAYS = [
    np.zeros(0), np.zeros((2, 2, 2)), np.full(8, np.nan), np.zeros(8, bool), np.array(3.0),
    np.zeros(8, np.int64),
]  # fmt: skip


@pytest.mark.parametrize("name", ["model.safetensors", "split.safetensors", "checkpoint/000000000024.safetensors"])
def test_no_array_is_trusted(run, table, name, monkeypatch):
    monkeypatch.setattr("thalweg.runs.training.run", _no_training)
    path = run / name
    before, (arrays, _) = path.read_bytes(), load_archive(path)
    if name != "model.safetensors":
        (run / "result.json").unlink()
    some = sorted(arrays)[:: 1 if len(arrays) < 30 else 3]
    for array, values in each(some, ARRAYS, count=2 if len(arrays) < 30 else 1):
        rewrite(path, {array: values})
        said = answers(run, table, ("load", "predict") if name == "model.safetensors" else ("resume",))
        assert all(said.values()) or name == "model.safetensors"
        path.write_bytes(before)


def test_no_fact_of_a_checkpoint_is_trusted(run, table, monkeypatch):
    monkeypatch.setattr("thalweg.runs.training.run", _no_training)
    (run / "result.json").unlink()
    *older, path = sorted((run / "checkpoint").iterdir())
    for file in older:
        file.unlink()
    before, entries = path.read_bytes(), ("clock", "seconds", "endings", "restarts", "run", "compile_seconds")
    for entry, value in each(entries, [None, -1, 10**12, "x", [1, 2, 3], {}], count=4):
        rewrite(path, **{entry: value})
        assert answers(run, table, ("resume",))["resume"]
        path.write_bytes(before)


def test_a_network_of_billions_of_parameters_is_refused_before_it_is_made(run, table):
    _, facts = load_archive(run / "model.safetensors")
    network = {"kind": "sequential", "layers": [{"kind": "dense", "units": 10**9}, {"kind": "dense", "units": 1}]}
    rewrite(run / "model.safetensors", experiment={**facts["experiment"], "network": network})
    said = answers(run, table, ("load",))["load"]
    assert "9,000,000,000 parameters" in said or "10,000,000,001 parameters" in said, said


# Links and devices.


@pytest.mark.parametrize("name", [".lock", "experiment.json", "model.safetensors", "result.json", "checkpoint", "new"])
def test_a_link_out_of_a_run_is_not_followed(run, table, tmp_path, name):
    outside = tmp_path / "outside"
    if (run / name).exists():
        (run / name).rename(outside)
    (run / name).symlink_to(outside)
    said = answers(run, table)
    assert all("is a link or a device" in said[verb] for verb in said if verb != "list"), said
    assert outside.exists() == (name != "new")


def test_a_pipe_is_not_waited_for(run, table):
    (run / ".lock").unlink(missing_ok=True)
    os.mkfifo(run / ".lock")
    said = answers(run, table)
    assert all("is a link or a device" in said[verb] for verb in said if verb != "list"), said


def test_what_a_stranger_sent_opens_nothing_outside(run, table, tmp_path, monkeypatch):
    stranger = run.rename(tmp_path / "runs" / "sent")
    opened = []
    for module, name in ((builtins, "open"), (io, "open"), (os, "open")):
        monkeypatch.setattr(module, name, _noting(getattr(module, name), opened))
    for verb in (load, read_run_outcome, listed_runs):
        verb(stranger if verb is not listed_runs else stranger.parent)
    for verb in (resume, reproduce, lambda r: evaluate_test(r, again=True)):
        if verb is resume:
            (stranger / "result.json").rename(stranger / "kept.json")
        with pytest.raises(InputError, match="comes from elsewhere"):
            verb(stranger)
        if verb is resume:
            (stranger / "kept.json").rename(stranger / "result.json")
    ours = tuple(map(str, (stranger, stranger.parent)))
    strange = [
        path for path in opened if not path.startswith(ours) and not path.startswith((sys.prefix, sys.base_prefix))
    ]
    assert [path for path in strange if "thalweg" not in path] == []
    assert opened


def _noting(open_, opened):
    def noting(path, *args, **named):
        opened.append(os.fspath(path) if not isinstance(path, int) else "")
        return open_(path, *args, **named)

    return noting
