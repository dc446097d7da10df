"""The seal: which rows are sealed, and that looking at them is counted and refused a second time."""

import json
import shutil

import numpy as np
import pytest

from tests.runs.small import OPTIONS, copy_of, quick, rows, write_table
from thalweg.archive import load as load_archive
from thalweg.errors import InputError
from thalweg.recipe import check, reproduce, resume
from thalweg.runs.evaluating import evaluate_file, evaluate_test
from thalweg.runs.loading import load
from thalweg.runs.reporting import read_run_outcome


def sealed_in(found):
    return load_archive(found.run / "split.safetensors")[0]["test"].tolist()


@pytest.fixture
def quickly(monkeypatch):
    """What is sealed is settled before training and not changed after."""
    monkeypatch.setattr("thalweg.runs.checking.baselines", lambda *args, **named: ())
    monkeypatch.setattr("thalweg.runs.checking.run_checks", lambda *args, **named: ())


def sealed_by(path, **options):
    options = {name: value for name, value in {**OPTIONS, **options}.items() if name != "settings"}
    return check(str(path), **options)[0].split.test.tolist()


def test_the_sealed_rows_hang_on_the_data_the_target_and_the_split_seed_alone(table, finished, tmp_path, quickly):
    first = sealed_in(finished)
    assert sealed_by(table) == first
    assert sealed_by(table, seed=3, epochs=2, metric="cross_entropy", class_weight="balanced") == first
    chosen = write_table(tmp_path / "c.csv", rows(20, seed=3))
    assert sealed_by(table, validation_data=str(chosen)) == first
    assert sealed_by(table, split_seed=1) != first
    assert sealed_by(table, target="size", drop=("bought", "price")) != first
    changed = rows()
    changed[0]["price"] = "1.5"
    assert sealed_by(write_table(tmp_path / "b.csv", changed)) != first


def test_the_test_part_is_opened_once(finished, tmp_path):
    run = copy_of(finished.run, tmp_path / "runs" / "people-1")
    evaluated, outcome = evaluate_test(run)
    assert evaluated.openings == outcome.openings == 1
    assert [score.part for score in evaluated.scores] == ["test"] * len(evaluated.scores)
    assert {score.rows for score in evaluated.scores} == {32}
    assert outcome.scores[: len(evaluated.scores)] == evaluated.scores
    assert outcome.comparison == evaluated.comparison and outcome.comparison.part == "test"
    assert sum(map(sum, outcome.comparison.confusion)) == 32
    assert json.loads((run / "seal.json").read_text())["openings"] == 1
    with pytest.raises(InputError, match=r"was opened once before, last by run 'people-1' on 20.* with --again"):
        evaluate_test(run)
    second, _ = evaluate_test(run, again=True)
    assert second.openings == 2 and second.scores == evaluated.scores
    kept = read_run_outcome(run)
    assert [score.part for score in kept.scores].count("test") == len(evaluated.scores)
    assert kept.openings == 2


def test_all_runs_of_a_folder_on_the_same_data_share_the_count(table, finished, tmp_path, quickly):
    first = copy_of(finished.run, tmp_path / "people-1")
    evaluate_test(first)
    second = quick(table, tmp_path, seed=4)
    assert second.outcome.openings == 1
    with pytest.raises(InputError, match=r"was opened once before, last by run 'people-1'"):
        evaluate_test(second.run)
    assert evaluate_test(second.run, again=True)[0].openings == 2
    assert read_run_outcome(first).openings == 2


def test_a_test_file_is_known_again_beside_other_training_rows(tmp_path, quickly):
    test = write_table(tmp_path / "test.csv", rows(30, seed=5))
    one = write_table(tmp_path / "one.csv", rows(130))
    other = write_table(tmp_path / "other.csv", rows(130, seed=6))
    evaluate_test(quick(one, tmp_path / "runs", test_data=str(test)).run)
    second = quick(other, tmp_path / "runs", test_data=str(test))
    assert second.outcome.openings == 1
    with pytest.raises(InputError, match=r"was opened once before, last by run 'one-1'"):
        evaluate_test(second.run)


def test_an_opening_that_is_interrupted_counts(finished, tmp_path, monkeypatch):
    run = copy_of(finished.run, tmp_path / "people-1")

    def interrupted(*args):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("thalweg.runs.evaluating.scores_of", interrupted)
        with pytest.raises(KeyboardInterrupt):
            evaluate_test(run)
    with pytest.raises(InputError, match="was opened once before"):
        evaluate_test(run)


