"""Pictures made smaller: block means by hand, and what small ones are."""

import numpy as np

from thalweg.monitors.picture import around_grey, from_black, shrunk


def test_blocks_at_the_end_are_the_mean_of_what_is_there():
    # 3 x 5 to at most 2: blocks of ceil(5 / 2) = 3, so one row of two columns, the second one 3 x 2.
    picture = np.arange(15, dtype=np.uint8).reshape(1, 3, 5, 1)
    # Columns 0-2 of rows 0, 5, 10 begin at 0, 5, 10: mean 6; columns 3-4: mean 3.5 + 5 = 8.5, to even 8.
    assert shrunk(picture, 2)[0, :, :, 0].tolist() == [[6, 8]]
    assert shrunk(picture.astype(np.float32), 2)[0, :, :, 0].tolist() == [[6.0, 8.5]]
    assert shrunk(picture, 2).dtype == np.uint8


def test_channels_and_pictures_stay_apart():
    pictures = np.zeros((2, 2, 2, 3), np.uint8)
    pictures[0, ..., 0], pictures[1, ..., 2] = 200, 100
    assert shrunk(pictures, 1).reshape(2, 3).tolist() == [[200, 0, 0], [0, 0, 100]]


def test_what_is_small_enough_stays_as_it_is():
    pictures = np.random.default_rng(0).integers(0, 256, (2, 4, 3, 1), dtype=np.uint8)
    assert shrunk(pictures, 4) is pictures


def test_each_picture_is_scaled_by_its_own_largest_number():
    # 2 -> 128 + 127, -1 -> 128 - 63.5 to even, 64; the second's only number is its largest, and below 0.
    pictures = np.array([[[[2.0, -1.0]]], [[[-0.001, 0.0]]], [[[0.0, 0.0]]]])
    assert around_grey(pictures).reshape(3, 2).tolist() == [[255, 64], [1, 128], [128, 128]]


def test_the_smallest_numbers_are_scaled_like_others():
    tiny = np.array([[[[1e-45], [-1e-45]]]], np.float32)
    assert around_grey(tiny).ravel().tolist() == [255, 1]


def test_the_largest_is_white_and_nothing_is_black():
    pictures = np.array([[[[2.0, 0.5]]], [[[0.0, 0.001]]], [[[0.0, 0.0]]]])
    assert from_black(pictures).reshape(3, 2).tolist() == [[255, 64], [0, 255], [0, 0]]  # 63.75 to 64
