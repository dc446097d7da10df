"""Histograms of oriented gradients: edges by hand, blocks by hand, sizes that do not fit."""

import numpy as np
import pytest

from thalweg.errors import InputError
from thalweg.preprocess import images
from thalweg.preprocess.gradients import gradient_cells, normalised_blocks, oriented_gradients

IMAGES = np.random.default_rng(0).integers(0, 256, (5, 13, 18, 3)).astype(np.uint8)


def ramp(degrees, side=8):
    """A brightness that rises by 1 a pixel in one direction, from the right (0) over the bottom (90)."""
    down, right = np.mgrid[:side, :side]
    angle = np.deg2rad(degrees)
    return (right * np.cos(angle) + down * np.sin(angle))[None, :, :, None]


@pytest.mark.parametrize(("degrees", "orientation"), [(10, 0), (50, 2), (110, 5), (170, 8), (190, 0), (290, 5)])
def test_a_ramp_has_one_orientation(degrees, orientation):  # D15
    inner = gradient_cells(ramp(degrees), cell=2)[0, 1:-1, 1:-1]  # where every pixel has all neighbours
    # The two neighbours of a pixel are 2 apart.
    np.testing.assert_allclose(inner, np.broadcast_to(2.0 * (np.arange(9) == orientation), (2, 2, 9)), atol=1e-12)


def test_an_edge_is_one_orientation_whichever_side_is_bright():
    upright = np.zeros((1, 4, 4, 1), np.uint8)
    upright[:, :, 2:] = 200
    level = upright.transpose(0, 2, 1, 3)
    # Two of four pixels of each row see 200 on one side and 0 on the other: 8 x 200 / 16.
    for image, orientation in ((upright, 0), (200 - upright, 0), (level, 4), (200 - level, 4)):
        np.testing.assert_array_equal(gradient_cells(image, cell=4)[0, 0, 0], 100.0 * (np.arange(9) == orientation))


def test_the_channel_that_changes_most_is_taken():
    image = np.zeros((1, 4, 4, 3))
    image[:, 2:, :, 0] = 1.0
    image[:, :, 2:, 1] = 3.0
    assert gradient_cells(image, cell=2, orientations=2)[0, 0, 0].tolist() == [1.5, 0.25]  # 2 of 4 pixels of 3, 1 of 1


def test_what_is_right_of_whole_cells_and_below_is_in_none():
    cells = gradient_cells(IMAGES, cell=5)
    assert cells.shape == (5, 2, 3, 9)
    changed = IMAGES.copy()
    changed[:, 11:], changed[:, :, 16:] = 0, 0  # no neighbour of a pixel in a cell
    np.testing.assert_array_equal(gradient_cells(changed, cell=5), cells)


def test_a_part_of_a_picture_has_its_cells():
    part = gradient_cells(IMAGES[:, 4:, 4:16], cell=4)
    np.testing.assert_array_equal(part[:, 1:, 1:-1], gradient_cells(IMAGES, cell=4)[:, 2:, 2:-1])


def test_a_block_by_hand():
    # Of length 5: 0.6 and 0.8, cut to 0.2 each, and then of length 0.2 sqrt 2. Of (10, 1, 0, ...): 0.995 and 0.0995, of
    # which the first is cut to 0.2.
    cells = np.array([3.0, 0.0, 0.0, 4.0, 10.0, 0.0, 1.0, 0.0]).reshape(2, 1, 2, 2)
    cells = np.concatenate([cells, np.zeros_like(cells)], axis=1)
    one, two = normalised_blocks(cells)[:, 0, 0]
    np.testing.assert_allclose(one, [0.5**0.5, 0, 0, 0.5**0.5, 0, 0, 0, 0], atol=1e-8)
    small = 0.1 / 1.01**0.5
    np.testing.assert_allclose(two[[0, 2]], np.array([0.2, small]) / np.hypot(0.2, small), atol=1e-8)


def test_blocks_overlap_and_hold_cells_by_row_and_column():
    cells = np.random.default_rng(1).uniform(0.5, 1.0, (2, 3, 4, 3))
    blocks = normalised_blocks(cells)
    assert blocks.shape == (2, 2, 3, 12)
    for row, column in np.ndindex(2, 3):
        v = cells[:, row : row + 2, column : column + 2].reshape(2, 12)
        for _ in range(2):
            v = np.minimum(v / np.linalg.norm(v, axis=1, keepdims=True), 0.2 if _ == 0 else 1.0)
        np.testing.assert_allclose(blocks[:, row, column], v, atol=1e-8)


def test_light_and_contrast_fall_out():
    np.testing.assert_allclose(
        oriented_gradients(IMAGES, cell=4), oriented_gradients(IMAGES * 0.3 + 100.0, cell=4), atol=1e-6
    )


def test_an_image_of_one_colour_is_0():
    assert not oriented_gradients(np.full((1, 16, 16, 3), 77, np.uint8)).any()


def test_what_is_made_in_slices_is_what_is_made_at_once(monkeypatch):
    whole = oriented_gradients(IMAGES, cell=4), gradient_cells(IMAGES), normalised_blocks(gradient_cells(IMAGES, 4))
    monkeypatch.setattr(images, "SLICE", 2 * 13 * 18 * 3)
    sliced = oriented_gradients(IMAGES, cell=4), gradient_cells(IMAGES), normalised_blocks(gradient_cells(IMAGES, 4))
    for one, other in zip(whole, sliced, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda: oriented_gradients(IMAGES), "cells of 8 x 8 pixels, 2 x 2 cells a block, .* at least 16 x 16 pixels; "
         "got 13 x 18. Use a cell of 6 at most, or larger images"),
        (lambda: oriented_gradients(IMAGES, 1, block=14), "at least 14 x 14 pixels; got 13 x 18. Use smaller blocks"),
        (lambda: gradient_cells(IMAGES, cell=14), "at least 14 x 14 pixels; got 13 x 18. Use a cell of 13 at most"),
        (lambda: gradient_cells(IMAGES[..., 0]), r"of images \(n, height, width, channels\); got examples of .*13,"),
        (lambda: normalised_blocks(gradient_cells(IMAGES)), "blocks of 2 x 2 cells need as many cells; got 1 x 2. Use"),
    ],
)  # fmt: skip
def test_refuses_what_is_too_small(made, said):
    with pytest.raises(InputError, match=said):
        made()
