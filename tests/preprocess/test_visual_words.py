"""Visual words: two kinds of patches, order, flat images, files that do not go together, misuse."""

import re

import numpy as np
import pytest

from thalweg.data.split import Split
from thalweg.errors import InputError
from thalweg.preprocess import images
from thalweg.preprocess.k_means import nearest
from thalweg.preprocess.patches import grid_patches, without_contrast
from thalweg.preprocess.spatial_pyramid import pyramid_bags
from thalweg.preprocess.visual_words import VisualWords

NOTHING = np.array([], int)
IMAGES = np.random.default_rng(0).integers(0, 256, (8, 9, 11, 3)).astype(np.uint8)
SPLIT = Split(np.arange(6), np.arange(6, 8), NOTHING)
SMALL = VisualWords(words=5, patch=4, patches=60)


def falling(high, wide):
    """A brightness that falls from left to right in ever the same way, so that all its patches are one."""
    return np.tile(np.arange(wide, 0.0, -1.0)[:, None], (1, high, 1, 1))


def test_two_kinds_of_patches_are_two_words():  # D15
    left, up = falling(8, 8), falling(8, 8).transpose(0, 2, 1, 3)
    upper = np.concatenate([left, up], axis=1)  # one above the other
    kind = VisualWords(words=2, patch=2, stride=2, pyramid=2, patches=200)
    fitted = kind.fit(np.concatenate([left, up]), Split(np.array([0, 1]), NOTHING, NOTHING))
    # A patch is (2, 1, 2, 1) but for its mean, or (2, 2, 1, 1): (1, -1, 1, -1) / 2, of variance 1 / 4, so that with a
    # hundredth of it more it is divided by sqrt(1.01) / 2.
    expected = np.array([[1, -1, 1, -1], [1, 1, -1, -1]]) / 1.01**0.5
    first = 0 if fitted.codebook[0, 1] < 0 else 1
    np.testing.assert_allclose(fitted.codebook[[first, 1 - first]], expected, atol=1e-12)
    assert fitted.smoothing == pytest.approx(0.0025)
    named = dict(zip(fitted.names, kind.apply(fitted._replace(shape=(16, 8, 1)), upper)[0], strict=True))
    across, down = f"word {first}", f"word {1 - first}"
    assert named[across] == named[down] == 0.5
    assert named[f"{across} at (0, 1) of 2 x 2"] == named[f"{down} at (1, 0) of 2 x 2"] == 1
    assert named[f"{across} at (1, 1) of 2 x 2"] == named[f"{down} at (0, 0) of 2 x 2"] == 0


def test_each_number_is_a_share_of_patches():
    kind = VisualWords(words=5, patch=4, stride=1, pyramid=2, patches=60)
    fitted = kind.fit(IMAGES, SPLIT)
    patches = without_contrast(grid_patches(IMAGES, 4, 1), fitted.smoothing)
    words = nearest(patches.reshape(-1, 48), fitted.codebook).reshape(8, 6, 8)
    np.testing.assert_allclose(kind.apply(fitted, IMAGES), pyramid_bags(words, 5, 2), rtol=1e-6)
    assert len(fitted.names) == 25


def test_light_and_contrast_of_all_images_fall_out():
    want = SMALL.apply(SMALL.fit(IMAGES, SPLIT), IMAGES)
    dim = IMAGES * 0.25 + 3.0
    np.testing.assert_array_equal(SMALL.apply(SMALL.fit(dim, SPLIT), dim), want)


def test_words_hang_on_their_own_seed():
    one, again = (SMALL.fit(IMAGES, SPLIT).codebook for _ in range(2))
    np.testing.assert_array_equal(one, again)
    other = VisualWords(words=5, patch=4, patches=60, seed=1).fit(IMAGES, SPLIT).codebook
    assert not np.array_equal(one, other)


def test_what_is_made_in_slices_is_what_is_made_at_once(monkeypatch):
    fitted = SMALL.fit(IMAGES, SPLIT)
    whole = SMALL.apply(fitted, IMAGES)
    monkeypatch.setattr(images, "SLICE", 1)
    np.testing.assert_array_equal(SMALL.apply(fitted, IMAGES), whole)


def test_many_patches_of_one_brightness_are_told():
    dark = np.zeros((4, 30, 30, 1))
    dark[:, :6, :6] = np.random.default_rng(0).normal(size=(4, 6, 6, 1))
    fitted = VisualWords(words=5, patch=4, patches=2000).fit(dark, Split(np.arange(4), NOTHING, NOTHING))
    # A patch of 4 x 4 shows something if it begins in the first 6 of 27 rows and columns: 36 of 729,
    # so that 95.1% do not, and half a percent more or less of 2,000 drawn.
    (remark,) = fitted.remarks
    assert remark.kind == "flat_patches" and remark.severity == "note"
    assert re.match(
        "VisualWords: 9[456]% of the patches drawn of the training images are of one brightness", remark.text
    )
    assert SMALL.fit(IMAGES, SPLIT).remarks == ()


