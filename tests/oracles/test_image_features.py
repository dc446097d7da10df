"""Our image features against scikit-image's."""

import numpy as np
import pytest
from skimage.feature import hog

from thalweg.preprocess.gradients import oriented_gradients

IMAGES = np.random.default_rng(0).integers(0, 256, (2, 36, 43, 3)).astype(np.uint8)


@pytest.mark.parametrize(("cell", "orientations", "block"), [(8, 9, 2), (5, 6, 3), (4, 12, 1)])
@pytest.mark.parametrize("images", [IMAGES, IMAGES[..., :1], IMAGES / 255.0], ids=["colour", "grey", "fractions"])
def test_oriented_gradients_are_theirs(cell, orientations, block, images):
    for ours, image in zip(oriented_gradients(images, cell, orientations, block), images, strict=True):
        theirs = hog(image, orientations, (cell, cell), (block, block), channel_axis=2, feature_vector=False)
        np.testing.assert_allclose(ours, theirs.reshape(ours.shape), atol=1e-6)
