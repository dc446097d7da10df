"""Losses that give scores and no probabilities, from fit to evaluation."""

import polars
import pytest

import thalweg
from thalweg.errors import InputError

SETTINGS = {"epochs": 15, "checks": False, "attempts": 0}


@pytest.fixture(scope="module")
def iris(tmp_path_factory):
    out = tmp_path_factory.mktemp("scored") / "iris"
    return thalweg.fit("iris", out=out, settings=("loss=multiclass_hinge",), **SETTINGS)


def test_scores_are_written_as_scores(iris):
    rows = polars.DataFrame({"sepal length (cm)": [5.1], "sepal width (cm)": [3.5], "petal length (cm)": [1.4]})
    rows = rows.with_columns(polars.lit(0.2).alias("petal width (cm)"))
    table = thalweg.load(iris.run).predict(rows)
    assert table.columns == ["prediction", "score_setosa", "score_versicolor", "score_virginica"]
    assert table["prediction"].to_list() == ["setosa"]
    row = table.row(0)[1:]
    assert row[0] == max(row) and abs(sum(row) - 1) > 0.05  # no probabilities: they need not add up to 1


def test_no_cross_entropy_is_told_where_there_are_no_probabilities(iris):
    assert [score.metric for score in iris.outcome.scores] == ["accuracy"]
    assert iris.outcome.scores[0].value > 0.6


def test_two_classes_have_two_scores(tmp_path):
    found = thalweg.fit("breast_cancer", out=tmp_path / "run", settings=("loss=squared_hinge",), **SETTINGS)
    table = thalweg.load(found.run).predict("breast_cancer")
    names = [name for name in table.columns if name.startswith("score_")]
    assert len(names) == 2 and table[names[0]].to_list() == [-score for score in table[names[1]]]
    assert found.outcome.scores[0].value > 0.9


def test_a_loss_of_two_classes_is_refused_for_three(tmp_path):
    with pytest.raises(InputError, match=r"the loss Hinge with its sign head is for 2 classes; the data have 3"):
        thalweg.fit("iris", out=tmp_path / "run", settings=("loss=hinge",))
    assert not (tmp_path / "run").exists()


def test_a_metric_of_probabilities_is_refused(tmp_path):
    with pytest.raises(InputError, match="the loss MulticlassHinge gives scores and no probabilities"):
        thalweg.fit("iris", out=tmp_path / "run", settings=("loss=multiclass_hinge",), metric="cross_entropy")
