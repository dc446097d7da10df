"""What the nearest rows say, held against scikit-learn's."""

import inspect

import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor

from thalweg.classic.nearest.choose_k import choose_k
from thalweg.classic.nearest.nearest_rows import Nearest, nearest_rows
from thalweg.classic.nearest.vote import WEIGHTS, mean, vote
from thalweg.errors import InputError

KS = (1, 3, 8)


@pytest.fixture(scope="module")
def rows():
    """Rows with classes and amounts."""
    random = np.random.default_rng(0)
    x = random.normal(size=(300, 4))
    y = np.digitize(x[:, 0] + 0.3 * random.normal(size=300), [-0.5, 0.5])
    return x, y, (x @ [[1.0], [2.0], [0.0], [-1.0]]) + 0.1 * random.normal(size=(300, 1))


@pytest.mark.parametrize("weights", WEIGHTS)
def test_every_k_says_what_scikit_learn_says(rows, weights):
    x, y, amounts = rows
    queries = np.concatenate([np.random.default_rng(1).normal(size=(60, 4)), x[:5]])
    found = nearest_rows(x, queries, max(KS))
    for k, shares, means in zip(KS, vote(found, y, 3, KS, weights), mean(found, amounts, KS, weights), strict=True):
        classes = KNeighborsClassifier(k, weights=weights, algorithm="brute").fit(x, y)
        np.testing.assert_allclose(shares, classes.predict_proba(queries), atol=1e-9)
        np.testing.assert_array_equal(shares.argmax(axis=1), classes.predict(queries))
        regressor = KNeighborsRegressor(k, weights=weights, algorithm="brute").fit(x, amounts)
        np.testing.assert_allclose(means, regressor.predict(queries), rtol=1e-7)


def test_of_even_votes_the_first_class_wins_and_nearness_can_decide():
    found = Nearest(np.array([[0, 1]]), np.array([[1.0, 3.0]]), 0)
    classes = np.array([1, 0])
    assert vote(found, classes, 2, [2]).tolist() == [[[0.5, 0.5]]]
    np.testing.assert_allclose(vote(found, classes, 2, [2], "distance"), [[[0.25, 0.75]]])


@pytest.mark.parametrize("weights", WEIGHTS)
def test_one_pass_gives_what_a_model_a_fold_and_k_gives(rows, weights):
    x, y, amounts = rows
    fold = np.random.default_rng(2).permutation(300) % 5
    classes = choose_k(x, y, fold, KS, weights=weights)
    values = choose_k(x, amounts, fold, KS, weights=weights)
    for place, k in enumerate(KS):
        for f in range(5):
            own, other = fold == f, fold != f
            model = KNeighborsClassifier(k, weights=weights, algorithm="brute").fit(x[other], y[other])
            assert classes.scores[place, f] == pytest.approx(model.score(x[own], y[own]))
            model = KNeighborsRegressor(k, weights=weights, algorithm="brute").fit(x[other], amounts[other])
            assert values.scores[place, f] == pytest.approx(model.score(x[own], amounts[own]))
    assert classes.best == KS[int(np.argmax(classes.scores.mean(axis=1)))] and classes.ks == KS
    np.testing.assert_allclose(classes.means, classes.scores.mean(axis=1))
    np.testing.assert_allclose(classes.deviations, np.std(classes.scores, axis=1, ddof=1))


def test_of_equally_good_ks_the_smallest_is_best():
    x = np.repeat([[0.0], [10.0]], 10, axis=0)
    found = choose_k(x, (x[:, 0] > 5).astype(int), np.arange(20) % 2, [5, 1, 3])
    assert (found.scores == 1).all() and found.best == 1


def test_amounts_without_spread_in_any_fold_are_refused(rows):
    x, _, _ = rows
    told = (
        r"the amounts of fold 0 are all alike, so nobody can say how much of their spread is explained\. Deal the rows"
    )
    with pytest.raises(InputError, match=told):
        choose_k(x, np.ones((300, 1)), np.arange(300) % 2, [1])


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda x, y: choose_k(x, y, np.arange(300) % 2, []), r"choose_k was given no k\. Give one at least, such as"),
        (lambda x, y: choose_k(x, y, np.zeros(300, int), [1]), r"choose_k needs 2 folds or more, each with rows; got"),
        (lambda x, y: choose_k(x, y, 2 * (np.arange(300) % 2), [1]), r"got folds of \[150, 0, 150\] rows"),
        (
            lambda x, y: choose_k(x, y, np.arange(300) % 2 - 1, [1]),
            r"folds numbered from 0; got numbers from -1 to 0",
        ),
        (
            lambda x, y: inspect.unwrap(choose_k)(x, y, np.arange(299) % 2, [1]),  # without the types that tests check
            r"a fold and a target for each of 300 rows; got 299",
        ),
        (lambda x, y: choose_k(x, y[:9], np.arange(300) % 2, [1]), r"each of 300 rows; got 300 and 9\."),
        (lambda x, y: choose_k(x, y + 0.5, np.arange(300) % 2, [1]), r"choose_k takes class numbers from 0, of shape"),
        (lambda x, y: choose_k(x, y - 1, np.arange(300) % 2, [1]), r"got neither in an array of shape \(300,\)\."),
        (
            lambda x, y: choose_k(x, np.arange(300.0)[:, None] // 150, np.arange(300) // 150, [1]),
            r"the amounts of fold 0 are all alike, so nobody can say how much of their spread is explained\.",
        ),
        (lambda x, y: choose_k(x, y, np.arange(300) % 2, [151]), r"k must be from 1 to 150, the rows that each"),
        (lambda x, y: choose_k(x, y, np.arange(300) % 2, [1], weights="rank"), r"unknown weighting of votes 'rank'"),
        (
            lambda x, y: vote(nearest_rows(x, x[:3], 2), y, 3, [3]),
            r"k must be from 1 to 2, the neighbours that were sought; got \[3\]\. Seek more\.",
        ),
    ],
)
def test_what_cannot_be_is_refused_in_words(rows, call, told):
    with pytest.raises(InputError, match=told):
        call(rows[0], rows[1])
