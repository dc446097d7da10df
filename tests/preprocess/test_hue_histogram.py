"""Histograms of hue: colours by hand, weights, order, misuse."""

import colorsys

import numpy as np
import pytest

from thalweg.data.split import Split
from thalweg.errors import InputError
from thalweg.preprocess import images
from thalweg.preprocess.hue_histogram import HueHistogram

NOTHING = np.array([], int)
IMAGES = np.random.default_rng(0).integers(0, 256, (5, 4, 6, 3)).astype(np.uint8)


def made(kind, x):
    return kind.apply(kind.fit(x, Split(np.arange(len(x)), NOTHING, NOTHING)), x)


@pytest.mark.parametrize(
    ("colour", "place", "saturation"),
    [
        ((255, 0, 0), 0, 1.0),
        ((200, 150, 100), 1, 0.5),  # 60 x (150 - 100) / 100 = 30 degrees
        ((20, 20, 10), 2, 0.5),  # red and green alike are yellow, 60
        ((0, 7, 0), 4, 1.0),
        ((0, 100, 75), 5, 1.0),  # 60 x (2 + 75 / 100) = 165
        ((0, 0, 255), 8, 1.0),
        ((200, 0, 200), 10, 1.0),
        ((100, 0, 1), 11, 1.0),  # 60 x (-1 / 100) = -0.6, which is 359.4
    ],
)
def test_an_image_of_one_colour_is_in_one_bin(colour, place, saturation):  # D15
    image = np.tile(np.array(colour, np.uint8), (1, 3, 5, 1))
    np.testing.assert_array_equal(made(HueHistogram(), image)[0], saturation * (np.arange(12) == place))


def test_grey_pixels_are_in_none():
    image = np.array([[[[0, 0, 0], [9, 9, 9]], [[255, 255, 255], [0, 0, 80]]]], np.uint8)
    assert made(HueHistogram(3), image).tolist() == [[0.0, 0.0, 0.25]]  # blue, one pixel of four


@pytest.mark.parametrize("bins", [1, 7, 12])
def test_it_is_what_the_standard_library_makes_of_each_pixel(bins):
    expected = np.zeros((5, bins))
    for number, image in enumerate(IMAGES):
        for pixel in image.reshape(-1, 3):
            hue, saturation, _ = colorsys.rgb_to_hsv(*(pixel / 255))
            expected[number, int(hue * bins)] += saturation / 24
    np.testing.assert_allclose(made(HueHistogram(bins), IMAGES), expected, atol=1e-6)


def test_the_unit_of_the_pixels_and_their_places_do_not_count():
    bags = made(HueHistogram(), IMAGES)
    np.testing.assert_allclose(made(HueHistogram(), IMAGES / 255.0), bags, atol=1e-7)
    np.testing.assert_allclose(made(HueHistogram(), IMAGES[:, ::-1, ::-1]), bags, atol=1e-7)


def test_what_is_made_in_slices_is_what_is_made_at_once(monkeypatch):
    whole = made(HueHistogram(), IMAGES)
    monkeypatch.setattr(images, "SLICE", 2 * IMAGES[0].size)
    np.testing.assert_array_equal(made(HueHistogram(), IMAGES), whole)


def test_names_are_hues_in_degrees():
    split = Split(np.arange(5), NOTHING, NOTHING)
    assert HueHistogram().fit(IMAGES, split).names[:2] == ("hue 0-30", "hue 30-60")
    assert HueHistogram(7).fit(IMAGES, split).names[-1] == "hue 308.571-360"


@pytest.mark.parametrize(
    ("x", "said"),
    [
        (np.zeros((2, 64)), r"histograms of hue are of images \(n, height, width, channels\); got examples of shape"),
        (IMAGES[..., :1], "of 3 channels, red, green and blue; got 1. Greyscale images have no hue: use oriented_grad"),
        (IMAGES - 128.0, "of pixels from 0 up; got -128. Put hue_histogram before what scales"),
    ],
)
def test_refuses_what_has_no_hue(x, said):
    with pytest.raises(InputError, match=said):
        made(HueHistogram(), x)


def test_refuses_no_bins_and_other_shapes():
    with pytest.raises(InputError, match=r"HueHistogram\.bins must be at least 1; got 0"):
        HueHistogram(0)
    fitted = HueHistogram().fit(IMAGES, Split(np.arange(5), NOTHING, NOTHING))
    with pytest.raises(InputError, match=r"fitted to examples of shape \(4, 6, 3\); got \(6, 4, 3\)"):
        HueHistogram().apply(fitted, IMAGES.transpose(0, 2, 1, 3))
