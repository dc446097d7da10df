"""Polar: hand values, what stays, misuse."""

import numpy as np
import pytest

from thalweg.data.split import Split
from thalweg.errors import InputError
from thalweg.preprocess.mapped import unpack
from thalweg.preprocess.polar import Polar

NOTHING = np.array([], int)


def made(kind, x):
    x = np.asarray(x, float)
    return kind.apply(kind.fit(x, Split(np.arange(len(x)), NOTHING, NOTHING)), x)


def test_points_by_hand():
    x = [[1, 0], [0, 2], [-3, 0], [0, -4], [1, 1], [3, -4], [0, 0]]
    quarter = np.pi / 2
    angle = [0, quarter, np.pi, -quarter, np.pi / 4, -np.arctan(4 / 3), 0]
    np.testing.assert_allclose(made(Polar(), x), np.stack([[1, 2, 3, 4, np.sqrt(2), 5, 0], angle], axis=1), rtol=1e-6)


def test_a_negative_zero_is_zero():
    np.testing.assert_array_equal(made(Polar(), [[-0.0, 0.0], [0.0, -0.0], [-0.0, -0.0]]), np.zeros((3, 2)))
    np.testing.assert_allclose(made(Polar(), [[-2.0, -0.0]]), [[2, np.pi]], rtol=1e-6)


def test_it_can_be_turned_back():
    x = np.random.default_rng(0).normal(size=(50, 2))
    r, theta = made(Polar(), x).T
    np.testing.assert_allclose(np.stack([r * np.cos(theta), r * np.sin(theta)], axis=1), x, atol=1e-6)


def test_a_stretch_moves_the_radius_alone_and_a_turn_the_angle():
    x = np.random.default_rng(0).normal(size=(50, 2))
    plain, stretched, turned = made(Polar(), x), made(Polar(), 3 * x), made(Polar(), x @ np.array([[0, 1], [-1, 0]]))
    np.testing.assert_allclose(stretched, plain * [3, 1], rtol=1e-5)
    np.testing.assert_allclose(turned[:, 0], plain[:, 0], rtol=1e-6)
    np.testing.assert_allclose(np.cos(turned[:, 1] - plain[:, 1] - np.pi / 2), 1, atol=1e-5)


def test_other_columns_stay():
    x = np.random.default_rng(0).normal(size=(9, 4))
    got = made(Polar((3, 1)), x)
    np.testing.assert_array_equal(got[:, [0, 2]], x[:, [0, 2]].astype(np.float32))
    np.testing.assert_allclose(got[:, [3, 1]], made(Polar(), x[:, [3, 1]]))
    fitted = Polar((3, 1)).fit(x, Split(np.arange(9), NOTHING, NOTHING))
    assert fitted.names == ("input 0", "angle", "input 2", "radius")


def test_a_radius_is_never_lost_to_a_square():
    assert made(Polar(), [[3e30, 4e30], [3e200, 4e200]])[:, 0].tolist() == [np.float32(5e30), np.inf]


@pytest.mark.parametrize("columns", [(0, 0), (-1, 1)])
def test_refuses_columns_that_are_no_two(columns):
    with pytest.raises(InputError, match=r"Polar\.columns must be two different positions from 0; got \("):
        Polar(columns)


def test_refuses_examples_without_these_columns():
    with pytest.raises(InputError, match=r"rows of at least 3 numbers for its columns \(0, 2\); got .* shape \(2,\)"):
        made(Polar((0, 2)), np.ones((3, 2)))
    with pytest.raises(InputError, match=r"got examples of shape \(2, 2\)"):
        made(Polar(), np.ones((3, 2, 2)))
    fitted = Polar().fit(np.ones((3, 2)), Split(np.arange(3), NOTHING, NOTHING))
    with pytest.raises(InputError, match=r"fitted to examples of shape \(2,\); got \(3,\)"):
        Polar().apply(fitted, np.ones((3, 3)))


@pytest.mark.parametrize("shape", [None, [], [0], [2.0], [True], "2"])
def test_refuses_a_stored_shape_that_is_none(shape):
    with pytest.raises(InputError, match="a fitted feature map needs the shape of an example; got "):
        unpack({}, {} if shape is None else {"shape": shape})
