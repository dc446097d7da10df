"""A history as a table on disk, and back."""

import shutil

import numpy as np
import polars
import pytest

from tests.runs.small import contents, copy_of, quick
from thalweg.errors import InputError
from thalweg.recipe import open_test, resume
from thalweg.report.write import write_report
from thalweg.runs.histories import read_history, write_history
from thalweg.runs.loading import load
from thalweg.runs.reporting import read_run_outcome
from thalweg.train.history import Evaluation, History

TABLES = ("step_table", "probe_table", "evaluation_table")


def assert_same(one, other):
    for table in TABLES:
        a, b = getattr(one, table)(), getattr(other, table)()
        assert set(a) == set(b)
        for name, values in b.items():
            np.testing.assert_array_equal(a[name], values)


def test_the_history_is_a_table_that_others_can_read(finished):
    table = polars.read_parquet(finished.run / "history.parquet")
    assert table.columns == ["table", "name", "step", "member", "entry", "value"]
    evaluations = finished.outcome.history.evaluations
    found = table.filter((polars.col("table") == "evaluations") & (polars.col("name") == "validation_loss"))
    assert found["step"].to_list() == [e.step for e in evaluations]
    assert found["value"].to_list() == [float(e.validation_loss[0]) for e in evaluations]
    rates = table.filter((polars.col("table") == "steps") & polars.col("name").str.ends_with("rate"))
    assert rates["step"].to_list() == list(range(24))
    steps = finished.outcome.history.step_table()
    assert set(table.filter(polars.col("table") == "steps")["name"]) == set(steps) - {"step"}


def test_members_lie_beside_each_other_in_the_table(tmp_path):
    block = {"step": np.array([0, 50]), "loss": np.array([[1.0, 2.0], [3.0, 4.0]], np.float32)}
    write_history(tmp_path / "h.parquet", History(steps=(block,)), "")
    found = polars.read_parquet(tmp_path / "h.parquet")
    assert found.rows() == [
        ("steps", "loss", 0, 0, -1, 1.0), ("steps", "loss", 0, 1, -1, 2.0), ("steps", "loss", 50, 0, -1, 3.0),
        ("steps", "loss", 50, 1, -1, 4.0),
    ]  # fmt: skip


def test_a_history_of_several_members_comes_back(tmp_path):
    block = {"step": np.array([0, 50]), "loss": np.array([[1.0, np.nan], [np.inf, 4.0]], np.float32)}
    probe = {"step": np.array([7]), "dead": np.array([[0.25, 1 / 3]], np.float32)}
    probe["counts"] = np.arange(6, dtype=np.float32).reshape(1, 2, 3)
    probe["single"] = np.ones((1, 2, 1), np.float32)  # one entry a record is no plain number
    pair = np.array([0.1, np.nan], np.float32)
    one = Evaluation(0.5, 25, pair, pair, pair, pair, pair, pair, np.array([True, False]), 1.25)
    history = History((block,), (probe,), (one, one._replace(epoch=1.0, step=50)))
    write_history(tmp_path / "h.parquet", history, "mine")
    back = read_history(tmp_path / "h.parquet", "mine")
    assert_same(back, history)
    assert back.evaluations[0].better.dtype == bool and isinstance(back.evaluations[1].step, int)


def test_without_its_checkpoints_a_finished_run_has_all_the_rest(finished, table, tmp_path):
    run = copy_of(finished.run, tmp_path / "runs" / "people-1")
    write_report(run / "report.html", read_run_outcome(run))
    page = (run / "report.html").read_bytes()
    shutil.rmtree(run / "checkpoint")
    assert_same(read_run_outcome(run).history, finished.outcome.history)
    write_report(run / "report.html", read_run_outcome(run))
    assert (run / "report.html").read_bytes() == page
    before = contents(run)
    assert resume(run).outcome.scores == finished.outcome.scores
    assert load(run).predict(table).height > 0
    assert contents(run) == before
    assert open_test(run).scores[0].part == "test"
    assert_same(read_run_outcome(run).history, finished.outcome.history)
    (run / "history.parquet").unlink()
    assert read_run_outcome(run).history == History()


def test_the_table_of_another_run_is_refused(finished, table, tmp_path):
    run = copy_of(finished.run, tmp_path / "run")
    other = quick(table, tmp_path / "other", seed=5)
    shutil.rmtree(run / "checkpoint")
    shutil.copy(other.run / "history.parquet", run / "history.parquet")
    with pytest.raises(InputError, match=r"history\.parquet does not hold this run's history \(it is of another run\)"):
        read_run_outcome(run)


