"""A linear classifier on features of images: how images were classified before networks learned their own."""

import numpy as np
from jaxtyping import UInt8

from thalweg.classic.models import Examples, Predicted, linear
from thalweg.data.split import Split
from thalweg.preprocess.arrays import Standardize
from thalweg.preprocess.hue_histogram import HueHistogram
from thalweg.preprocess.image_features import ImageFeatures
from thalweg.preprocess.oriented_gradients import OrientedGradients

ON_FEATURES = "linear on image features"
GRADIENTS = OrientedGradients()
FEATURES = ImageFeatures((HueHistogram(), GRADIENTS))


def linear_on_features(train: Examples, x: UInt8[np.ndarray, "n height width channels"]) -> Predicted:
    """Fit logistic regression on histograms of hue and of oriented gradients, standardised.

    Args:
        train: The images to fit on.
        x: The images to predict; of 16 x 16 pixels at least.

    Returns:
        The prediction, and whether the fit was stopped early.

    Source: CS231n assignment 1, "Features".
    """
    fitted = FEATURES.fit(train.x, _all_of(train.x))
    inputs, asked = FEATURES.apply(fitted, train.x), FEATURES.apply(fitted, x)
    scaling = Standardize().fit(inputs, _all_of(inputs))
    inputs, asked = (Standardize().apply(scaling, values) for values in (inputs, asked))
    return linear(train._replace(x=inputs), asked)


def why_not(images: UInt8[np.ndarray, "n height width channels"]) -> str:
    """Say why images have no such features.

    Args:
        images: All of them.

    Returns:
        What is to be said of a model that is left out; "" if they have some.
    """
    side = GRADIENTS.cell * GRADIENTS.block
    small = min(images.shape[1:3]) < side
    return f"left out: images of less than {side} x {side} pixels" if small else ""


def _all_of(rows: np.ndarray) -> Split:
    none = np.array([], np.int64)
    return Split(np.arange(len(rows)), none, none)
