"""Preprocessing of numbers: each kind scales every feature of an example on its own.

All fit to the training part only: `fit` takes the whole inputs with their split and picks the rows itself. They
share `apply`, `pack` and `unpack`, for all learn a shift and a scale. The same kinds serve a table's numeric columns,
one column at a time.

What it leaves out: mixing features, which `pca.py` and its neighbours do, and channel means without a scale, which are
in `channels.py`.
"""

import numpy as np

from thalweg.data.split import Split
from thalweg.errors import InputError
from thalweg.preprocess import affine
from thalweg.preprocess.affine import Affine, constant_remarks, feature_name, training_mean, training_statistics
from thalweg.spec import spec, tunable
from thalweg.types import Scalar


@spec
class Standardize:
    """Give every feature mean 0 and standard deviation 1 over the training rows.

        x' = (x - mean) / std,    std = sqrt(mean((x - mean)^2))

    The variance is divided by n, not by n - 1. A feature that is constant over the training rows is named in a
    remark and becomes 0 everywhere, in new data too.

    Example:
        >>> parts = Split(np.array([0, 1]), np.array([2]), np.array([], int))
        >>> x = np.array([[1.0], [3.0], [9.0]])
        >>> Standardize().apply(Standardize().fit(x, parts), x).ravel().tolist()
        [-1.0, 1.0, 7.0]

    Source: CS231n notes, "Neural Networks Part 2", "Data Preprocessing"; LeCun et al., "Efficient BackProp", 1998,
    section 4.3.
    """

    def fit(self, inputs: np.ndarray, split: Split) -> Affine:
        """Return the training rows' mean and deviation of each feature of `inputs` (n, ...)."""
        of = training_statistics(inputs, split)
        scale = np.where(of.constant, np.inf, of.deviation)
        return Affine(of.mean, scale, constant_remarks(of.constant, feature_name(inputs.shape[1:])))

    apply = staticmethod(affine.apply)
    pack = staticmethod(affine.pack)
    unpack = staticmethod(affine.unpack)


@spec
class MinMax:
    """Stretch every feature so that its training values fill [low, high].

        x' = low + (x - min) (high - low) / (max - min)

    New values may lie outside. A feature that is constant over the training rows is named in a remark and becomes 0.

    Args:
        low: Smallest training value afterwards.
        high: Largest training value afterwards; above `low`.

    Raises:
        InputError: If `high` is not above `low`.

    Source: CS231n notes, "Neural Networks Part 2", "Data Preprocessing".
    """

    low: Scalar = tunable(0.0)
    high: Scalar = tunable(1.0)

    def __post_init__(self):
        """Check that the interval is one."""
        if not float(self.low) < float(self.high):
            raise InputError(f"MinMax.high must be above MinMax.low; got low {self.low} and high {self.high}.")

    def fit(self, inputs: np.ndarray, split: Split) -> Affine:
        """Return the shift and scale that stretch the training rows of `inputs` (n, ...)."""
        of = training_statistics(inputs, split)
        # Divided before subtracting, for max - min may overflow where neither end does.
        width = float(self.high) - float(self.low)
        scale = of.high / width - of.low / width
        shift = of.low - float(self.low) * scale  # so that min goes to low
        scale = np.where(of.constant, np.inf, scale)
        return Affine(shift, scale, constant_remarks(of.constant, feature_name(inputs.shape[1:])))

    apply = staticmethod(affine.apply)
    pack = staticmethod(affine.pack)
    unpack = staticmethod(affine.unpack)


@spec
class Center:
    """Give every feature mean 0 over the training rows, and leave its scale.

        x' = x - mean

    Source: CS231n notes, "Neural Networks Part 2", "Data Preprocessing", "Mean subtraction".
    """

    def fit(self, inputs: np.ndarray, split: Split) -> Affine:
        """Return the training rows' mean of each feature of `inputs` (n, ...)."""
        of = training_statistics(inputs, split)
        scale = np.where(of.constant, np.inf, 1.0)
        return Affine(of.mean, scale, constant_remarks(of.constant, feature_name(inputs.shape[1:])))

    apply = staticmethod(affine.apply)
    pack = staticmethod(affine.pack)
    unpack = staticmethod(affine.unpack)


@spec
class PixelScale:
    """Bring pixels to 0 .. 1 and subtract the mean of each channel over the training images.

        x' = x / 255 - mean_c(x / 255)

    One mean a channel, not a pixel: a shift of the image then shifts the output and changes nothing else.

    Source: Simonyan and Zisserman, "Very deep convolutional networks for large-scale image recognition", 2015,
    section 2.1.
    """

    def fit(self, inputs: np.ndarray, split: Split) -> Affine:
        """Return the channel means of the training rows of `inputs` (n, height, width, channels).

        Raises:
            InputError: If the inputs are not uint8 images.
        """
        if inputs.dtype != np.uint8 or inputs.ndim != 4:
            raise InputError(
                "PixelScale needs uint8 images (n, height, width, channels); "
                f"got {inputs.dtype} of shape {inputs.shape}. Use Standardize for other numbers."
            )
        means = training_mean(inputs, split).mean(axis=(0, 1), keepdims=True)
        shape = inputs.shape[1:]
        return Affine(np.broadcast_to(means, shape).copy(), np.full(shape, 255.0))

    apply = staticmethod(affine.apply)
    pack = staticmethod(affine.pack)
    unpack = staticmethod(affine.unpack)


@spec
class NoPreprocessing:
    """Leave the numbers as they are, in float32.

    Learns nothing but the shape of an example: shift 0, scale 1.
    """

    def fit(self, inputs: np.ndarray, split: Split) -> Affine:
        """Return the identity for the examples of `inputs` (n, ...)."""
        return Affine(np.zeros(inputs.shape[1:]), np.ones(inputs.shape[1:]))

    apply = staticmethod(affine.apply)
    pack = staticmethod(affine.pack)
    unpack = staticmethod(affine.unpack)
