"""Whitening that stays as near to the inputs as it can: whitened images still look like images."""

import math

import numpy as np

from thalweg.data.split import Split
from thalweg.errors import InputError
from thalweg.preprocess import components as parts
from thalweg.preprocess.components import Components, training_components
from thalweg.preprocess.project import projected
from thalweg.spec import spec, tunable
from thalweg.types import Scalar
from thalweg.wording import counted


@spec
class ZcaWhitening:
    """Whiten the inputs and turn them back to their own axes.

        x' = V' diag(1 / sqrt(eigenvalue_i + smoothing)) V (x - mean)

    Of all maps that whiten, this moves the inputs least: output k belongs to input k, and examples keep their shape,
    images too. The covariance of the training rows becomes V' diag(l / (l + smoothing)) V, l the eigenvalues: the
    identity at smoothing 0. Small eigenvalues exaggerate noise here as in `PcaWhitening`, with the same remedy.

    Directions in which nothing varies cannot be left out of d outputs, nor divided by 0: they need a smoothing above 0.

    Args:
        smoothing: Added to every eigenvalue, in squared units of the inputs; from 0. For pixels of 0 to 255 the default
            is next to nothing; for standardised inputs 0.01 to 0.1 is usual.

    Raises:
        InputError: If `smoothing` is below 0.

    Example:
        >>> x = np.array([[3.0, 1.0], [-3.0, -1.0], [3.0, -1.0], [-3.0, 1.0]])
        >>> parts = Split(np.arange(4), np.array([], int), np.array([], int))  # eigenvalues 9 and 1
        >>> kind = ZcaWhitening(smoothing=0.0)
        >>> kind.apply(kind.fit(x, parts), x)[:2].round(6).tolist()
        [[1.0, 1.0], [-1.0, -1.0]]

    Source: Krizhevsky, "Learning multiple layers of features from tiny images", 2009, appendix A; CS231n notes, "Neural
    Networks Part 2", "PCA and Whitening".
    """

    smoothing: Scalar = tunable(1e-5, low=0.0)

    def fit(self, inputs: np.ndarray, split: Split) -> Components:
        """Find the directions of the training rows.

        Args:
            inputs: (n, ...) all examples; finite.
            split: Their parts.

        Returns:
            Every direction in which they vary.

        Raises:
            InputError: If nothing varies, a direction does not vary while the smoothing is 0, or the examples hold too
                many numbers for memory.
        """
        found = training_components(inputs, split, "ZcaWhitening")
        there, size = len(found.deviations), found.mean.size
        if there < size and not float(self.smoothing):
            share = 0.01 * float(np.sum(found.deviations**2)) / size
            raise InputError(
                f"the preprocessing ZcaWhitening with smoothing 0 divides by the deviation along {size:,} directions; "
                f"the {counted(len(split.train), 'training row')} vary in {there:,}. Set its smoothing to "
                f"{share:.1g}, say, a hundredth of the mean variance, or use pca_whitening, which leaves the others "
                "out."
            )
        return found

    def apply(self, fitted: Components, inputs: np.ndarray) -> np.ndarray:
        """Return the whitened examples.

        Args:
            fitted: What `fit` learned.
            inputs: (n, ...) examples of the shape it learned from.

        Returns:
            (n, ...) float32 of that shape, computed in float64.

        Raises:
            InputError: If the examples have another shape.
        """
        least = math.sqrt(float(self.smoothing))
        scale = np.hypot(fitted.deviations, least)
        full = len(fitted.deviations) == fitted.mean.size

        def turned_back(scores: np.ndarray, centred: np.ndarray) -> np.ndarray:
            outputs = (scores / scale) @ fitted.directions
            # What lies along no direction found has eigenvalue 0.
            return outputs if full else outputs + (centred - scores @ fitted.directions) / least

        return projected(fitted, inputs, turned_back, fitted.mean.shape)

    pack = staticmethod(parts.pack)
    unpack = staticmethod(parts.unpack)
