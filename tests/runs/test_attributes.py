"""Several yes/no answers a row, from fit to prediction, and what a run keeps of them."""

import json

import numpy as np
import polars
import pytest

import thalweg
from tests.runs.small import PauseAt
from thalweg.data.source import Attribute
from thalweg.errors import InputError
from thalweg.recipe import open_test, reproduce, resume
from thalweg.runs.evaluating import evaluate_file
from thalweg.runs.outcome import AttributeRows
from thalweg.runs.reporting import read_run_outcome

LAYERS = "network.layers=[{kind='dense',units=8},{kind='activation',function='relu'},{kind='dense',units=2}]"
SETTINGS = {"epochs": 8, "settings": (LAYERS, "preprocess.pieces=0", "training.batch=32", "update.rate=0.03")}


def rows(seed, count=200):
    random = np.random.default_rng(seed)
    x = random.normal(size=(count, 2)).round(4)
    noisy = x + 0.4 * random.normal(size=(count, 2))
    return polars.DataFrame(
        {
            "key": [f"row-{seed}-{k}" for k in range(count)],
            "u": x[:, 0],
            "v": x[:, 1],
            "warm": np.where(noisy[:, 0] > 0, "Yes", "no"),
            "p_warm": (noisy[:, 1] > 0.5).astype(int),
        }
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("attributes")
    for name, seed in (("data", 0), ("new", 1), ("test", 2)):
        rows(seed).write_csv(place / f"{name}.csv")
    return place


@pytest.fixture(scope="module")
def fitted(folder):
    return thalweg.fit(str(folder / "data.csv"), target=("warm", "p_warm"), out=folder / "run", **SETTINGS)


def test_it_learns_and_says_how_well(fitted):
    outcome = fitted.outcome
    assert (outcome.task, outcome.metric) == ("attributes", "accuracy")
    names = ["accuracy", "exact_match", "mean_average_precision", "cross_entropy"]
    assert [score.metric for score in outcome.scores] == names
    accuracy, exact, *_ = (score.value for score in outcome.scores)
    assert 0.6 < exact < accuracy
    train = outcome.data.rows[0][1]
    assert [a[:3] for a in outcome.data.attributes] == [("warm", "no", "Yes"), ("p_warm", "0", "1")]
    assert all(a.no_rows + a.yes_rows == train for a in outcome.data.attributes)
    for counts in outcome.comparison.answers:
        assert sum(counts) == outcome.scores[0].rows
    right = [counts[0] + counts[3] for counts in outcome.comparison.answers]
    assert np.mean(right) / outcome.scores[0].rows == pytest.approx(accuracy)
    assert outcome.baselines[0].name == "commoner answers" and outcome.baselines[0].score < accuracy
    assert all(check.passed for check in outcome.checks)


def test_a_prediction_has_two_columns_an_attribute_and_no_name_twice(fitted, folder):
    run = thalweg.load(fitted.run)
    assert run.model.task.attributes == (Attribute("warm", "no", "Yes"), Attribute("p_warm", "0", "1"))
    table = run.predict(str(folder / "new.csv"))
    assert table.columns == ["key", "prediction_warm", "p_warm", "prediction_p_warm", "p_p_warm"]
    assert table["key"].to_list() == rows(1)["key"].to_list()
    np.testing.assert_array_equal(table["prediction_warm"] == "Yes", table["p_warm"] > 0.5)
    assert np.mean(table["prediction_p_warm"].to_numpy() == rows(1)["p_warm"].cast(str).to_numpy()) > 0.75
    without = run.predict(rows(1).drop("warm", "p_warm"))
    assert without.equals(table)


def test_the_record_round_trips_and_the_run_is_made_again(fitted, folder):
    kept = json.loads((fitted.run / "experiment.json").read_text())
    assert kept["reading"]["target"] == ["warm", "p_warm"]
    assert json.loads((fitted.run / "schema.json").read_text())["targets"] == ["warm", "p_warm"]
    again = read_run_outcome(fitted.run)
    assert again.data.attributes == fitted.outcome.data.attributes
    assert isinstance(again.data.attributes[0], AttributeRows)
    assert again.comparison == fitted.outcome.comparison
    _, same = reproduce(fitted.run, out=folder / "copy")
    assert same


def test_it_is_scored_on_a_file_and_on_its_sealed_part(fitted, folder):
    found = evaluate_file(fitted.run, str(folder / "new.csv"))
    assert found.task == "attributes" and found.scores[0].value > 0.75 and found.remarks == ()
    rows(0)[:100].write_csv(folder / "old.csv")
    assert [remark.kind for remark in evaluate_file(fitted.run, str(folder / "old.csv")).remarks] == ["seen_rows"]
    rows(1).with_columns(warm=polars.lit("perhaps")).write_csv(folder / "bad.csv")
    with pytest.raises(InputError, match=r"bad.csv, line 2: the answer 'perhaps' in 'warm' is neither 'no' nor 'Yes'"):
        evaluate_file(fitted.run, str(folder / "bad.csv"))
    assert open_test(fitted.run).scores[0].part == "test"


def test_a_margin_for_each_attribute_with_files_of_its_own_and_a_pause(folder):
    asked = {"test_data": str(folder / "test.csv"), "validation_data": str(folder / "new.csv"), **SETTINGS}
    asked["settings"] = (*asked["settings"], "loss=attribute_hinge")
    names = {"target": ["warm", "p_warm"], "checks": False, "attempts": 0}
    whole = thalweg.fit(str(folder / "data.csv"), out=folder / "whole", **names, **asked)
    half = thalweg.fit(str(folder / "data.csv"), out=folder / "half", controllers=[PauseAt(2)], **names, **asked)
    assert half.outcome is None
    resumed = resume(folder / "half")
    assert resumed.outcome.scores == whole.outcome.scores
    assert [score.metric for score in whole.outcome.scores] == ["accuracy", "exact_match", "mean_average_precision"]
    assert whole.outcome.data.rows == (("training", 200), ("validation", 200), ("test", 200))
    table = thalweg.load(whole.run).predict(rows(3))
    assert table.columns[1:3] == ["prediction_warm", "score_warm"]
    np.testing.assert_array_equal(table["prediction_warm"] == "Yes", table["score_warm"] > 0)


def test_arrays_have_attributes_too(tmp_path):
    random = np.random.default_rng(0)
    x = random.normal(size=(120, 3))
    y = (x > 0).astype(int)
    layers = ("network.layers=[{kind='dense',units=3}]",)
    found = thalweg.fit(
        (x, y), task="attributes", out=tmp_path / "run", epochs=20, checks=False, attempts=0, settings=layers
    )
    columns = thalweg.load(found.run).predict(x[:4]).columns
    assert columns[:3] == ["prediction_target_0", "p_target_0", "prediction_target_1"]


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (
            {"class_weight": "balanced"},
            r"balanced is for classes; the task is attributes. Leave it out, or choose by",
        ),
        ({"metric": "r2"}, r"unknown metric for attributes 'r2'. There are: accuracy, balanced_accuracy, exact_match"),
        (
            {"metric": "cross_entropy", "settings": ("loss=attribute_hinge",)},
            r"so there is no cross-entropy. Use --metric accuracy, or --set loss=attribute_cross_entropy",
        ),
        ({"settings": ("loss=softmax_cross_entropy",)}, r"with its softmax head does not go with an attributes task"),
        ({"target": ()}, r"--target must be a column's name or position, or several of them; got \(\)"),
        ({"target": ["warm", 1.5]}, r"--target must be a column's name or position, or several of them; got"),
    ],
)
def test_what_does_not_go_with_attributes_is_refused(folder, asked, message):
    with pytest.raises(InputError, match=message):
        thalweg.fit(str(folder / "data.csv"), **{"target": ["warm", "p_warm"], "out": folder / "none", **asked})
    assert not (folder / "none").exists()
