"""The baselines of a regression against scikit-learn's own scores."""

import numpy as np
import pytest
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_absolute_error, r2_score

from tests.checks.prepared import from_arrays
from thalweg.classic.baselines import baselines


def by_name(prepared, **settings):
    return {b.name: b for b in baselines(prepared, seed=0, **settings)}


def test_diabetes_scores_are_in_the_unit_of_the_data():
    x, t = load_diabetes(return_X_y=True)
    prepared = from_arrays(x, t[:, None])
    split = prepared.split
    r2 = by_name(prepared, task="regression", metric="r2")
    errors = by_name(prepared, task="regression", metric="mae")
    assert list(r2) == ["mean", "ridge regression (L2)", "lasso (L1)", "k nearest neighbours (k = 5)"]
    mean = np.full(len(split.validation), t[split.train].mean())
    assert errors["mean"].score == pytest.approx(mean_absolute_error(t[split.validation], mean), rel=1e-5)
    assert r2["mean"].score == pytest.approx(r2_score(t[split.validation], mean), abs=1e-5)
    ridge = Ridge().fit(prepared.x[split.train].astype(float), t[split.train])
    predicted = ridge.predict(prepared.x[split.validation].astype(float))
    assert r2["ridge regression (L2)"].score == pytest.approx(r2_score(t[split.validation], predicted), abs=1e-3)
    assert r2["ridge regression (L2)"].score > 0.3
