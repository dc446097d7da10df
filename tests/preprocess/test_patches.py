"""Patches of images: where they lie, how they are drawn, their contrast."""

import numpy as np

from thalweg.preprocess.patches import drawn_patches, flat, grid_patches, without_contrast

IMAGES = np.random.default_rng(0).integers(0, 256, (4, 7, 9, 2)).astype(np.uint8)


def test_a_grid_of_patches():
    patches = grid_patches(IMAGES, side=3, stride=2)
    assert patches.shape == (4, 3, 4, 18) and patches.dtype == np.float64
    for row, column in np.ndindex(3, 4):
        window = IMAGES[:, 2 * row : 2 * row + 3, 2 * column : 2 * column + 3]
        np.testing.assert_array_equal(patches[:, row, column], np.moveaxis(window, 3, 1).reshape(4, 18))
    assert grid_patches(IMAGES, side=7, stride=5).shape == (4, 1, 1, 98)


def test_patches_are_drawn_from_the_rows_that_may_be_and_from_every_place():
    marked = np.zeros((4, 7, 9, 1))
    marked[:] = np.arange(7)[:, None, None] * 9 + np.arange(9)[:, None] + 100 * np.arange(4)[:, None, None, None]
    first = drawn_patches(marked, np.array([1, 3]), side=3, count=500, seed=0)[:, 0]  # upper left pixels
    assert set(first) == {100 * image + 9 * row + column for image in (1, 3) for row in range(5) for column in range(7)}
    every = grid_patches(IMAGES, side=3, stride=1).reshape(-1, 18)
    drawn = drawn_patches(IMAGES, np.arange(4), side=3, count=20, seed=0)
    assert (drawn[:, None] == every).all(axis=2).any(axis=1).all()


def test_draws_hang_on_the_seed_alone():
    one, again, other = (drawn_patches(IMAGES, np.arange(4), 3, 20, seed) for seed in (5, 5, 6))
    np.testing.assert_array_equal(one, again)
    assert not np.array_equal(one, other)


def test_contrast_is_taken_out():
    # (1, 3): mean 2, variance 1, with 3 more 4: (-1, 1) / 2. (10, 10) has none.
    got = without_contrast(np.array([[1.0, 3.0], [10.0, 10.0]]), smoothing=3.0)
    np.testing.assert_array_equal(got, [[-0.5, 0.5], [0.0, 0.0]])
    bright = without_contrast(grid_patches(IMAGES, 3, 1) * 3.0 + 40.0, smoothing=9e-9)
    np.testing.assert_allclose(bright, without_contrast(grid_patches(IMAGES, 3, 1), smoothing=1e-9), atol=1e-9)


def test_what_rounding_makes_is_no_contrast():
    assert flat(np.array([[0.1] * 7, [0.1] * 6 + [0.1001], [0.0] * 7])).tolist() == [True, False, True]
