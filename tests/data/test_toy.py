"""Toy sets: the spiral number by number, and sets that no line separates but the right feature does."""

import numpy as np
import pytest

from thalweg.data.toy import ISLANDS, TOY, load_toy, spiral
from thalweg.errors import InputError


def best_line(x: np.ndarray, y: np.ndarray) -> float:
    """Return the training accuracy of the least-squares line."""
    inputs = np.column_stack([x, np.ones(len(x))])
    weights = np.linalg.lstsq(inputs, 2.0 * y - 1.0)[0]
    return float(((inputs @ weights > 0) == y).mean())


def test_the_spiral_is_that_of_the_notes():  # D13
    x, y, _ = spiral()
    np.random.seed(0)  # noqa: NPY002 - as the notes draw it
    for arm in range(3):
        angle = np.linspace(arm * 4, (arm + 1) * 4, 100) + np.random.randn(100) * 0.2  # noqa: NPY002
        radius = np.linspace(0.0, 1, 100)
        np.testing.assert_array_equal(x[y == arm], np.c_[radius * np.sin(angle), radius * np.cos(angle)])
    assert (round(x.min(), 3), round(x.max(), 3)) == (-0.888, 0.958)
    assert np.bincount(y).tolist() == [100, 100, 100]


def test_the_case_study_comes_out_with_the_weights_of_the_same_stream():
    # The softmax classifier of the case study in plain NumPy: 1.096919 at step 0, 0.917310 at 10, 0.786302 at 190.
    x, y, generator = spiral(seed=0)
    weights, bias = 0.01 * generator.randn(2, 3), np.zeros((1, 3))
    losses = []
    for _ in range(191):
        exponentials = np.exp(x @ weights + bias)
        probabilities = exponentials / exponentials.sum(axis=1, keepdims=True)
        losses.append(-np.log(probabilities[np.arange(300), y]).mean() + 0.5e-3 * np.square(weights).sum())
        probabilities[np.arange(300), y] -= 1
        weights, bias = (
            weights - (x.T @ probabilities / 300 + 1e-3 * weights),
            bias - probabilities.mean(axis=0, keepdims=True),
        )
    np.testing.assert_allclose(
        [losses[k] for k in (0, 10, 170, 180, 190)], [1.096919, 0.917310, 0.786373, 0.786331, 0.786302], atol=1e-6
    )


@pytest.mark.parametrize("name", TOY)
def test_every_set_is_a_balanced_source_of_points(name):
    source = load_toy(name)
    x = np.asarray(source.inputs)
    assert (source.name, source.kind, source.task.kind, source.task.target) == (name, "array", "classes", "class")
    assert x.shape == (300 if name == "spiral" else 400, 2)
    assert len(set(np.bincount(source.targets).tolist())) == 1
    np.testing.assert_array_equal(x, load_toy(name, seed=0).inputs)
    assert load_toy(name, seed=1).fingerprint != source.fingerprint
    assert source.remarks == ()  # the task is known, not guessed


@pytest.mark.parametrize(
    ("name", "line", "feature"),
    [
        ("quadrants", 0.65, lambda x: x[:, 0] * x[:, 1] > 0),
        ("ring", 0.65, lambda x: np.linalg.norm(x, axis=1) > 1.25),
        ("islands", 0.7, lambda x: np.linalg.norm(x[:, None] - ISLANDS, axis=2).min(axis=1) < 0.8),
    ],
)
def test_no_line_separates_them_and_the_right_feature_does(name, line, feature):
    source = load_toy(name, n=2000)
    x = np.asarray(source.inputs)
    assert best_line(x, source.targets) < line
    np.testing.assert_array_equal(feature(x), source.targets)


def test_the_moons_lie_around_half_circles():
    source = load_toy("moons", n=2000)
    x = np.asarray(source.inputs)
    for label, centre in ((0, (0.0, 0.0)), (1, (1.0, 0.5))):
        from_arc = np.linalg.norm(x[source.targets == label] - centre, axis=1) - 1
        assert abs(from_arc.mean()) < 0.02
        assert 0.08 < from_arc.std() < 0.12
    assert 0.8 < best_line(x, source.targets) < 0.95


def test_refuses_what_it_cannot_make():
    with pytest.raises(InputError, match=r"unknown toy set 'spirals'\. Did you mean 'spiral'"):
        load_toy("spirals")
    with pytest.raises(InputError, match="at least 10 points; got 9"):
        load_toy("moons", n=9)
    for seed in (-1, 2**32):
        with pytest.raises(InputError, match=r"must be in \[0, 2\^32\); got"):
            load_toy("moons", seed=seed)
        with pytest.raises(InputError, match=r"must be in \[0, 2\^32\); got"):
            spiral(seed)
    with pytest.raises(InputError, match="got n = 0 and classes = 3"):
        spiral(n=0)
