"""`folds`: the settings of a run, and the trials of its search, cross-validated."""

import json

import numpy as np
import pytest

from tests.runs.small import copy_of, edit_json, quick, rows, same_bits, write_table
from thalweg.data.folds import fold_splits
from thalweg.data.open import open_source
from thalweg.data.split import split_source
from thalweg.errors import InputError
from thalweg.recipe import resume
from thalweg.runs.record import read_record
from thalweg.runs.reporting import read_run_outcome
from thalweg.search import folds_of_run
from thalweg.search.log import read_trials


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    return write_table(tmp_path_factory.mktemp("table") / "people.csv", rows())


@pytest.fixture(scope="module")
def whole(table, tmp_path_factory):
    """A run in four folds."""
    return quick(table, tmp_path_factory.mktemp("whole"), folds=4)


def test_each_fold_is_trained_on_the_others_and_scored_on_itself(table, whole):
    source = open_source(str(table), target="bought", drop=("size", "price"))
    splits = fold_splits(source, split_source(source, split_seed=0)[0], 4, 0)
    summary = whole.outcome.folds
    assert [(f.training, f.validation) for f in summary.folds] == [(len(s.train), len(s.validation)) for s in splits]
    assert sum(fold.validation for fold in summary.folds) == 128
    scores = [fold.score for fold in summary.folds]
    assert summary.mean == pytest.approx(np.mean(scores)) and summary.deviation == pytest.approx(np.std(scores, ddof=1))
    assert all(
        score * n == pytest.approx(round(score * n)) for score, n in ((f.score, f.validation) for f in summary.folds)
    )
    assert summary.metric == "accuracy" and summary.epochs == np.median([fold.epoch for fold in summary.folds])
    assert repr(read_run_outcome(whole.run).folds) == repr(summary)


def test_the_run_itself_is_as_without_folds(table, whole, tmp_path):
    plain = quick(table, tmp_path)
    assert same_bits(plain.model, whole.model) and plain.outcome.scores == whole.outcome.scores
    assert read_record(plain.run).identity != read_record(whole.run).identity


def test_a_search_scores_each_trial_by_its_mean_over_the_folds(table, tmp_path):
    searching = {"search": 3, "strategy": "random", "over": "update.rate=log 1e-3 .. 1", "finalist_seeds": 1}
    found = quick(table, tmp_path, folds=3, **searching)
    best = read_record(found.run).winner.trial
    (score,) = found.outcome.search.finalists[0].scores
    assert found.outcome.folds.mean == pytest.approx(score)  # the winner, once more in the same folds
    assert found.outcome.search.folds == 3
    kept = read_trials(found.run / "trials.jsonl", read_record(found.run).identity)
    assert max(kept, key=lambda one: one.score).number == best


def test_what_came_of_the_folds_is_kept(whole, tmp_path, monkeypatch):
    run = copy_of(whole.run, tmp_path / "run")
    (run / "result.json").unlink()
    monkeypatch.setattr(folds_of_run, "cross_validate", None)
    assert repr(resume(run).outcome.folds) == repr(whole.outcome.folds)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"run": "another"}, r"folds\.json is of another run\. Remove it, and the folds are trained again\."),
        ({"folds": 3}, r"folds must be a table; got 3"),
        ({"folds": {"folds": []}}, r"folds\.json has a wrong entry\. Remove it, and the folds are trained again\."),
        ({"folds": {"metric": "r2"}}, r"folds\.json has a wrong entry"),
    ],
)
def test_kept_folds_that_cannot_be_are_refused(whole, tmp_path, changes, told):
    run = copy_of(whole.run, tmp_path / "run")
    (run / "result.json").unlink()
    plain = json.loads((run / "folds.json").read_text())
    given = {**plain["folds"], **changes["folds"]} if isinstance(changes.get("folds"), dict) else changes.get("folds")
    edit_json(run / "folds.json", **{**changes, **({} if given is None else {"folds": given})})
    with pytest.raises(InputError, match=told):
        resume(run)


@pytest.mark.parametrize("changes", [{"training": 0}, {"validation": -1}])
def test_a_result_with_folds_of_no_rows_is_refused(whole, tmp_path, changes):
    run = copy_of(whole.run, tmp_path / "run")
    plain = json.loads((run / "result.json").read_text())["folds"]
    plain["folds"] = [{**fold, **changes} for fold in plain["folds"]]
    edit_json(run / "result.json", folds=plain)
    with pytest.raises(InputError, match=r"result\.json has a wrong entry 'folds'"):
        read_run_outcome(run)


def test_full_batches_hold_the_largest_fold_and_are_asked_for_beforehand(table, tmp_path):
    settings = ("network.layers=[{kind='dense',units=1}]", "update=lbfgs", "training.batch=112")
    with pytest.raises(InputError, match=r"needs all training rows in every step, 117; got a batch of 112"):
        quick(table, tmp_path / "runs", folds=11, settings=settings)
    assert not (tmp_path / "runs").exists()


def test_told_to_stop_it_goes_on(table, whole, tmp_path):
    trained = []

    def stop():
        return any("cross-validation" in line for line in trained)

    paused = quick(table, tmp_path, folds=4, stop=stop, say=trained.append)
    assert paused.outcome is None
    found = resume(paused.run)
    assert repr(found.outcome.folds) == repr(whole.outcome.folds)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"folds": 1}, r"--folds must be a whole number of folds from 2 to 1,000; got 1\."),
        ({"folds": "5"}, r"--folds must be a whole number of folds from 2 to 1,000; got '5'\."),
        ({"folds": 5, "time_budget": 3.0}, r"--time-budget does not go with folds"),
        ({"folds": 100}, r"100 folds need at least 100 different rows of each class outside the test part; class"),
    ],
)
def test_folds_that_cannot_be_are_refused_in_words(table, tmp_path, given, told):
    with pytest.raises(InputError, match=told):
        quick(table, tmp_path / "runs", **given)
    assert not (tmp_path / "runs").exists()


def test_a_validation_file_and_folds_exclude_each_other(table, tmp_path):
    other = write_table(tmp_path / "other.csv", rows(40, seed=1))
    with pytest.raises(InputError, match=r"--folds validates on each row in its turn, and --validation-data says"):
        quick(table, tmp_path / "runs", folds=3, validation_data=str(other))
