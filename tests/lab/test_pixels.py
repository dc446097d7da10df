"""What pages draw pixel by pixel: strokes of gradients, outlines of boxes."""

import numpy as np

from thalweg.lab.glyphs import cells_of_blocks, glyphs
from thalweg.lab.outlines import Pen, outlined
from thalweg.preprocess.gradients import gradient_cells, normalised_blocks

BLUE, DASHED = Pen((0, 0, 200), 0), Pen((0, 200, 0), 3)


def test_a_stroke_runs_along_the_edge_that_it_means():
    ramp = np.repeat(np.arange(0.0, 80.0, 10.0)[None, :], 8, axis=0)[None, :, :, None]  # brighter to the right
    for image, upright in ((ramp, True), (ramp.transpose(0, 2, 1, 3), False)):
        picture = glyphs(gradient_cells(image, 8, 2)[0], side=9)[:, :, 0]
        # Of two bins the middles are 45 and 135 degrees: a gradient across is drawn from lower left to upper right.
        slope = picture if upright else picture[:, ::-1]
        assert slope[4, 4] == slope[6, 2] == slope[2, 6] == 255 and slope[2, 2] == slope[6, 6] == 0
    nine = glyphs(gradient_cells(ramp, 8, 9)[0], side=9)[:, :, 0]  # 10 degrees from upright
    assert nine[1, 4] > 0 and nine[7, 4] > 0 and nine[4, 1] == nine[4, 7] == 0


def test_brightness_is_the_amount_and_what_is_below_0_is_not_drawn():
    picture = glyphs(np.array([[[4.0], [1.0], [-3.0]]]), side=5)[:, :, 0]
    assert [picture[2, 2 + 5 * k] for k in range(3)] == [255, 64, 0] and picture.shape == (5, 15)
    assert not glyphs(np.zeros((2, 2, 9))).any()


def test_a_cell_is_what_its_blocks_say_of_it():
    cells = np.random.default_rng(0).random((1, 4, 5, 9))
    blocks = normalised_blocks(cells)[0]
    found = cells_of_blocks(blocks)
    assert found.shape == (4, 5, 9)
    by_hand = blocks[0, 1, 27:] + blocks[0, 2, 18:27] + blocks[1, 1, 9:18] + blocks[1, 2, :9]
    np.testing.assert_allclose(found[1, 2], by_hand)  # it is the lower right cell of block (0, 1), and so on
    np.testing.assert_allclose(found[3, 4], blocks[2, 3, 27:])


def test_an_outline_is_two_pixels_wide_between_dark_ones():
    white = np.full((20, 20, 3), 255, np.uint8)
    found = outlined(white, np.array([[4.0, 5.0, 16.0, 15.0]]), BLUE)
    row = found[10]
    assert [tuple(row[k]) for k in range(3, 10)] == [
        (255, 255, 255), (0, 0, 0), (0, 0, 200), (0, 0, 200), (0, 0, 0), (255, 255, 255), (255, 255, 255),
    ]  # fmt: skip
    np.testing.assert_array_equal(found, found[:, ::-1])
    assert tuple(found[4, 5]) == tuple(found[15, 14]) == (0, 0, 200) and tuple(found[16, 15]) == (0, 0, 0)
    assert (white == 255).all() and (outlined(white, np.zeros((0, 4)), BLUE) == 255).all()


def test_dashes_leave_the_picture_as_it_is_between_them():
    found = outlined(np.full((30, 30, 3), 255, np.uint8), np.array([[2.0, 2.0, 26.0, 26.0]]), DASHED)
    assert [tuple(found[2, k]) == (0, 200, 0) for k in range(2, 14)] == [True] * 3 + [False] * 3 + [True] * 3 + [
        False
    ] * 3
    assert tuple(found[2, 6]) == (255, 255, 255)


def test_what_lies_outside_of_the_picture_is_not_drawn():
    found = outlined(np.full((10, 10, 3), 255, np.uint8), np.array([[-5.0, -5.0, 6.0, 30.0]]), BLUE)
    assert tuple(found[5, 3]) == (0, 0, 200) and tuple(found[9, 9]) == (255, 255, 255)
