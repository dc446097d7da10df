"""AdaBoost by hand, by its bound, and with networks that are trained where those before them were wrong."""

import numpy as np
import pytest

from tests.search.ground import alone, small, small_ground
from tests.train.small import assert_same, at, examples
from thalweg.data.open import open_source
from thalweg.ensembles import boosted
from thalweg.ensembles.boosted import after_round, train_boosted, vote_shares
from thalweg.ensembles.members import member_predictions
from thalweg.errors import InputError, RunFailed
from thalweg.layers.dense import Dense
from thalweg.losses.squared_error import SquaredError
from thalweg.network.sequential import Sequential
from thalweg.preprocess.arrays import Standardize
from thalweg.search.engine.train_trials import Engine
from thalweg.search.engine.trial import Trial
from thalweg.train.prepare import prepare

TINY = Sequential((Dense(2),))


def weak(epochs=2, outputs=2, **given):
    """A linear model of two of many classes, hardly trained."""
    return small(0.05, epochs=epochs, network=Sequential((Dense(outputs),)), **given)


def binary_ground(y=None):
    """The small data with classes that no line parts."""
    x, four = examples()
    ground = small_ground()
    source = open_source((x, (four % 2 if y is None else y).astype(np.int32)))
    prepared = prepare(source, ground.prepared.split, weak())
    return ground._replace(source=source, prepared=prepared, weight=prepared.weight)


# A round by hand


def test_two_rounds_by_hand():
    # Five rows, the last two wrong: e = 2/5, alpha = log 1.5; their weights grow to 1.5/6 of the sum 3 + 2 * 1.5.
    first = after_round(np.full(5, 0.2), np.array([0, 0, 0, 1, 1], bool), 2)
    assert first.error == pytest.approx(0.4) and first.vote == pytest.approx(np.log(1.5))
    np.testing.assert_allclose(first.weight, [1 / 6, 1 / 6, 1 / 6, 1 / 4, 1 / 4])
    # Then the first row alone is: e = 1/6, alpha = log 5; its weight becomes that of all others together.
    second = after_round(first.weight, np.array([1, 0, 0, 0, 0], bool), 2)
    assert second.error == pytest.approx(1 / 6) and second.vote == pytest.approx(np.log(5))
    np.testing.assert_allclose(second.weight, [0.5, 0.1, 0.1, 0.15, 0.15])


def test_mistakes_have_half_of_the_next_rounds_weight_of_two_classes_and_more_of_more():
    random = np.random.default_rng(0)
    weight, wrong = random.random(40), random.random(40) < 0.3
    assert after_round(weight, wrong, 2).weight[wrong].sum() == pytest.approx(0.5)
    for classes in (3, 10):  # the vote is 0 at chance, where e = 1 - 1/K
        found = after_round(weight, wrong, classes)
        assert found.weight[wrong].sum() == pytest.approx(1 - 1 / classes)
        at_chance = after_round(np.ones(classes), np.arange(classes) > 0, classes)
        assert at_chance.vote == pytest.approx(0, abs=1e-12)


def test_without_a_mistake_the_vote_is_finite_and_no_weight_changes():
    found = after_round(np.array([1.0, 3.0]), np.zeros(2, bool), 2)
    assert found.error == 0 and found.vote == pytest.approx(np.log(3))  # as of a quarter
    np.testing.assert_array_equal(found.weight, [0.25, 0.75])
    assert np.isfinite(after_round(np.ones(2), np.ones(2, bool), 2).vote)


def test_votes_by_hand():
    shares = vote_shares(np.array([[0, 1], [2, 1], [2, 0]]), np.array([2.0, 1.0, 1.0]), 3)
    np.testing.assert_allclose(shares, [[0.5, 0, 0.5], [0.25, 0.75, 0]])


# Networks


def test_each_round_is_a_run_on_the_weights_that_the_one_before_left():
    ground, experiment = binary_ground(), weak()
    found = train_boosted(Engine(ground), experiment, 3, seed=5)
    train, y = ground.prepared.split.train, ground.source.targets
    weight = np.full(len(train), 1 / len(train))
    for k in range(3):
        whole = ground.weight.astype(np.float64).copy()
        whole[train] = weight * len(train)
        state = alone(ground._replace(weight=whole.astype(ground.weight.dtype)), Trial(k, experiment, 5 + k))
        assert_same(tuple(found.weights[k]), at(state.members.best, 0))
        p = member_predictions(experiment.objective(), found.weights[k : k + 1], ground.prepared.x)[0]
        now = after_round(weight, p[train].argmax(axis=1) != y[train], 2)
        assert (found.votes[k], found.errors[k]) == (now.vote, now.error)
        weight = now.weight
    assert found.remark == "" and 0 < found.errors[0] < 0.5


