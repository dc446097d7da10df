"""The perceptron of several classes: that of two, a plain loop, a class that no plane parts from the rest."""

import numpy as np
import pytest

from tests.classic.threshold.examples import AND, CORNERS, cloud
from thalweg.classic.threshold.multiclass_perceptron import train_multiclass_perceptron
from thalweg.classic.threshold.perceptron import train_perceptron
from thalweg.errors import InputError

FANS = np.array([[0.0, 4.0], [1.0, 3.0], [2.0, 2.0], [3.0, 1.0], [4.0, 0.0], [2.2, 2.2]])
FAN = np.array([0, 0, 1, 2, 2, 1])  # the middle class lies between the two others


def plainly(x, y, classes, epochs):
    w, b, mistakes = np.zeros((x.shape[1], classes)), np.zeros(classes), []
    for _ in range(epochs):
        mistakes.append(0)
        for row, right in zip(x, y, strict=True):
            scores = row @ w + b
            rival = max((c for c in range(classes) if c != right), key=lambda c: scores[c])
            if scores[right] <= scores[rival]:
                mistakes[-1] += 1
                for c, push in ((right, 1), (rival, -1)):
                    w[:, c] += push * row
                    b[c] += push
        if not mistakes[-1]:
            break
    return w, b, mistakes


@pytest.mark.parametrize("seed", [None, 3])
def test_of_two_classes_it_makes_the_perceptrons_mistakes(seed):
    x, y, _, _ = cloud(margin=0.05, seed=1)
    several, one = (train(x, y, seed=seed) for train in (train_multiclass_perceptron, train_perceptron))
    assert several.mistakes.tolist() == one.mistakes.tolist() and one.mistakes.sum() > 3 and one.converged
    np.testing.assert_allclose(several.weights[:, 1] - several.weights[:, 0], 2 * one.last.weights, rtol=1e-12)
    assert several.bias[1] - several.bias[0] == 2 * one.last.bias


def test_a_class_between_two_others_is_told_though_no_plane_parts_it_from_both():
    found = train_multiclass_perceptron(FANS, FAN, epochs=2000)
    assert found.converged and found.wrong == 0 and found.classes(FANS).tolist() == FAN.tolist()
    assert not train_perceptron(FANS, (FAN == 1).astype(int), epochs=2000).converged
    w, b, mistakes = plainly(FANS, FAN, 3, 2000)
    np.testing.assert_allclose(found.weights, w, rtol=1e-12)
    assert found.bias.tolist() == b.tolist() and found.mistakes.tolist() == mistakes


def test_where_classes_overlap_the_best_epoch_is_kept():
    x = np.random.default_rng(0).normal(size=(90, 2)) + np.repeat([[0.0, 1.2], [1.2, -0.8], [-1.2, -0.8]], 30, axis=0)
    y = np.repeat([0, 1, 2], 30)
    found = train_multiclass_perceptron(x, y, epochs=30, seed=0)
    assert not found.converged and found.wrong == (found.classes(x) != y).sum() < 30
    ends = [(train_multiclass_perceptron(x, y, epochs=e, seed=0)).wrong for e in (1, 5, 30)]
    assert ends == sorted(ends, reverse=True) and ends[-1] < ends[0]


def test_bad_rows_are_refused():
    with pytest.raises(InputError, match=r"the perceptron of several classes needs rows of two classes; got \[1\]"):
        train_multiclass_perceptron(CORNERS, np.ones(4, int))
    with pytest.raises(InputError, match=r"the classes were learned from rows of 2 numbers; got 3\."):
        train_multiclass_perceptron(CORNERS, AND).classes(np.zeros((1, 3)))
