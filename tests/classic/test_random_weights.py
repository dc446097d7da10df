"""Weights by guessing: the best of all tries, the same by a plain loop, and what cannot be guessed."""

import inspect

import jax
import numpy as np
import pytest

from thalweg.classic import random_weights as module
from thalweg.classic.random_weights import guess_steps, guess_weights
from thalweg.errors import InputError
from thalweg.keys import role, root

X = np.random.default_rng(0).normal(size=(50, 4)).astype(np.float32)
Y = (X[:, 0] > 0).astype(int) + (X[:, 1] > 0.5).astype(int)


def hinge(weights, x=X, y=Y):
    """The mean loss, by a plain loop."""
    scores = x.astype(np.float64) @ weights[:-1] + weights[-1]
    return np.mean([sum(max(0.0, s[j] - s[c] + 1) for j in range(3) if j != c) for s, c in zip(scores, y, strict=True)])


@pytest.mark.parametrize("tries", [1, 40])
def test_the_best_guess_is_the_best_of_a_plain_loop(tries):
    found = guess_weights(X, Y, tries=tries, spread=0.5, seed=3)
    keys = jax.random.split(role(root(3), "guessed weights"), -(-tries // module._AT_ONCE))
    drawn = np.concatenate([0.5 * np.asarray(jax.random.normal(key, (module._AT_ONCE, 5, 3))) for key in keys])[:tries]
    losses = [hinge(one) for one in drawn]
    np.testing.assert_allclose(found.losses, np.minimum.accumulate(losses), rtol=1e-5)
    np.testing.assert_allclose(found.weights, drawn[int(np.argmin(losses))], rtol=1e-6)


def test_steps_are_those_of_a_plain_loop():
    found = guess_steps(X, Y, tries=60, spread=0.2, seed=5)
    best, lowest, course = np.zeros((5, 3)), np.inf, []
    for key in jax.random.split(role(root(5), "guessed steps"), 60):
        tried = best + 0.2 * np.asarray(jax.random.normal(key, (5, 3)), np.float64)
        if (loss := hinge(tried)) < lowest:
            best, lowest = tried, loss
        course.append(lowest)
    np.testing.assert_allclose(found.losses, course, rtol=1e-5)
    np.testing.assert_allclose(found.weights, best, rtol=1e-4, atol=1e-6)


def test_steps_go_farther_than_guesses():
    guessed, stepped = (way(X, Y, tries=400, spread=0.1) for way in (guess_weights, guess_steps))
    assert stepped.losses[-1] < 0.5 * guessed.losses[-1]
    assert (stepped.scores(X).argmax(axis=1) == Y).mean() > (guessed.scores(X).argmax(axis=1) == Y).mean()


def test_a_seed_is_a_course():
    one, same, other = (guess_weights(X, Y, tries=20, seed=seed).weights for seed in (1, 1, 2))
    assert (one == same).all() and (one != other).any()


@pytest.mark.parametrize("way", [guess_weights, guess_steps])
@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"tries": 0}, r"guessing needs a try and a spread above 0; got 0 tries and a spread of 0\.0001\."),
        ({"spread": 0.0}, r"guessing needs a try and a spread above 0; got 5 tries and a spread of 0\."),
        ({"spread": np.inf}, r"got 5 tries and a spread of inf\."),
        ({"y": Y[:9]}, r"guessing needs one class a row; got 50 rows and classes of shape \(9,\)\."),
        ({"y": np.zeros(50, int)}, r"guessing needs rows of two classes; got \[0\]\."),
        ({"y": 2 * (Y > 0) - 1}, r"guessing needs class numbers from 0; got -1\."),
        ({"y": Y + 0.5}, r"needs whole numbers up to 100,000 for classes; got \[0\.5, 1\.5, 2\.5\]\. Number them"),
    ],
)
def test_what_cannot_be_guessed_is_refused_in_words(way, given, told):
    asked = {"tries": 5, **given}
    with pytest.raises(InputError, match=told):
        inspect.unwrap(way)(X, asked.pop("y", Y), **asked)  # without the types that tests check
