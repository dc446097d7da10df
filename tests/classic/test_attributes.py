"""The baselines of several yes/no answers, against hand values and scikit-learn's own."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.neighbors import KNeighborsClassifier

from tests.checks.prepared import from_arrays
from thalweg.classic import attributes
from thalweg.classic.baselines import baselines
from thalweg.classic.models import Examples

random = np.random.default_rng(0)
X = random.normal(size=(200, 3))
Y = (X[:, :2] + random.normal(size=(200, 2)) > (0.5, -0.5)).astype(int)


def scores(prepared, metric):
    return {b.name: b.score for b in baselines(prepared, task="attributes", metric=metric, seed=0)}


def test_scores_are_scikit_learns():
    prepared = from_arrays(X, Y)
    train, new = prepared.split.train, prepared.split.validation
    x, y, x_new, y_new = prepared.x[train], prepared.y[train], prepared.x[new], prepared.y[new]
    found, exact = scores(prepared, "accuracy"), scores(prepared, "exact_match")
    assert list(found) == ["commoner answers", "linear", "k nearest neighbours (k = 5)"]
    commoner = np.tile(y.mean(axis=0) > 0.5, (len(new), 1))
    linear = np.stack([LogisticRegression().fit(x.astype(float), a).predict(x_new) for a in y.T], axis=1)
    near = KNeighborsClassifier(5).fit(x, y).predict(x_new)
    for name, said in zip(found, (commoner, linear, near), strict=True):
        assert found[name] == pytest.approx(np.mean(said == y_new))
        assert exact[name] == pytest.approx(accuracy_score(y_new, said))


def test_the_blind_guess_costs_its_answers_entropy():
    # Two attributes of even odds, so ln 2 each.
    prepared = from_arrays(X, np.stack([np.arange(200) % 2, np.arange(200) // 2 % 2], axis=1))
    assert scores(prepared, "cross_entropy")["commoner answers"] == pytest.approx(2 * np.log(2), rel=1e-3)


def test_the_blind_guess_counts_rows_by_their_weight():
    train = Examples(np.zeros((3, 1)), np.array([[1], [0], [0]]), np.array([5.0, 1.0, 1.0]), 2)
    # Yes (5 + 1) of 9, no (1 + 1 + 1) of 9.
    np.testing.assert_allclose(attributes.blind(train, np.zeros((1, 1))).values, [[[1 / 3, 2 / 3]]])


def test_five_neighbours_of_one_answer_leave_a_sixth_of_the_share_to_the_other():
    train = Examples(np.zeros((5, 1)), np.array([[0, 1]] * 5), np.ones(5), 0)
    # Shares are (5 + 1) / 7 and 1 / 7; probabilities (5 * 1 + 6 / 7) / 6 and (1 / 7) / 6.
    found = attributes.neighbours(train, np.zeros((1, 1))).values
    np.testing.assert_allclose(found, [[[41 / 42, 1 / 42], [1 / 42, 41 / 42]]])


def test_an_attribute_of_one_answer_is_said_once():
    train = Examples(X[:10], np.array([[0, 1, 1]] * 10), np.ones(10), 0)
    found = attributes.linear(train, X[:2])
    assert found.values.shape == (2, 3, 2) and found.remark == "one class only among its rows"


def test_so_many_attributes_are_not_fitted_one_by_one():
    many = baselines(from_arrays(X[:60], np.tile(Y[:60], 51)), task="attributes", metric="accuracy", seed=0)
    assert [b.remark for b in many][1] == "left out: more than 100 attributes"
    assert np.isnan(many[1].score) and np.isfinite([many[0].score, many[2].score]).all()
