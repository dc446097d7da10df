"""What a run was asked to do: written, read back, and what its files are known by."""

import json

import pytest

from tests.runs.small import copy_of, edit_json
from thalweg.diagnosis.repair import Repair
from thalweg.errors import InputError
from thalweg.runs.record import IN_MEMORY, Record, read_json, read_record, write_json, write_record

RECORD = Record(
    name="a",
    data="/data/a.csv",
    reading={"target": "t", "drop": ["x"], "header": "infer"},
    test_data="",
    validation_data=IN_MEMORY,
    fingerprint="f",
    experiment={"kind": "experiment"},
    metric="accuracy",
    seed=3,
    split_seed=0,
    class_weight="",
    time_budget=1.5,
    versions={"jax": "1"},
    command="thalweg fit 'ü\udcff'",
    created="2026-01-01T00:00:00+00:00",
    checks=False,
    sealed="s",
    place="/runs/a",
)

REPAIR = Repair("diverged", "It rose", "From 1.", 6.0, "rate / 10", "", ("a=1",), ("it helped",), 2.0, {"kind": "x"})


def test_a_record_comes_back_as_it_was(tmp_path):
    write_record(tmp_path, RECORD)
    assert read_record(tmp_path) == RECORD
    repaired = RECORD._replace(on_finding="repair", repairs=(REPAIR, REPAIR._replace(change="", experiment={"a": 1})))
    write_record(tmp_path, repaired)
    assert read_record(tmp_path) == repaired


def test_the_final_experiment_is_that_of_the_last_repair_that_changed_something():
    assert RECORD.final == RECORD.experiment
    idle = REPAIR._replace(change="", experiment={"kind": "other"})
    assert RECORD._replace(repairs=(idle,)).final == RECORD.experiment
    assert RECORD._replace(repairs=(REPAIR, idle)).final == REPAIR.experiment


def test_the_identity_is_of_all_that_the_weights_hang_on_and_of_nothing_else(tmp_path):
    changes = {
        "fingerprint": "g", "reading": {"target": "u"}, "experiment": {}, "metric": "cross_entropy", "seed": 4,
        "split_seed": 1, "class_weight": "balanced", "on_finding": "stop",
    }  # fmt: skip
    same = {"name": "b", "data": "", "place": "", "command": "", "created": "", "versions": {}, "checks": True}
    same |= {"attempts": 0.2, "monitors": "full", "repairs": (REPAIR,)}
    assert len(RECORD.identity) == 64
    for name, value in changes.items():
        assert RECORD._replace(**{name: value}).identity != RECORD.identity, name
    for name, value in same.items():
        assert RECORD._replace(**{name: value}).identity == RECORD.identity, name
    repairing = RECORD._replace(on_finding="repair")
    assert repairing._replace(attempts=0.2).identity != repairing.identity  # what is tried settles what is changed
    write_record(tmp_path, RECORD._replace(reading={**RECORD.reading, "drop": ("x",)}))
    assert read_record(tmp_path).identity == RECORD.identity


def test_what_json_cannot_hold_is_not_written(tmp_path):
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_json(tmp_path / "x.json", float("nan"))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_no_run_is_said(tmp_path):
    with pytest.raises(InputError, match=r"is not a run directory: it has no experiment\.json\. .thalweg runs list."):
        read_record(tmp_path)
    (tmp_path / "experiment.json").write_text('{"format": 99}')
    with pytest.raises(InputError, match=r"experiment\.json is not of format 1, which this version reads"):
        read_record(tmp_path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", r"x\.json is not JSON: .* Or restore the file, or make the run again"),
        ("[NaN]", r"x\.json is not JSON: NaN is no JSON number"),
        ("[" * 60 + "]" * 60, r"x\.json is nested more than 50 deep"),
        ("[" * 10**5 + "]" * 10**5, r"nested too deep"),
        (b"\xff\xfe", r"x\.json is not text\. Restore the file, or make the run again"),
    ],
)
def test_a_file_that_is_not_json_is_named(tmp_path, text, message):
    path = tmp_path / "x.json"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(InputError, match=message):
        read_json(path)


@pytest.mark.parametrize("name", ["target", "label_column"])
def test_several_columns_of_labels_are_remembered(tmp_path, name):
    write_record(tmp_path, RECORD._replace(reading={name: ["a", -1]}))
    assert read_record(tmp_path).reading == {name: ["a", -1]}


@pytest.mark.parametrize(
    ("entry", "value"),
    [
        ("metric", "f7"), ("seed", -1), ("seed", 2**32), ("split_seed", -1), ("class_weight", "even"),
        ("time_budget", -1), ("time_budget", None), ("reading", {"path": "/etc/passwd"}), ("reading", {"drop": "x"}),
        ("reading", {"header": "perhaps"}), ("reading", {"task": "both"}), ("reading", {"target": [1]}),
        ("reading", {"target": ["a", 1.5]}), ("reading", {"label_column": [1]}),
        ("reading", {"drop": [None]}), ("reading", {"image_size": 0}), ("reading", {"image_size": True}),
        ("reading", {"image_size": "64"}), ("reading", {"group": True}),
        ("on_finding", "panic"), ("attempts", 2.0), ("monitors", "some"),
    ],
)  # fmt: skip
def test_an_entry_that_cannot_be_is_named(tmp_path, entry, value):
    write_record(tmp_path, RECORD._replace(command=""))
    edit_json(tmp_path / "experiment.json", **{entry: value})
    with pytest.raises(InputError, match=rf"experiment\.json has a wrong entry '{entry}'\. Restore the file"):
        read_record(tmp_path)


def test_a_directory_that_may_not_be_looked_into_is_said(tmp_path, monkeypatch):
    write_record(tmp_path, RECORD)

    def denied(self):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.iterdir", denied)
    with pytest.raises(InputError, match=r"cannot look into .*: Permission denied\. Check its permissions"):
        read_record(tmp_path)


def test_a_record_from_before_a_field_was_there_is_read(finished, tmp_path):
    run = copy_of(finished.run, tmp_path / "run")
    plain = json.loads((run / "experiment.json").read_text())
    for name in ("checks", "sealed", "place"):
        del plain[name]
    (run / "experiment.json").write_text(json.dumps(plain))
    assert read_record(run).place == ""