def lines(**changes):
    """The rows of a right table of one evaluation, some columns changed."""
    names = ("epoch", "running_loss", "training_loss", "training_score", "validation_loss", "validation_score")
    names = (*names, "better", "seconds")
    plain = {"table": ["evaluations"] * 8, "name": list(names), "step": [3] * 8, "member": [0] * 8}
    return {**plain, "entry": [-1] * 8, "value": [1.0] * 8, **changes}


def changed(column, value):
    return lines(**{column: [value, *lines()[column][1:]]})


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (lines(value=[1] * 8), "its columns are not those of a history"),
        (lines(table=["steps"] * 8), "no evaluation"),
        (lines(table=["others"] * 8), "'others'"),
        (changed("name", "epochs"), "'epoch'"),
        (changed("name", "better"), "its members do not lie beside each other|steps of|'epoch'"),
        (changed("step", 4), "the steps of 'running_loss' are not those of the others"),
        (changed("member", 1), "its members do not lie beside each other"),
        (changed("member", -1), "its members do not lie beside each other"),
        (changed("member", -2), "its members do not lie beside each other"),
        (changed("entry", 0), "'epoch' has several entries"),
        (changed("value", None), "a cell is empty"),
        (lines(**{name: values + values[-1:] for name, values in lines().items()}), "the steps of 'seconds' are not"),
    ],
)  # fmt: skip
def test_a_table_that_cannot_be_is_refused(tmp_path, rows, message):
    path = tmp_path / "history.parquet"
    polars.DataFrame(rows).write_parquet(path, metadata={"run": "mine"})
    with pytest.raises(InputError, match=rf"history\.parquet does not hold this run's history \(.*({message})"):
        read_history(path, "mine")


@pytest.mark.parametrize("name", ["w", "evaluations"])
def test_all_tables_are_of_one_number_of_members(tmp_path, name):
    extra = {"table": ["steps"] * 2, "name": [name] * 2, "step": [0] * 2, "member": [0, 1], "entry": [-1] * 2}
    extra["value"] = [1.0, 2.0]
    rows = {column: values + extra[column] for column, values in lines().items()}
    polars.DataFrame(rows).write_parquet(tmp_path / "h.parquet", metadata={"run": ""})
    with pytest.raises(InputError, match=rf"'steps\|{name}' is not of 1 members"):
        read_history(tmp_path / "h.parquet", "")


def test_the_table_that_those_were_made_of_is_read(tmp_path):
    polars.DataFrame(lines()).write_parquet(tmp_path / "h.parquet", metadata={"run": "mine"})
    assert [e.step for e in read_history(tmp_path / "h.parquet", "mine").evaluations] == [3]
    # A version whose records were all single numbers wrote no entries.
    polars.DataFrame(lines()).drop("entry").write_parquet(tmp_path / "h.parquet", metadata={"run": "mine"})
    assert [e.step for e in read_history(tmp_path / "h.parquet", "mine").evaluations] == [3]


@pytest.mark.parametrize(
    ("entry", "step", "message"),
    [
        ([0, 1, 0, 1], [3, 3, 3, 4], "its entries are not of one step"),
        ([0, 1, 1, 0], [3] * 4, "its entries do not lie beside each other"),
        ([0, 1, 2, 0], [3] * 4, "its members do not lie beside each other"),
        ([2**62, 0, 0, 0], [3] * 4, "its members do not lie beside each other"),
    ],
)
def test_entries_that_cannot_be_are_refused(tmp_path, entry, step, message):
    extra = {"table": ["probes"] * 4, "name": ["counts"] * 4, "step": step, "member": [0] * 4, "entry": entry}
    rows = {column: values + {**extra, "value": [1.0] * 4}[column] for column, values in lines().items()}
    polars.DataFrame(rows).write_parquet(tmp_path / "h.parquet", metadata={"run": ""})
    with pytest.raises(InputError, match=message):
        read_history(tmp_path / "h.parquet", "")


def test_a_table_that_unpacks_to_more_than_memory_holds_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("thalweg.runs.histories.MOST_ROWS", 7)
    polars.DataFrame(lines()).write_parquet(tmp_path / "h.parquet", metadata={"run": ""})
    with pytest.raises(InputError, match="8 rows, more than the 7 allowed"):
        read_history(tmp_path / "h.parquet", "")


@pytest.mark.parametrize("damage", ["cut", "empty", "noise"])
def test_a_damaged_table_is_named(finished, tmp_path, damage):
    run = copy_of(finished.run, tmp_path / "run")
    shutil.rmtree(run / "checkpoint")
    path = run / "history.parquet"
    content = path.read_bytes()
    path.write_bytes({"cut": content[:-9], "empty": b"", "noise": content[:50] + bytes(200) + content[250:]}[damage])
    with pytest.raises(InputError, match=r"history\.parquet does not hold this run's history"):
        read_run_outcome(run)
