"""What a run came to, on disk and back: nothing lost, and what is no number is said to be none."""

import json

import numpy as np
import pytest

from tests.runs.small import contents, copy_of
from thalweg.checks.result import CheckResult
from thalweg.data.source import Remark
from thalweg.diagnosis.finding import Finding
from thalweg.errors import InputError
from thalweg.runs.outcome import Comparison, Score
from thalweg.runs.outcomes import read_outcome, write_outcome
from thalweg.runs.reporting import read_run_outcome


def same(one, other):
    """Equal but for NaN, which equals itself here."""
    return repr(one._replace(history=None)) == repr(other._replace(history=None))


def test_an_outcome_comes_back_as_it_was(finished):
    assert same(read_run_outcome(finished.run), finished.outcome)
    kept, made = read_run_outcome(finished.run).history, finished.outcome.history
    for table in ("step_table", "probe_table", "evaluation_table"):
        one, other = getattr(kept, table)(), getattr(made, table)()
        assert set(one) == set(other)
        for name, values in other.items():
            np.testing.assert_array_equal(one[name], values)


def test_what_is_no_number_is_null_and_comes_back_as_such(finished, tmp_path):
    outcome = finished.outcome._replace(
        scores=(Score("accuracy", np.nan, np.inf, 0.5, "validation", 26), *finished.outcome.scores[1:]),
        comparison=Comparison("validation", finished.outcome.comparison.confusion, (1.0, np.nan), (np.inf, 2.0)),
        checks=(CheckResult("x", np.float32(1.5), np.nan, np.inf, "", True, "note", "t.", "a.", "w"),),
        findings=(Finding("healthy", "good", "t", "e", "w", "c", "r"),),
        remarks=(Remark("task", "</script>\u2028\ud800"),),
        seconds=np.nan,
        best_epoch=np.float64(2.0),
    )
    write_outcome(tmp_path, outcome, "")
    plain = json.loads((tmp_path / "result.json").read_bytes().decode("utf-8", "surrogatepass"))
    assert plain["scores"][0]["value"] is None and plain["seconds"] is None
    back = read_outcome(tmp_path, finished.outcome.history)
    assert np.isnan((back.scores[0].value, back.scores[0].low, back.seconds)).all()
    assert back.scores[0].high == 0.5 and back.scores[1:] == finished.outcome.scores[1:]
    assert back.comparison.truth[0] == 1.0 and np.isnan(back.comparison.truth[1])
    assert np.isnan(back.comparison.predicted[0]) and back.comparison.predicted[1] == 2.0
    assert (back.checks[0].measured, back.findings, back.remarks) == (1.5, outcome.findings, outcome.remarks)


def test_the_result_is_written_last(finished, tmp_path, monkeypatch):
    order = []
    monkeypatch.setattr("thalweg.runs.histories.write_whole", lambda path, content: order.append(path.name))
    monkeypatch.setattr("thalweg.runs.record.write_whole", lambda path, content: order.append(path.name))
    write_outcome(tmp_path, finished.outcome, "")
    assert order == ["findings.json", "history.parquet", "result.json"]


def test_reading_an_outcome_changes_nothing(finished, tmp_path):
    run = copy_of(finished.run, tmp_path / "run")
    before = contents(run)
    read_run_outcome(run)
    assert contents(run) == before


def test_a_run_without_a_result_says_how_to_go_on(finished, tmp_path):
    run = copy_of(finished.run, tmp_path / "run")
    (run / "result.json").unlink()
    with pytest.raises(InputError, match=r"run was not brought to its end\. Go on with it: thalweg resume .*run"):
        read_run_outcome(run)


@pytest.mark.parametrize(
    ("entry", "value", "message"),
    [
        ("scores", [], "has a wrong entry 'scores'"),
        ("metric", "f7", "has a wrong entry 'metric'"),
        ("status", "fine", "has a wrong entry 'status'"),
        ("seeds", {"seed": 0}, "has a wrong entry 'seeds'"),
        ("comparison", {"part": "test", "confusion": [[1]], "truth": [], "predicted": []}, "wrong entry 'comparison'"),
        ("best_step", 1.5, "best_step must be a whole number; got 1.5"),
        ("best_step", None, "best_step must be a whole number; got None"),
        ("scores", [{"metric": "accuracy"}], r"scores\.0 has no entry 'value'"),
        ("layers", [["a", "b"]], r"layers\.0 must be a list of 3; got \['a', 'b'\]"),
        ("versions", {"jax": 1}, r"versions\.jax must be text; got 1"),
        ("seconds", "1", "seconds must be a finite number; got '1'"),
    ],
)  # fmt: skip
def test_an_entry_that_cannot_be_is_refused(finished, tmp_path, entry, value, message):
    run = copy_of(finished.run, tmp_path / "run")
    plain = json.loads((run / "result.json").read_text())
    (run / "result.json").write_text(json.dumps({**plain, entry: value}))
    with pytest.raises(InputError, match=message):
        read_run_outcome(run)
