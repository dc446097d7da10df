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
COLOURS = 3
GRADIENTS = OrientedGradients()
SMALLEST = GRADIENTS.cell * GRADIENTS.block  # side of an image
FEATURES = ImageFeatures((HueHistogram(), GRADIENTS))


def linear_on_features(train: Examples, x: UInt8[np.ndarray, "n height width channels"]) -> Predicted:
    """Fit logistic regression on histograms of hue and of oriented gradients, standardised.

    Of greyscale images there are gradients alone; a fourth channel, of how opaque a pixel is, is not looked at.

    Args:
        train: The images to fit on.
        x: The images to predict; of 16 x 16 pixels at least.

    Returns:
        The prediction, and whether the fit was stopped early.

    Source: CS231n assignment 1, "Features".
    """
    images, asked = (values[..., :COLOURS] for values in (train.x, x))
    fitted = FEATURES.fit(images, _all_of(images))
    inputs, asked = FEATURES.apply(fitted, images), FEATURES.apply(fitted, asked)
    scaling = Standardize().fit(inputs, _all_of(inputs))
    inputs, asked = (Standardize().apply(scaling, values) for values in (inputs, asked))
    return linear(train._replace(x=inputs), asked)


def how_many(images: UInt8[np.ndarray, "n height width channels"]) -> int:
    """Return how many numbers an image becomes.

    Args:
        images: At least one.

    Returns:
        Their number; 0 for images that are too small to have gradients in cells.
    """
    if min(images.shape[1:3]) < SMALLEST:
        return 0
    return len(FEATURES.fit(images[:1, ..., :COLOURS], _all_of(images[:1])).names)


def _all_of(rows: np.ndarray) -> Split:
    none = np.array([], np.int64)
    return Split(np.arange(len(rows)), none, none)
