"""Bags of words by place: three levels by hand, names in their order."""

import numpy as np

from thalweg.preprocess.spatial_pyramid import pyramid_bags, pyramid_names

GRID = np.array([[[0, 0, 0, 1], [0, 1, 1, 1], [2, 2, 0, 0], [2, 2, 0, 1]]])


def test_three_levels_by_hand():
    # Sixteen words: seven 0, five 1, four 2.
    got = pyramid_bags(GRID, 3, levels=3)[0]
    assert (got[:3] * 16).tolist() == [7, 5, 4]
    assert (got[3:15] * 4).tolist() == [3, 1, 0, 1, 3, 0, 0, 0, 4, 3, 1, 0]
    np.testing.assert_array_equal(got[15:].reshape(16, 3), np.eye(3)[GRID.ravel()])
    np.testing.assert_array_equal(pyramid_bags(GRID, 3, levels=1)[0], got[:3])


def test_parts_of_a_grid_that_does_not_divide():
    # Five columns in two parts: floor(2 j / 5) is 0, 0, 0, 1, 1.
    words = np.array([[[0, 0, 1, 1, 1], [0, 0, 1, 1, 1]]])
    np.testing.assert_allclose(pyramid_bags(words, 2, levels=2)[0, 2:], [2 / 3, 1 / 3, 0, 1, 2 / 3, 1 / 3, 0, 1])
    # Five rows in four parts: floor(4 i / 5) is 0, 0, 1, 2, 3. Each row is its own word.
    rows = np.repeat(np.arange(5)[None, :, None], 4, axis=2)
    parts = pyramid_bags(rows, 5, levels=3)[0, 25:].reshape(4, 4, 5)
    np.testing.assert_allclose(parts[:, 0], [[0.5, 0.5, 0, 0, 0], *np.eye(5)[2:].tolist()])


def test_each_image_by_itself():
    both = np.concatenate([GRID, GRID[:, ::-1]])
    got = pyramid_bags(both, 3, levels=2)
    np.testing.assert_array_equal(got[:1], pyramid_bags(both[:1], 3, levels=2))
    np.testing.assert_array_equal(got[1:], pyramid_bags(both[1:], 3, levels=2))


def test_names_are_in_the_order_of_the_numbers():
    names = pyramid_names(3, 3)
    assert names[:4] == ("word 0", "word 1", "word 2", "word 0 at (0, 0) of 2 x 2")
    assert names[8] == "word 2 at (0, 1) of 2 x 2" and names[-1] == "word 2 at (3, 3) of 4 x 4"
    assert len(set(names)) == pyramid_bags(GRID, 3, levels=3).shape[1] == 63
    got = dict(zip(names, pyramid_bags(GRID, 3, levels=3)[0], strict=True))
    assert got["word 2 at (1, 0) of 2 x 2"] == 1 and got["word 1 at (0, 3) of 4 x 4"] == 1
