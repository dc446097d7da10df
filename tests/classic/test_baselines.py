"""The baselines against hand values and scikit-learn's own scores, and everything that bounds them."""

import numpy as np
import pytest
from sklearn.datasets import load_digits, load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, balanced_accuracy_score
from sklearn.neighbors import KNeighborsClassifier

from tests.checks.prepared import from_arrays
from thalweg.classic import models
from thalweg.classic.baselines import _candidates, baselines
from thalweg.classic.models import Examples
from thalweg.classic.rows import DISTANCE_WORK, LINEAR_WORK, MOST, SOLVER_WORK


def parts(prepared):
    train, validation = prepared.split.train, prepared.split.validation
    return prepared.x[train], prepared.y[train], prepared.x[validation], prepared.y[validation]


def by_name(prepared, **settings):
    return {b.name: b for b in baselines(prepared, seed=0, **settings)}


def test_iris_scores_are_scikit_learns():
    prepared = from_arrays(*load_iris(return_X_y=True))
    x, y, x_new, y_new = parts(prepared)
    found = by_name(prepared, task="classes", metric="accuracy")
    assert list(found) == ["majority class", "linear", "k nearest neighbours (k = 5)"]
    assert found["majority class"].score == np.mean(y_new == np.bincount(y).argmax())
    linear = LogisticRegression(max_iter=100).fit(x.astype(float), y)
    assert found["linear"].score == pytest.approx(accuracy_score(y_new, linear.predict(x_new)))
    near = KNeighborsClassifier(5).fit(x, y)
    assert found["k nearest neighbours (k = 5)"].score == pytest.approx(accuracy_score(y_new, near.predict(x_new)))
    assert {b.rows for b in found.values()} == {len(x)}
    assert {b.remark for b in found.values()} == {""}


def test_balanced_accuracy_of_the_blind_guess_is_one_in_c():
    x, y = load_iris(return_X_y=True)
    found = by_name(from_arrays(x[:120], y[:120]), task="classes", metric="balanced_accuracy")
    assert found["majority class"].score == pytest.approx(1 / 3)
    x, y, x_new, y_new = parts(from_arrays(x[:120], y[:120]))
    predicted = LogisticRegression(max_iter=100).fit(x.astype(float), y).predict(x_new)
    assert found["linear"].score == pytest.approx(balanced_accuracy_score(y_new, predicted))


def test_cross_entropy_of_the_blind_guess_is_the_entropy():
    # 30 rows of each of 2 classes to train on: smoothed shares are 1/2, so every row costs ln 2.
    x = np.random.default_rng(0).normal(size=(100, 2))
    y = np.arange(100) % 2
    prepared = from_arrays(x, y)
    found = by_name(prepared, task="classes", metric="cross_entropy")
    assert found["majority class"].score == pytest.approx(np.log(2))
    assert np.isfinite(found["k nearest neighbours (k = 5)"].score)  # though all 5 neighbours may be wrong
    # On labels that have nothing to do with the inputs no model is much better than the blind one.
    assert found["linear"].score > np.log(2) - 0.1


def test_five_neighbours_of_one_class_leave_a_sixth_of_the_prior_to_the_other():
    train = Examples(np.zeros((5, 1)), np.zeros(5, np.int32), np.ones(5), 2)
    # Shares are (5 + 1) / 7 and 1 / 7; probabilities (5 * 1 + 6 / 7) / 6 and (1 / 7) / 6.
    np.testing.assert_allclose(models.neighbours(train, np.zeros((1, 1))).values, [[41 / 42, 1 / 42]])


def test_weights_count_in_fit_and_score():
    x, y = np.arange(60)[:, None] * 1e-6, np.arange(60) % 2  # too close together to tell anything
    prepared = from_arrays(x, y, standardize=False)._replace(weight=np.where(y == 1, 3.0, 1.0).astype(np.float32))
    found = by_name(prepared, task="classes", metric="accuracy")
    # Class 1 has three quarters of the weight: naming it always is right for three quarters.
    assert found["majority class"].score == pytest.approx(0.75)
    assert found["linear"].score == pytest.approx(0.75)


def test_is_the_same_every_time():
    prepared = from_arrays(*load_digits(return_X_y=True))
    first, again = (baselines(prepared, task="classes", metric="accuracy", seed=3) for _ in range(2))
    assert [b.score for b in first] == [b.score for b in again]