def test_patches_of_one_brightness_are_of_one_kind_whatever_rounding_makes_of_them():
    walls = np.random.default_rng(0).uniform(size=(40, 1, 1, 1)) * np.ones((40, 9, 9, 1))
    x = np.concatenate([walls, falling(9, 9)])
    kind = VisualWords(words=3, patch=3, patches=2000)
    with pytest.raises(InputError, match="the 2,000 points are of 2 different kinds"):
        kind.fit(x, Split(np.arange(41), NOTHING, NOTHING))


def test_refuses_images_without_contrast_and_too_few_kinds_of_patches():
    with pytest.raises(InputError, match="no contrast in the 60 patches that it drew of the training images: each is"):
        SMALL.fit(np.full_like(IMAGES, 7), SPLIT)
    x = np.concatenate([falling(8, 8), falling(8, 8).transpose(0, 2, 1, 3)])
    with pytest.raises(InputError, match="finds too few words: k-means was asked for 5 groups; the 60 points are of 2"):
        SMALL.fit(x, Split(np.array([0, 1]), NOTHING, NOTHING))


@pytest.mark.parametrize(("fields", "said"), [
    ({"words": 0}, "words must be at least 1; got 0"),
    ({"patch": 0}, "patch must be at least 1; got 0"),
    ({"stride": 0}, "stride must be at least 1; got 0"),
    ({"patches": 0}, "patches must be at least 1; got 0"),
    ({"seed": -1}, "seed must be at least 0; got -1"),
    ({"patches": 1_000_001}, "patches must be at most 1,000,000; got 1000001"),
    ({"pyramid": 0}, "pyramid must be from 1 to 6 levels; got 0"),
    ({"pyramid": 7}, "pyramid must be from 1 to 6 levels; got 7"),
    ({"patches": 100}, r"patches must be at least VisualWords\.words; got 100 patches for 128 words"),
])  # fmt: skip
def test_refuses_sizes_that_are_none(fields, said):
    with pytest.raises(InputError, match=rf"VisualWords\.{said}"):
        VisualWords(**fields)


@pytest.mark.parametrize(("kind", "x", "said"), [
    (SMALL, np.zeros((8, 64)), r"visual words are of images .* got examples of shape \(64,\)"),
    (VisualWords(patch=10), IMAGES, "of 10 x 10 pixels need images of at least 10 x 10 pixels; got 9 x 11. Use smaller"
     " patches, or"),
    (VisualWords(patch=4, pyramid=3), IMAGES, "of 4 x 4 pixels and a pyramid of 3 levels need images of at least 10 x "
     "10 pixels; got 9 x 11. Use smaller patches, fewer levels, or larger images"),
])  # fmt: skip
def test_refuses_images_too_small(kind, x, said):
    with pytest.raises(InputError, match=said):
        kind.fit(x, SPLIT)


def test_refuses_to_draw_more_than_can_be_held():
    # 1,000,000 patches of 9 x 9 pixels in 3 channels are 243 million numbers.
    with pytest.raises(InputError, match="would draw 1,000,000 patches of 243 numbers; at most 134,217,728"):
        VisualWords(patch=9, patches=1_000_000).fit(IMAGES, SPLIT)


def test_refuses_other_shapes():
    with pytest.raises(InputError, match=r"fitted to examples of shape \(9, 11, 3\); got \(9, 11, 1\)"):
        SMALL.apply(SMALL.fit(IMAGES, SPLIT), IMAGES[..., :1])


@pytest.mark.parametrize(("arrays", "facts", "said"), [
    ({}, {}, "lack the shape of an image, a smoothing above 0 or a codebook"),
    ({"codebook": np.zeros((5, 48))}, {"smoothing": 0.0}, "lack the shape of an image, a smoothing above 0"),
    ({"codebook": np.zeros((5, 48))}, {"shape": [9, 11]}, "lack the shape of an image, a smoothing above 0"),
    ({"codebook": np.zeros((5, 47))}, {}, r"of shape \(5, 47\); 5 words of 4 x 4 pixels and 3 channels were to be"),
])  # fmt: skip
def test_refuses_stored_words_that_do_not_go_together(arrays, facts, said):
    with pytest.raises(InputError, match=said):
        SMALL.unpack(arrays, {"shape": [9, 11, 3], "smoothing": 1.0, **facts})
