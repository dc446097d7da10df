"""Whitening along the principal components: uncorrelated inputs, each of variance 1."""

import math

import numpy as np

from thalweg.data.split import Split
from thalweg.preprocess import components as parts
from thalweg.preprocess.components import Components, check_choice, choose_kept, training_components
from thalweg.preprocess.project import projected
from thalweg.spec import spec, tunable
from thalweg.types import Scalar


@spec
class PcaWhitening:
    """Give every principal component variance 1, or a little less.

        x'_i = v_i . (x - mean) / sqrt(eigenvalue_i + smoothing)

    Output i has variance l / (l + smoothing) over the training rows, l being eigenvalue_i.
    At smoothing 0 the covariance of the training rows becomes the identity. The trap is in the small eigenvalues: their
    directions hold mostly noise, and whitening makes it as large as everything else. The smoothing is the remedy: what
    spreads much less than its root stays small. Directions in which nothing varies are left out in any case.

    It divides by the root of the eigenvalue. Dividing by the eigenvalue itself, as one note has it, would leave
    variances of 1 / eigenvalue.

    Args:
        smoothing: Added to every eigenvalue, in squared units of the inputs; from 0. For pixels of 0 to 255 the default
            is next to nothing; for standardised inputs 0.01 to 0.1 is usual.
        components: As of `PCA`.
        variance: As of `PCA`.

    Raises:
        InputError: If components and variance are both given, or a number is out of its range.

    Example:
        >>> x = np.array([[3.0, 3.0], [1.0, 1.0], [2.0, 2.0], [2.0, 0.0]])
        >>> parts = Split(np.array([0, 1]), np.array([2, 3]), np.array([], int))  # eigenvalues 2 and 0
        >>> kind = PcaWhitening(smoothing=0.0)
        >>> kind.apply(kind.fit(x, parts), x).round(6).ravel().tolist()
        [1.0, -1.0, 0.0, -1.0]

    Source: CS231n notes, "Neural Networks Part 2", "PCA and Whitening".
    """

    smoothing: Scalar = tunable(1e-5, low=0.0)
    components: int | None = None
    variance: float | None = None

    def __post_init__(self):
        """Check that one rule at most says how many to keep."""
        check_choice("PcaWhitening", self.components, self.variance)

    def fit(self, inputs: np.ndarray, split: Split) -> Components:
        """Find the directions of the training rows.

        Args:
            inputs: (n, ...) all examples; finite.
            split: Their parts.

        Returns:
            The components kept, with a remark on the variance that they hold.

        Raises:
            InputError: If nothing varies, more components are wanted than there are, or the examples hold too many
                numbers for memory.
        """
        found = training_components(inputs, split, "PcaWhitening")
        return choose_kept(found, len(split.train), "PcaWhitening", self.components, self.variance)

    def apply(self, fitted: Components, inputs: np.ndarray) -> np.ndarray:
        """Return the whitened components of examples.

        Args:
            fitted: What `fit` learned.
            inputs: (n, ...) examples of the shape it learned from.

        Returns:
            (n, k) float32, computed in float64.

        Raises:
            InputError: If the examples have another shape.
        """
        kept = len(fitted.directions)
        # hypot(a, b) is sqrt(a^2 + b^2), where a square may not fit float64.
        scale = np.hypot(fitted.deviations[:kept], math.sqrt(float(self.smoothing)))
        return projected(fitted, inputs, lambda scores, _: scores / scale, (kept,))

    pack = staticmethod(parts.pack)
    unpack = staticmethod(parts.unpack)
