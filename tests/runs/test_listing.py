"""The runs of a folder: listed whole, the best chosen by validation alone, damage no hindrance."""

import fcntl

from thalweg.runs.listing import Listed, best_runs, listed_runs
from thalweg.runs.record import FORMAT, Record, write_json

RECORD = Record(
    name="a",
    data="/somewhere/people.csv",
    reading={},
    test_data="",
    validation_data="",
    fingerprint="f0",
    experiment={},
    metric="accuracy",
    seed=0,
    split_seed=0,
    class_weight="",
    time_budget=0.0,
    versions={},
    command="",
    created="2026-01-02T03:04:05+00:00",
)


def _run(folder, name, result=None, **changed):
    (folder / name).mkdir()
    write_json(folder / name / "experiment.json", {"format": FORMAT, **RECORD._replace(name=name, **changed)._asdict()})
    if result is not None:
        write_json(folder / name / "result.json", result)


def _result(status="finished", **scores):
    return {"status": status, "scores": [{"metric": "accuracy", "part": p, "value": v} for p, v in scores.items()]}


def test_a_run_is_listed_with_its_scores_and_status(tmp_path):
    _run(tmp_path, "late", _result(validation=0.9, test=0.8), created="2026-02-01T00:00:00+00:00")
    _run(tmp_path, "early")
    (tmp_path / "no run").mkdir()
    early, late = listed_runs(tmp_path)
    assert (early.run.name, early.status, early.validation, early.test) == ("early", "unfinished", None, None)
    assert (late.data, late.metric, late.validation, late.test) == ("people.csv", "accuracy", 0.9, 0.8)
    assert late.status == "finished"


def test_a_run_whose_lock_is_held_is_running(tmp_path):
    _run(tmp_path, "busy")
    with (tmp_path / "busy" / ".lock").open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert [run.status for run in listed_runs(tmp_path)] == ["running"]
    assert [run.status for run in listed_runs(tmp_path)] == ["unfinished"]


def test_damaged_runs_are_listed_as_such(tmp_path):
    _run(tmp_path, "torn", {"status": "finished", "scores": [{"part": "validation"}]})
    _run(tmp_path, "other")
    (tmp_path / "other" / "experiment.json").write_text("{")
    assert [run.status for run in listed_runs(tmp_path)] == ["damaged", "damaged"]


def test_a_score_that_was_no_number_is_none(tmp_path):
    _run(tmp_path, "odd", _result("diverged", validation=None))
    (run,) = listed_runs(tmp_path)
    assert (run.validation, run.status) == (None, "diverged")


def test_no_folder_has_no_runs(tmp_path):
    assert listed_runs(tmp_path / "missing") == []


def _listed(name, validation, metric="accuracy", data="d", status="finished", test=None):
    return Listed(name, data, metric, validation, test, status, "", (data, "0", metric))


def test_the_best_is_the_best_by_validation_of_what_can_be_compared(tmp_path):
    runs = [
        _listed(tmp_path / "low", 0.8, test=0.99),  # a better test score is not looked at
        _listed(tmp_path / "high", 0.9, test=0.7),
        _listed(tmp_path / "broken", 0.95, status="diverged"),
        _listed(tmp_path / "none", None),
        _listed(tmp_path / "small", 1.0, metric="rmse"),
        _listed(tmp_path / "smaller", 0.5, metric="rmse"),
        _listed(tmp_path / "elsewhere", 0.1, data="e"),
    ]
    assert [run.run.name for run in best_runs(runs)] == ["high", "smaller", "elsewhere"]