def test_refused_openings_do_not_count(finished, tmp_path, table):
    run = copy_of(finished.run, tmp_path / "people-1")
    record = json.loads((run / "experiment.json").read_text())
    (run / "experiment.json").write_text(json.dumps({**record, "data": str(tmp_path / "gone.csv")}))
    with pytest.raises(InputError, match=r"gone\.csv"):
        evaluate_test(run)
    assert evaluate_test(run, data=str(table))[0].openings == 1


def test_resuming_a_finished_run_keeps_its_test_scores(finished, tmp_path):
    run = copy_of(finished.run, tmp_path / "people-1")
    _, outcome = evaluate_test(run)
    assert resume(run).outcome.scores == outcome.scores
    assert read_run_outcome(run).scores == outcome.scores


def test_a_run_that_was_not_finished_has_no_test_score(finished, tmp_path):
    run = copy_of(finished.run, tmp_path / "people-1")
    (run / "model.safetensors").unlink()
    (run / "result.json").unlink()
    with pytest.raises(InputError, match=r"was not brought to its end\. Go on with it: thalweg resume"):
        evaluate_test(run)
    assert not (tmp_path / "test-openings.json").exists()


def test_test_scores_are_those_of_the_predictions(finished, table, tmp_path):
    run = copy_of(finished.run, tmp_path / "people-1")
    evaluated, _ = evaluate_test(run)
    found, at = load(run).predict(str(table)), sealed_in(finished)
    truth = np.array([row["bought"] for row in rows()])[at]
    right = (found["prediction"].to_numpy()[at] == truth).mean()
    assert evaluated.scores[0].value == pytest.approx(right, abs=1e-12)


def test_a_labelled_file_is_scored_without_opening_anything(finished, tmp_path):
    run = copy_of(finished.run, tmp_path / "people-1")
    new = rows(60, seed=8)
    path = write_table(tmp_path / "new.csv", [{**row, "bought": row["bought"] + "."} for row in new])
    found = evaluate_file(run, str(path))
    right = (load(run).predict(str(path))["prediction"].to_numpy() == [row["bought"] for row in new]).mean()
    assert found.scores[0].value == pytest.approx(right, abs=1e-12)
    assert {score.part for score in found.scores} == {"file"} and found.openings == 0
    assert any(remark.kind == "label_match" for remark in found.remarks)
    assert not (tmp_path / "test-openings.json").exists()


def test_rows_that_the_network_knows_are_no_forecast(table, tmp_path, quickly):
    test, validation = (write_table(tmp_path / f"{n}.csv", rows(60, seed=n)) for n in (8, 9))
    new = str(write_table(tmp_path / "new.csv", rows(60, seed=10)))
    both = quick(table, tmp_path / "both", test_data=str(test), validation_data=str(validation)).run
    said = [
        [r for r in evaluate_file(both, str(path)).remarks if r.kind == "seen_rows"]
        for path in (table, validation, new)
    ]
    assert [r.text for found in said for r in found] == [
        "these are the rows the network was trained on: the score is no forecast for new rows. "
        "Give rows it has not seen.",
        "these are the rows the network had its best weights chosen by: the score is no forecast for new rows. "
        "Give rows it has not seen.",
    ]
    assert {r.severity for found in said for r in found} == {"warning"} and said[2] == []
    with pytest.raises(InputError, match="holds the sealed test part"):
        evaluate_file(both, str(test))
    again, _ = reproduce(both)
    assert evaluate_file(again.run, str(table)).remarks[-1].kind == "seen_rows"


def test_a_file_with_unknown_labels_is_refused(finished, tmp_path):
    path = write_table(tmp_path / "new.csv", [{**rows(3)[0], "bought": "maybe"}])
    with pytest.raises(InputError, match=r"the label 'maybe' is none of the 2 known classes"):
        evaluate_file(finished.run, str(path))


def test_a_run_without_a_test_part_says_what_to_do(finished, tmp_path, monkeypatch):
    from thalweg.runs.reopening import reopened

    run = copy_of(finished.run, tmp_path / "people-1")

    def without_test(*args, **named):
        examples = reopened(*args, **named)
        return examples._replace(split=examples.split._replace(test=np.zeros(0, np.int64)))

    monkeypatch.setattr("thalweg.runs.evaluating.reopened", without_test)
    with pytest.raises(InputError, match=r"has no test part\. Give a labelled file: thalweg evaluate .* --data FILE"):
        evaluate_test(run)
    shutil.rmtree(run)
