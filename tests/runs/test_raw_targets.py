"""Losses of amounts in their own unit, from fit to prediction."""

import numpy as np
import polars
import pytest

import thalweg
from thalweg.errors import InputError


def counts(rows=400):
    random = np.random.default_rng(0)
    x = random.uniform(-1, 1, rows)
    return polars.DataFrame({"x": x, "count": random.poisson(np.exp(2 + 1.5 * x)).astype(float) + 0.0})


def test_predictions_and_scores_are_in_the_unit_of_the_data(tmp_path):
    found = thalweg.fit(
        counts(),
        target="count",
        task="regression",
        out=tmp_path / "run",
        settings=("loss=poisson", "update.rate=0.01", "network.layers.0.units=16"),
        epochs=15,
        checks=False,
        attempts=0,
    )
    scores = {score.metric: score.value for score in found.outcome.scores}
    assert scores["r2"] > 0.6 and 1 < scores["rmse"] < 8
    table = thalweg.load(found.run).predict(polars.DataFrame({"x": [-1.0, 1.0]}))
    low, high = table["prediction"]
    assert 0 < low < 3 and 20 < high < 45  # exp(2 - 1.5) = 1.6 and exp(2 + 1.5) = 33


def test_a_count_below_0_is_refused_before_anything_is_written(tmp_path):
    frame = counts().with_columns((polars.col("count") - 1).alias("count"))
    with pytest.raises(InputError, match=r"of those with a target\): the loss Poisson needs counts of 0 or more"):
        thalweg.fit(frame, target="count", task="regression", out=tmp_path / "run", settings=("loss=poisson",))
    assert not (tmp_path / "run").exists()
