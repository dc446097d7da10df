"""Windows over a picture at several sizes: places, scores and boxes by hand, a template that knows its object."""

import numpy as np
import pytest

from thalweg.classic.detector import Template, best, look
from thalweg.classic.pyramid import Level, pyramid, resized, scales
from thalweg.classic.sliding_window import boxes_of, score_map, windows
from thalweg.errors import InputError
from thalweg.preprocess.gradients import oriented_gradients

GRID = np.arange(24.0).reshape(3, 4, 2)


def test_a_window_is_its_part_of_the_grid_row_by_row():  # D15
    found = windows(GRID, 2, 3)
    assert found.shape == (2, 2, 12)
    np.testing.assert_array_equal(found[1, 0], GRID[1:3, 0:3].ravel())
    np.testing.assert_array_equal(windows(GRID, 1, 2, stride=2)[1, 1], GRID[2, 2:4].ravel())
    assert windows(GRID, 1, 2, stride=2).shape == (2, 2, 4)


def test_scores_are_those_of_each_window_by_itself():
    template = np.random.default_rng(0).normal(size=(2, 3, 2))
    np.testing.assert_allclose(score_map(GRID, template, 0.5), windows(GRID, 2, 3) @ template.ravel() + 0.5)


def test_where_the_window_is_larger_than_the_grid_there_is_none():
    assert windows(GRID, 4, 1).shape[:2] == (0, 0) and windows(GRID, 4, 1).size == 0
    assert score_map(GRID, np.ones((4, 1, 2))).shape == (0, 4)


def test_a_box_is_where_the_window_lies_in_the_picture():
    level = Level(0.5, 8, np.zeros((9, 9, 36)))  # 8 pixels of the level are 16 of the picture
    found = boxes_of(level, np.array([[0, 0], [1, 2]]), 4)
    np.testing.assert_array_equal(found, [[0, 0, 64, 64], [16, 32, 80, 96]])
    np.testing.assert_array_equal(boxes_of(level, np.array([[1, 2]]), 4, inner=0.75), [[24, 40, 72, 88]])


def test_scales_grow_by_one_factor():
    np.testing.assert_allclose(scales(0.5, 4.0, 4), [0.5, 1, 2, 4])
    assert scales(0.7, 2.0, 1) == (0.7,)


def test_a_picture_has_a_level_for_each_size_at_which_it_has_a_block():
    picture = np.random.default_rng(0).integers(0, 256, (32, 48, 3), np.uint8)
    found = pyramid(picture, (0.25, 0.5, 1.0, 2.0))  # 32 x 0.25 is one cell: no block
    assert [level.scale for level in found] == [0.5, 1.0, 2.0]
    assert [level.grid.shape for level in found] == [(1, 2, 36), (3, 5, 36), (7, 11, 36)]
    np.testing.assert_array_equal(found[1].grid, oriented_gradients(picture[None])[0])


def test_a_resized_picture_keeps_its_channels_and_its_mean():
    flat = np.full((6, 4, 3), (10, 20, 30), np.uint8)
    np.testing.assert_array_equal(resized(flat, 0.5), np.full((3, 2, 3), (10, 20, 30)))
    np.testing.assert_array_equal(resized(flat[:, :, :1], 2.0), np.full((12, 8, 1), 10))
    assert resized(flat, 0.01).shape == (1, 1, 3)


def test_a_template_finds_its_own_window_at_its_place_and_size():
    generator = np.random.default_rng(1)
    picture = resized(generator.integers(0, 256, (12, 16, 1), np.uint8), 8.0)  # 96 x 128 pixels of soft noise
    levels = pyramid(picture, (0.5, 1.0))
    own = levels[1].grid[4:7, 9:12]  # 4 x 4 cells from pixel (32, 72) on
    template = Template(own, -float((own * own).sum()) + 0.01, 1.0)
    found = best(look(levels, template, -2.0))
    np.testing.assert_array_equal(found.boxes[0], [32, 72, 64, 104])
    assert found.scores[0] == pytest.approx(0.01, abs=1e-4) and found.windows[0].tolist() == [1, 4, 9]
    assert template.cells == 4 and len(look(levels, template, 0.0).scores) == 1
    shrunk = pyramid(resized(picture, 2.0), (0.5,))  # the same object twice as large
    np.testing.assert_allclose(best(look(shrunk, template, -2.0)).boxes[0], [64, 144, 128, 208])


def test_a_picture_too_small_for_the_template_holds_nothing():
    template = Template(np.ones((7, 7, 36)), 0.0, 1.0)
    for levels in ((), pyramid(np.zeros((16, 16, 3), np.uint8), (1.0,))):
        found = best(look(levels, template, -1.0))
        assert found.boxes.shape == (0, 4) and found.scores.shape == (0,) and found.windows.shape == (0, 3)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: scales(0.0, 1.0, 2), "scales run from one above 0 to one no smaller.*; got 0.0 to 1.0 in 2"),
        (lambda: scales(2.0, 1.0, 2), "got 2.0 to 1.0 in 2"),
        (lambda: scales(1.0, 2.0, 0), "got 1.0 to 2.0 in 0"),
        (lambda: windows(GRID, 0, 2), "windows need sizes and strides of 1 or more; got 0 x 2, stride 1"),
        (lambda: windows(GRID, 2, 2, stride=0), "got 2 x 2, stride 0"),
        (lambda: pyramid(np.zeros((9, 9, 1), np.uint8), (1.0,), cell=0), "cells need a side of 1 pixel or more; got 0"),
    ],
)
def test_what_slides_nowhere_is_refused(call, message):
    with pytest.raises(InputError, match=message):
        call()