def test_staged_errors_are_those_of_the_first_members_votes():
    ground, experiment = binary_ground(), weak()
    found = train_boosted(Engine(ground), experiment, 4)
    guesses = member_predictions(experiment.objective(), found.weights, ground.prepared.x).argmax(axis=2)
    for part, staged in (
        (ground.prepared.split.train, found.training),
        (ground.prepared.split.validation, found.validation),
    ):
        assert len(staged) == 4
        for k in range(4):
            said = vote_shares(guesses[: k + 1, part], np.array(found.votes[: k + 1]), 2).argmax(axis=1)
            assert staged[k] == pytest.approx(np.mean(said != ground.source.targets[part]))


def test_the_training_error_keeps_below_its_bound():
    found = train_boosted(Engine(binary_ground()), small(0.1, epochs=4, network=Sequential((Dense(3), Dense(2)))), 8)
    e = np.array(found.errors)
    bound = np.cumprod(2 * np.sqrt(e * (1 - e)))
    assert (np.array(found.training) <= bound).all() and bound[-1] < 0.9


def test_preprocessing_of_its_own_is_heeded():
    ground, experiment = binary_ground(), weak(preprocess=Standardize())
    found = train_boosted(Engine(ground), experiment, 1)
    own = prepare(ground.source, ground.prepared.split, experiment)
    guess = member_predictions(experiment.objective(), found.weights, own.x)[0].argmax(axis=1)
    train = own.split.train
    assert found.training == (pytest.approx(np.mean(guess[train] != ground.source.targets[train])),)


def with_predictions(monkeypatch, wrong_share):
    """Let the k-th member be wrong on so large a share of the training rows, the first of them."""
    whole, ground, made = boosted.member_predictions, binary_ground(), []

    def said(objective, members, x):
        y, train = ground.source.targets, ground.prepared.split.train
        guess = y.copy()
        wrong = train[: round(wrong_share[len(made)] * len(train))]
        guess[wrong] = 1 - y[wrong]
        made.append(1)
        assert whole(objective, members, x).shape == (1, len(x), 2)
        return np.eye(2)[guess][None]

    monkeypatch.setattr(boosted, "member_predictions", said)
    return ground


def test_a_member_without_a_mistake_ends_it(monkeypatch):
    ground = with_predictions(monkeypatch, [0.1, 0.0, 0.1])
    found = train_boosted(Engine(ground), weak(1), 3)
    assert len(found.weights) == 2 and found.remark == "member 2 made no mistake"
    assert found.errors == (pytest.approx(0.1, abs=0.01), 0.0) and found.training[-1] == 0


def test_a_member_no_better_than_chance_ends_it_and_is_left_out(monkeypatch):
    ground = with_predictions(monkeypatch, [0.1, 0.1])  # the same mistakes again have half of the weight
    found = train_boosted(Engine(ground), weak(1), 3)
    assert len(found.weights) == len(found.votes) == len(found.training) == 1
    assert found.remark == "member 2 was wrong on 0.5 of the weight, no better than chance"


def test_where_the_first_is_no_better_than_chance_there_is_none(monkeypatch):
    ground = with_predictions(monkeypatch, [0.6])
    with pytest.raises(RunFailed, match=r"^AdaBoost has no member: member 1 was wrong on 0\.6\d* of the weight"):
        train_boosted(Engine(ground), weak(1), 3)


def test_members_that_go_astray_end_it():
    with pytest.raises(RunFailed, match=r"^AdaBoost has no member: its numbers were no longer finite"):
        train_boosted(Engine(binary_ground()), small(1e30, network=TINY, epochs=2), 3)
    with pytest.raises(RunFailed, match=r"^AdaBoost has no member: it was told to leave off\.$"):
        train_boosted(Engine(binary_ground(), stop=lambda: True), weak(), 3)


def test_misuse_is_refused():
    with pytest.raises(InputError, match=r"^AdaBoost needs 1 round or more; got 0\.$"):
        train_boosted(Engine(binary_ground()), weak(), 0)
    with pytest.raises(InputError, match=r"^AdaBoost tells two classes or more apart; got 1\.$"):
        after_round(np.ones(2), np.zeros(2, bool), 1)
    with pytest.raises(InputError, match=r"^the network gives outputs of shape \(3,\)"):
        train_boosted(Engine(binary_ground()), weak(outputs=3), 1)
    x, y = examples()
    source = open_source((x, y + 0.5))
    experiment = small(network=Sequential((Dense(1),)), loss=SquaredError())
    amounts = small_ground()._replace(source=source)
    with pytest.raises(InputError, match=r"^AdaBoost needs classes; these data have regression\.$"):
        train_boosted(Engine(amounts), experiment, 1)
