"""Boosted stumps vote as AdaBoost says, and learn what one stump cannot."""

import numpy as np
import pytest

from thalweg.classic.models import Examples
from thalweg.ensembles.boosted import after_round, vote_shares
from thalweg.ensembles.boosted_stumps import boosted_stumps
from thalweg.errors import InputError, RunFailed


def interval(rows=200, seed=0):
    """Class 1 in the middle of a line: a single question leaves a third wrong."""
    x = np.sort(np.random.default_rng(seed).uniform(-3, 3, rows))[:, None]
    return Examples(x, (np.abs(x[:, 0]) < 1).astype(int), np.ones(rows), 2)


def test_votes_and_errors_are_those_of_the_rounds_by_hand():
    train = interval()
    found = boosted_stumps(train, train.x, 6)
    weight = np.full(len(train.y), 1 / len(train.y))
    for guess, vote, error in zip(found.guesses, found.votes, found.errors, strict=True):
        now = after_round(weight, guess != train.y, 2)
        assert (vote, error) == (pytest.approx(now.vote), pytest.approx(now.error))
        weight = now.weight
    np.testing.assert_allclose(found.shares, vote_shares(found.guesses, np.array(found.votes), 2))


def test_three_points_by_hand():
    # Classes 1, 0, 1 in a row: whichever question is asked first leaves one of three wrong: alpha = log 2.
    train = Examples(np.array([[0.0], [1.0], [2.0]]), np.array([1, 0, 1]), np.ones(3), 2)
    found = boosted_stumps(train, train.x, 1)
    assert found.errors == (pytest.approx(1 / 3),) and found.votes == (pytest.approx(np.log(2)),)
    assert found.training == (pytest.approx(1 / 3),)


def test_the_training_error_keeps_below_its_bound_and_falls():
    train = interval()
    found = boosted_stumps(train, train.x, 30)
    e = np.array(found.errors)
    assert (np.array(found.training) <= np.cumprod(2 * np.sqrt(e * (1 - e))) + 1e-12).all()
    assert found.training[0] > 0.25 > 0.05 > found.training[-1] and found.remark == ""
    assert np.mean(found.shares.argmax(axis=1) != train.y) == found.training[-1]


def test_weights_of_rows_count():
    x = np.array([[0.0], [1.0], [2.0]])
    heavy = Examples(x, np.array([1, 0, 1]), np.array([9.0, 1.0, 1.0]), 2)
    assert boosted_stumps(heavy, x, 1).errors[0] == pytest.approx(1 / 11)


def test_a_class_without_rows_gets_no_vote():
    train = interval()._replace(classes=3)
    assert boosted_stumps(train, train.x, 5).shares[:, 2].max() == 0


def test_it_ends_early_with_the_reason():
    x = np.array([[0.0], [1.0]])
    sure = boosted_stumps(Examples(x, np.array([0, 1]), np.ones(2), 2), x, 5)
    assert sure.remark == "stump 1 made no mistake" and sure.training == (0.0,)
    with pytest.raises(RunFailed, match=r"^AdaBoost has no member: the first stump is no better than chance\.$"):
        boosted_stumps(Examples(np.zeros((4, 1)), np.array([0, 1, 0, 1]), np.ones(4), 2), x)
    corners = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0], [1.0, 1.0]])
    xor = boosted_stumps(Examples(corners, np.array([0, 1, 1, 0, 0]), np.ones(5), 2), corners, 50)
    assert len(xor.votes) < 50 and xor.remark == f"stump {len(xor.votes) + 1} was no better than chance"


def test_misuse_is_refused():
    train = interval()
    with pytest.raises(InputError, match=r"^AdaBoost needs 1 round or more; got 0\.$"):
        boosted_stumps(train, train.x, 0)
    with pytest.raises(InputError, match=r"^boosted stumps need rows of two classes or more\.$"):
        boosted_stumps(train._replace(classes=0), train.x)
