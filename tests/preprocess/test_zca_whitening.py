"""Whitening in the inputs' own axes: identity covariance, nearness to the inputs, null directions, misuse."""

import numpy as np
import pytest

from thalweg.data.split import Split
from thalweg.errors import InputError
from thalweg.preprocess.pca_whitening import PcaWhitening
from thalweg.preprocess.zca_whitening import ZcaWhitening

NOTHING = np.array([], int)
SPLIT = Split(np.arange(60), np.arange(60, 80), NOTHING)
MIX = np.eye(5) + 0.4 * np.random.default_rng(1).normal(size=(5, 5))
X = np.random.default_rng(0).normal(size=(80, 5)) @ MIX + 9


def made(kind, x):
    return kind.apply(kind.fit(x, SPLIT), x)


def covariance(outputs):
    train = outputs[SPLIT.train].astype(float).reshape(60, -1)
    return train.T @ train / 60


def test_two_inputs_by_hand():
    # Covariance ((5, 4), (4, 5)): eigenvalues 9 along (1, 1) and 1 along (1, -1). C^(-1/2) has 1/3 and 1 there, that
    # is ((2, -1), (-1, 2)) / 3. Rows (3, 3), (-3, -3), (1, -1), (-1, 1) times sqrt 2 / sqrt 2 have it.
    x = np.array([[3.0, 3.0], [-3.0, -3.0], [1.0, -1.0], [-1.0, 1.0]])
    kind = ZcaWhitening(smoothing=0.0)
    got = kind.apply(kind.fit(x, Split(np.arange(4), NOTHING, NOTHING)), x)
    np.testing.assert_allclose(x.T @ x / 4, [[5, 4], [4, 5]])
    np.testing.assert_allclose(got, x @ np.array([[2.0, -1.0], [-1.0, 2.0]]) / 3, rtol=1e-6)


def test_the_covariance_becomes_the_identity():  # D6
    np.testing.assert_allclose(covariance(made(ZcaWhitening(0.0), X)), np.eye(5), atol=1e-6)


def test_smoothing_leaves_l_over_l_plus_smoothing():
    fitted = ZcaWhitening().fit(X, SPLIT)
    values, v = fitted.deviations**2, fitted.directions
    np.testing.assert_allclose(covariance(made(ZcaWhitening(0.3), X)), v.T * values / (values + 0.3) @ v, atol=1e-6)


def test_no_whitening_moves_the_inputs_less():
    centred = X - X[SPLIT.train].mean(axis=0)
    near, turned = (np.abs(made(kind(0.0), X) - centred).mean() for kind in (ZcaWhitening, PcaWhitening))
    assert near < 0.5 * turned
    # Each output belongs to its input.
    correlation = np.corrcoef(np.concatenate([made(ZcaWhitening(0.0), X), X], axis=1).T)[:5, 5:]
    np.testing.assert_array_equal(correlation.argmax(axis=1), np.arange(5))


def test_images_keep_their_shape():
    images = np.random.default_rng(0).integers(0, 256, (80, 3, 2, 1), np.uint8)
    got = made(ZcaWhitening(0.0), images)
    assert got.shape == images.shape
    np.testing.assert_allclose(covariance(got), np.eye(6), atol=1e-6)


@pytest.mark.parametrize("rows", [60, 4])  # 4 rows of 6 numbers: fewer rows than numbers
def test_null_directions_need_smoothing(rows):
    split = Split(np.arange(rows), np.arange(rows, 80), NOTHING)
    flat = np.concatenate([X, X[:, :1] - X[:, 1:2]], axis=1)
    rank = min(rows - 1, 5)
    with pytest.raises(
        InputError, match=rf"smoothing 0 divides by .* along 6 directions; the {rows} .* vary in {rank}\."
    ):
        ZcaWhitening(0.0).fit(flat, split)
    kind = ZcaWhitening(0.01)
    fitted = kind.fit(flat, split)
    got = kind.apply(fitted, flat)
    # The plain form: all six eigenvalues, the last ones 0.
    centred = flat - flat[:rows].mean(axis=0)
    values, axes = np.linalg.eigh(centred[:rows].T @ centred[:rows] / rows)
    np.testing.assert_allclose(got, centred @ (axes / np.sqrt(np.abs(values) + 0.01)) @ axes.T, rtol=1e-4, atol=1e-5)


def test_it_has_nothing_to_tell_of_variance_kept():
    assert ZcaWhitening().fit(X, SPLIT).remarks == ()


def test_refuses_a_negative_smoothing():
    with pytest.raises(InputError, match=r"ZcaWhitening.smoothing must be in \[0, inf\); got -0.1"):
        ZcaWhitening(smoothing=-0.1)
