"""Features side by side: order, names, greyscale images, files, misuse."""

import numpy as np
import pytest

from thalweg.data.split import Split
from thalweg.errors import InputError
from thalweg.preprocess.arrays import Standardize
from thalweg.preprocess.hue_histogram import HueHistogram
from thalweg.preprocess.image_features import ImageFeatures
from thalweg.preprocess.oriented_gradients import OrientedGradients
from thalweg.preprocess.visual_words import VisualWords

IMAGES = np.random.default_rng(0).integers(0, 256, (8, 12, 14, 3)).astype(np.uint8)
GREY = IMAGES[..., :1]
SPLIT = Split(np.arange(6), np.arange(6, 8), np.array([], int))
THREE = (VisualWords(words=5, patches=60), HueHistogram(4), OrientedGradients(4, 3))


def made(kind, x):
    return kind.apply(kind.fit(x, SPLIT), x)


def test_features_stand_side_by_side_in_their_order():  # D15
    fitted = ImageFeatures(THREE).fit(IMAGES, SPLIT)
    np.testing.assert_array_equal(
        ImageFeatures(THREE).apply(fitted, IMAGES), np.concatenate([made(kind, IMAGES) for kind in THREE], axis=1)
    )
    assert fitted.names == tuple(name for kind in THREE for name in kind.fit(IMAGES, SPLIT).names)


def test_two_of_a_kind_are_told_apart_by_place():
    names = ImageFeatures((HueHistogram(4), OrientedGradients(4), HueHistogram(2))).fit(IMAGES, SPLIT).names
    assert names[0] == "0: hue 0-90" and names[-1] == "2: hue 180-360" and names[4].startswith("gradient 0-20 at")


def test_greyscale_images_have_no_hue(tmp_path):
    kind = ImageFeatures(THREE)
    fitted = kind.fit(GREY, SPLIT)
    (remark,) = fitted.remarks
    assert remark.text == "ImageFeatures leaves out hue_histogram: greyscale images have no hue."
    np.testing.assert_array_equal(
        kind.apply(fitted, GREY), np.concatenate([made(THREE[0], GREY), made(THREE[2], GREY)], axis=1)
    )
    back = kind.unpack(*kind.pack(fitted))
    np.testing.assert_array_equal(kind.apply(back, GREY), kind.apply(fitted, GREY))
    assert kind.fit(IMAGES, SPLIT).remarks == ()
    with pytest.raises(InputError, match=r"got 1\. Greyscale images have no hue"):
        ImageFeatures((HueHistogram(),)).fit(GREY, SPLIT)


def test_what_a_kind_remarks_is_passed_on():
    dark = np.zeros((8, 40, 40, 3), np.uint8)
    dark[:, :12, :12] = IMAGES[:, :, :12]
    assert [remark.kind for remark in ImageFeatures(THREE).fit(dark, SPLIT).remarks] == ["flat_patches"]


def test_refuses_none_and_other_kinds():
    with pytest.raises(InputError, match=r"ImageFeatures\.features is empty\. Name one at least"):
        ImageFeatures(())
    with pytest.raises(InputError, match=r"ImageFeatures\.features must be a tuple of parts of the family 'image feat"):
        ImageFeatures((Standardize(),))
    with pytest.raises(InputError, match=r"cells of 8 x 8 pixels, .* at least 16 x 16 pixels; got 12 x 14"):
        ImageFeatures().fit(IMAGES, SPLIT)


@pytest.mark.parametrize("told", [None, [], [{}], [None] * 3, [{"shape": [12, 14, 3]}, "no", None]])
def test_refuses_a_file_that_is_not_of_its_kinds(told):
    with pytest.raises(InputError, match="the stored image features are not of 3 kinds, as the experiment has them"):
        ImageFeatures(THREE).unpack({}, {"features": told})
