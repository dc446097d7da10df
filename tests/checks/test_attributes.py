"""The checks of several yes/no answers a row."""

import numpy as np
import pytest

from tests.checks.prepared import experiment_for, source_of
from thalweg.checks.attribute_balance import attribute_balance
from thalweg.checks.related_labels import related_labels
from thalweg.checks.suite import run_checks
from thalweg.checks.tiny_set import pick_tiny
from thalweg.data.split import split_source
from thalweg.starts.class_priors import ClassPriors
from thalweg.train.prepare import prepare

random = np.random.default_rng(0)
X = random.normal(size=(600, 4)).astype(np.float32)
Y = (X[:, :3] + 0.5 * random.normal(size=(600, 3)) > (0, 0.5, 1.9)).astype(int)


def results(y, **parts):
    source = source_of(X, y)
    split, _ = split_source(source)
    prepared = prepare(source, split, experiment_for(source, **parts))
    return {result.name: result for result in run_checks(prepared, source, seed=0)}


def test_sound_attributes_pass_and_a_rare_answer_is_noted():
    found = results(Y)
    assert {name for name, result in found.items() if not result.passed} == {"attribute balance"}
    assert found["attribute balance"].where == "a2"
    assert found["initial loss"].expected == pytest.approx(3 * np.log(2))
    assert "100% of the examples are right" in found["overfits a tiny set"].text


def test_a_start_at_the_shares_is_held_against_the_answers_entropy():
    shares = Y.mean(axis=0)
    entropy = -(shares * np.log(shares) + (1 - shares) * np.log(1 - shares)).sum()
    found = results(Y, start=ClassPriors())["initial loss"]
    assert found.passed and found.expected == pytest.approx(entropy, rel=0.02)


def test_balance_by_hand():
    answers = np.zeros((120, 3), int)
    answers[:60, 0], answers[:10, 1], answers[:115, 2] = 1, 1, 1
    found = attribute_balance(answers, ("even", "tenth", "most"))
    assert (found.passed, found.measured, found.where) == (False, 23.0, "most")  # 115 / 5
    assert found.text == ("2 of 3 attributes have a rare answer among 120 training rows: 'most' (5), 'tenth' (10).")
    even = attribute_balance(answers[:, :1], ("even",))
    assert even.passed and even.text == "Every answer of an attribute is given in 60 training rows or more."
    assert attribute_balance(answers[:110, 1:2], ("ten times",)).passed  # 100 / 10 is not more than ten times
    assert attribute_balance(np.zeros((5, 1), int), ("none",)).measured == np.inf


def test_answers_shuffled_apart_show_no_sign_however_they_hang_together():
    # Ten copies of one answer tell no more than one does.
    found = []
    for seed in range(20):
        shuffled = np.random.default_rng(seed).permutation(Y)
        # Half of them even and half rare, which would be a correlation if all were held against one mean.
        found.append(related_labels(X, np.repeat(shuffled[:, [0, 2]], 5, axis=1)))
    assert sum(not result.passed for result in found) >= 16
    assert related_labels(X, Y).passed and related_labels(X, Y).measured > 5
    assert related_labels(X, np.tile(Y[:, :1], 10)).measured == pytest.approx(related_labels(X, Y[:, :1]).measured)


def test_an_answer_that_all_rows_share_tells_nothing():
    same = related_labels(X, np.ones((600, 2), int))
    assert not same.passed and same.measured == 0


def test_a_tiny_set_is_spread_over_the_combinations():
    answers = np.array([[0, 0]] * 560 + [[0, 1]] * 35 + [[1, 1]] * 5)
    rows = pick_tiny(X, answers, np.arange(600), seed=0)
    assert np.unique(answers[rows].sum(axis=1), return_counts=True)[1].tolist() == [8, 7, 5]
