"""Channel means: hand values, one number a channel, no leak, misuse."""

import numpy as np
import pytest

from thalweg.data.split import Split
from thalweg.errors import InputError
from thalweg.preprocess.arrays import PixelScale
from thalweg.preprocess.channels import CenterChannels

NOTHING = np.array([], int)
SPLIT = Split(np.arange(6), np.arange(6, 9), NOTHING)
IMAGES = np.random.default_rng(0).integers(0, 256, (9, 3, 2, 3), np.uint8)


def test_two_images_by_hand():
    # One row of two pixels each, two channels: the first holds 0, 10, 20, 50, mean 20; the second 7 throughout.
    x = np.array([[[[0, 7], [10, 7]]], [[[20, 7], [50, 7]]]], np.uint8)
    fitted = CenterChannels().fit(x, Split(np.arange(2), NOTHING, NOTHING))
    got = CenterChannels().apply(fitted, x)
    np.testing.assert_array_equal(got[..., 0], [[[-20, -10]], [[0, 30]]])
    np.testing.assert_array_equal(got[..., 1], 0)


def test_there_is_one_mean_a_channel_and_nothing_is_scaled():
    got = CenterChannels().apply(CenterChannels().fit(IMAGES, SPLIT), IMAGES)
    np.testing.assert_allclose(got[SPLIT.train].mean(axis=(0, 1, 2)), 0, atol=1e-4)
    shift = IMAGES - got
    np.testing.assert_allclose(shift, np.broadcast_to(shift[0, 0, 0], shift.shape), atol=1e-4)


def test_it_is_pixel_scale_without_the_scale():
    plain, scaled = (kind.apply(kind.fit(IMAGES, SPLIT), IMAGES) for kind in (CenterChannels(), PixelScale()))
    np.testing.assert_allclose(plain, 255 * scaled, atol=1e-4)


def test_images_of_any_numbers_are_taken():
    x = IMAGES.astype(np.float32) / 100 - 1
    got = CenterChannels().apply(CenterChannels().fit(x, SPLIT), x)
    np.testing.assert_allclose(got, x - x[SPLIT.train].mean(axis=(0, 1, 2)), atol=1e-6)


def test_rows_outside_training_cannot_leak():
    wild = IMAGES.copy()
    wild[6:] = 255
    one, other = (CenterChannels().fit(x, SPLIT).shift for x in (IMAGES, wild))
    assert one.tobytes() == other.tobytes()


def test_refuses_what_are_no_images():
    with pytest.raises(InputError, match=r"CenterChannels needs images .*; got examples of shape \(3,\)\. Use --set"):
        CenterChannels().fit(np.eye(3), SPLIT)