def test_uses_some_rows_and_says_so(monkeypatch):
    monkeypatch.setattr("thalweg.classic.baselines.MOST", 50)
    found = by_name(from_arrays(*load_digits(return_X_y=True)), task="classes", metric="accuracy")
    assert (found["linear"].rows, found["linear"].available, found["linear"].remark) == (50, 1150, "")
    assert "scored on 50 of 288 rows" in found["k nearest neighbours (k = 5)"].remark
    assert found["linear"].score > 0.6


def test_a_slow_machine_changes_nothing_but_the_times(monkeypatch):
    prepared = from_arrays(*load_iris(return_X_y=True))
    settings = {"task": "classes", "metric": "accuracy", "seed": 0}
    quick = baselines(prepared, **settings)
    hours = iter(range(0, 10**9, 3600))
    monkeypatch.setattr("thalweg.classic.baselines.time.perf_counter", lambda: float(next(hours)))
    slow = baselines(prepared, **settings)
    assert {b.seconds for b in slow} == {3600.0}
    assert [b._replace(seconds=0.0) for b in slow] == [b._replace(seconds=0.0) for b in quick]


@pytest.mark.parametrize("inputs", [1, 784, 3072, 200_000])
@pytest.mark.parametrize("outputs", [1, 2, 10, 1000])
def test_the_work_is_bounded_by_the_sizes_alone(inputs, outputs):
    _, line, near = _candidates("regression" if outputs == 1 else "classes", inputs, outputs, 60_000, 10_000)
    rows = min(line.rows, MOST)
    if outputs == 1:
        assert rows * inputs * min(rows, inputs) <= SOLVER_WORK * (1 + 1e-9)
    else:
        assert rows * inputs * outputs <= LINEAR_WORK * (1 + 1e-9)
    assert min(near.rows, MOST) * min(10_000, near.scored) * inputs <= DISTANCE_WORK * (1 + 1e-9)


def test_leaves_out_what_needs_finite_inputs():
    x, y = load_iris(return_X_y=True)
    prepared = from_arrays(x, y)
    prepared.x[prepared.split.train[0], 1] = np.nan
    found = by_name(prepared, task="classes", metric="accuracy")
    assert np.isfinite(found["majority class"].score)
    assert np.isnan(found["linear"].score)
    assert found["linear"].remark == "left out: some inputs are not finite numbers"


def test_a_fit_cut_short_is_a_remark_and_no_warning(monkeypatch):
    x, y = load_digits(return_X_y=True)
    prepared = from_arrays(x, y, standardize=False)
    monkeypatch.setattr(models, "ITERATIONS", 3)
    found = by_name(prepared, task="classes", metric="cross_entropy")
    assert found["linear"].remark == "stopped after 3 iterations"
    assert np.isfinite(found["linear"].score)


def test_a_class_without_training_rows_costs_finitely_much():
    x, y = load_iris(return_X_y=True)
    prepared = from_arrays(x, y)
    train = prepared.split.train[prepared.y[prepared.split.train] != 2]
    prepared = prepared._replace(split=prepared.split._replace(train=train))
    found = by_name(prepared, task="classes", metric="cross_entropy")
    assert all(np.isfinite(b.score) for b in found.values())
    # A third of the rows to score are of that class, each given less than one row's share.
    assert found["linear"].score > np.log(len(train)) / 3


def test_one_class_leaves_nothing_to_fit():
    train = Examples(np.zeros((4, 1)), np.zeros(4, np.int32), np.ones(4), 2)
    predicted = models.linear(train, np.zeros((2, 1)))
    assert predicted.remark == "one class only among its rows"
    np.testing.assert_allclose(predicted.values, [[5 / 6, 1 / 6]] * 2)


def test_no_validation_rows_is_said():
    prepared = from_arrays(*load_iris(return_X_y=True))
    prepared = prepared._replace(split=prepared.split._replace(validation=np.array([], np.int64)))
    for baseline in baselines(prepared, task="classes", metric="accuracy", seed=0):
        assert (np.isnan(baseline.score), baseline.remark) == (True, "left out: no validation rows")


def test_refuses_an_unknown_metric():
    with pytest.raises(ValueError, match=r"score_of knows accuracy, .*; got 'luck'"):
        baselines(from_arrays(*load_iris(return_X_y=True)), task="classes", metric="luck", seed=0)
