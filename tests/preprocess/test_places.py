"""Which preprocessings leave pixels where they are."""

import numpy as np
import pytest

from thalweg.data.split import Split
from thalweg.preprocess.arrays import Center, MinMax, NoPreprocessing, PixelScale, Standardize
from thalweg.preprocess.chain import fit
from thalweg.preprocess.channels import CenterChannels
from thalweg.preprocess.pca import PCA
from thalweg.preprocess.places import keeps_places
from thalweg.preprocess.polynomial import Polynomial
from thalweg.preprocess.zca_whitening import ZcaWhitening

IMAGES = np.random.default_rng(0).integers(0, 256, (12, 2, 2, 1), dtype=np.uint8)
PARTS = Split(np.arange(12), np.array([], int), np.array([], int))


@pytest.mark.parametrize(
    ("preprocess", "kept"),
    [
        (Standardize(), True),
        (MinMax(), True),
        (Center(), True),
        (PixelScale(), True),
        (NoPreprocessing(), True),
        ((CenterChannels(), Standardize()), True),
        (ZcaWhitening(), False),
        ((Standardize(), PCA(2)), False),
        (Polynomial(), False),
    ],
)
def test_a_step_that_mixes_pixels_keeps_no_place(preprocess, kept):
    inputs = IMAGES if not isinstance(preprocess, Polynomial) else IMAGES.reshape(12, 4).astype(np.float32)
    assert keeps_places(preprocess, fit(preprocess, inputs, PARTS)) is kept
