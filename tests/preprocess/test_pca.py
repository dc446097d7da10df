"""PCA: a hand value, what it does to variances, shapes, misuse. The directions are tested beside their source."""

import numpy as np
import pytest

from thalweg.data.split import Split
from thalweg.errors import InputError
from thalweg.preprocess.pca import PCA

NOTHING = np.array([], int)
SPLIT = Split(np.arange(30), np.arange(30, 40), NOTHING)
X = np.random.default_rng(0).normal(size=(40, 6)) @ np.random.default_rng(1).normal(size=(6, 6)) + 3


def test_four_points_by_hand():  # D5
    # Of mean (2, 1), along (2, 1) / sqrt 5 and (-1, 2) / sqrt 5: (4, 2) - (2, 1) = (2, 1) has components sqrt 5 and 0;
    # (2.5, 0) - (2, 1) = (0.5, -1) has 0 and (-0.5 - 2) / sqrt 5 = -sqrt 5 / 2.
    x = np.array([[4.0, 2.0], [0.0, 0.0], [2.5, 0.0], [1.5, 2.0]])
    split = Split(np.arange(4), NOTHING, NOTHING)
    root = np.sqrt(5)
    got = PCA().apply(PCA().fit(x, split), x)
    np.testing.assert_allclose(got, [[root, 0], [-root, 0], [0, -root / 2], [0, root / 2]], atol=1e-6)
    first = PCA(components=1)
    assert first.fit(x, split).variance_kept == pytest.approx(0.8)
    np.testing.assert_allclose(first.apply(first.fit(x, split), x), got[:, :1])


def test_components_are_uncorrelated_and_fall_in_variance():
    fitted = PCA().fit(X, SPLIT)
    made = PCA().apply(fitted, X)[SPLIT.train].astype(float)
    np.testing.assert_allclose(made.T @ made / 30, np.diag(fitted.deviations**2), atol=1e-5)
    assert made.dtype == float and PCA().apply(fitted, X).dtype == np.float32


def test_keeping_all_turns_and_stretches_nothing():
    made = PCA().apply(PCA().fit(X, SPLIT), X)
    np.testing.assert_allclose(
        np.linalg.norm(made[:, None] - made[None], axis=2), np.linalg.norm(X[:, None] - X[None], axis=2), atol=1e-5
    )


def test_the_variance_kept_is_that_of_the_outputs():
    kind = PCA(variance=0.7)
    fitted = kind.fit(X, SPLIT)
    made = kind.apply(fitted, X)[SPLIT.train]
    assert 0.7 <= fitted.variance_kept < 1 and fitted.left_out == 6 - made.shape[1] > 0
    assert made.var(axis=0).sum() / X[SPLIT.train].var(axis=0).sum() == pytest.approx(fitted.variance_kept, rel=1e-5)
    assert fitted.names == tuple(f"component {k}" for k in range(made.shape[1]))


def test_images_are_laid_in_a_row():
    images = np.random.default_rng(0).integers(0, 256, (40, 3, 2, 1), np.uint8)
    flat = images.reshape(40, 6)
    kind = PCA(components=4)
    got = kind.apply(kind.fit(images, SPLIT), images)
    assert got.shape == (40, 4)
    np.testing.assert_array_equal(got, kind.apply(kind.fit(flat, SPLIT), flat))


def test_refuses_other_shapes():
    with pytest.raises(InputError, match=r"fitted to examples of shape \(6,\); got \(5,\)"):
        PCA().apply(PCA().fit(X, SPLIT), X[:, :5])


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"components": 2, "variance": 0.5}, "takes components or variance; got components 2 and variance 0.5. Give"),
        ({"components": 0}, "components must be at least 1; got 0"),
        ({"components": 2.5}, "components must be a whole number or nothing; got 2.5"),
        ({"variance": 0.0}, r"variance must be in \(0, 1\]; got 0.0"),
        ({"variance": 95}, r"variance must be in \(0, 1\]; got 95"),
    ],
)
def test_refuses_what_is_no_choice(fields, said):
    with pytest.raises(InputError, match=said):
        PCA(**fields)


def test_refuses_more_components_than_there_are_directions():
    with pytest.raises(
        InputError, match=r"PCA was asked for 7 components; the 30 training rows of 6 numbers vary in 6"
    ):
        PCA(components=7).fit(X, SPLIT)
