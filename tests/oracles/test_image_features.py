"""Our image features against scikit-image's."""

import numpy as np
import pytest
from skimage.color import rgb2hsv
from skimage.feature import hog

from thalweg.data.split import Split
from thalweg.preprocess.gradients import oriented_gradients
from thalweg.preprocess.hue_histogram import HueHistogram

IMAGES = np.random.default_rng(0).integers(0, 256, (2, 36, 43, 3)).astype(np.uint8)


@pytest.mark.parametrize(("cell", "orientations", "block"), [(8, 9, 2), (5, 6, 3), (4, 12, 1)])
@pytest.mark.parametrize("images", [IMAGES, IMAGES[..., :1], IMAGES / 255.0], ids=["colour", "grey", "fractions"])
def test_oriented_gradients_are_theirs(cell, orientations, block, images):
    for ours, image in zip(oriented_gradients(images, cell, orientations, block), images, strict=True):
        theirs = hog(image, orientations, (cell, cell), (block, block), channel_axis=2, feature_vector=False)
        np.testing.assert_allclose(ours, theirs.reshape(ours.shape), atol=1e-6)


def test_hues_are_theirs_weighted_by_their_saturation():
    hsv = rgb2hsv(IMAGES)
    edges = np.linspace(0, 1, 13)
    theirs = [np.histogram(image[..., 0], edges, weights=image[..., 1])[0] / image[..., 0].size for image in hsv]
    fitted = HueHistogram().fit(IMAGES, Split(np.arange(2), np.array([], int), np.array([], int)))
    np.testing.assert_allclose(HueHistogram().apply(fitted, IMAGES), theirs, atol=1e-4)  # a hue on an edge may fall off
