"""Amounts learned as classes: what the training rows fill in, what comes out, what files keep of it."""

import numpy as np
import pytest

import thalweg
from thalweg.errors import InputError
from thalweg.recipe import reproduce
from thalweg.runs.record import read_record

SETTINGS = ("loss={kind='regression_by_classification',bins=12}", "network.layers.6.units=12")


@pytest.fixture(scope="module")
def fitted(tmp_path_factory):
    return thalweg.fit("diabetes", out=tmp_path_factory.mktemp("bins") / "run", settings=SETTINGS, epochs=30)


def test_a_run_fills_in_the_bins_and_predicts_amounts(fitted):  # O8
    loss = fitted.model.experiment.loss
    assert len(loss.edges) == 11 and len(loss.means) == 12
    assert abs(np.mean(loss.means)) < 0.1  # bins of equal shares, in standard deviations from the mean
    values = thalweg.load(fitted.run).predict("diabetes")["prediction"].to_numpy()
    assert 25 <= values.min() < 110 and 200 < values.max() <= 346  # in the unit of the data, within what was seen
    assert next(score.value for score in fitted.outcome.scores if score.metric == "r2") > 0.3


def test_the_first_loss_is_that_of_a_blind_guess(fitted):
    check = next(check for check in fitted.outcome.checks if check.name == "initial loss")
    assert check.passed and check.expected == pytest.approx(np.log(12), rel=1e-5)


def test_its_record_says_what_was_asked_for_and_it_is_reproduced(fitted, tmp_path):
    assert read_record(fitted.run).experiment["loss"] == {"kind": "regression_by_classification", "bins": 12}
    assert reproduce(fitted.run, out=tmp_path / "again")[1]


@pytest.mark.parametrize(
    ("data", "settings", "said"),
    [
        ("diabetes", SETTINGS[:1], r"on these data needs \(12,\)\. Set the last layer's units"),
        ("iris", SETTINGS[:1], "with its linear head does not go with a classes task. Use --set loss=softmax_cross"),
        ("diabetes", (SETTINGS[0], "network.layers=[{kind='dense',units=12},{kind='activation',function='tanh'}]"),
         "the pair Tanh and RegressionByClassification does not go together: the loss takes raw scores"),
    ],
)  # fmt: skip
def test_a_network_that_does_not_suit_it_is_told_so(data, settings, said, tmp_path):
    with pytest.raises(InputError, match=said):
        thalweg.fit(data, settings=settings, out=tmp_path / "run", checks=False, attempts=0)
