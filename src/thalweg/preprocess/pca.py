"""Principal components: new axes along which the training rows vary most."""

import numpy as np

from thalweg.data.split import Split
from thalweg.preprocess import components as parts
from thalweg.preprocess.components import Components, check_choice, choose_kept, training_components
from thalweg.preprocess.project import projected
from thalweg.spec import spec


@spec
class PCA:
    """Turn the axes of the inputs to where the training rows vary most, and keep the first of them.

        x' = V (x - mean),    rows of V: the eigenvectors of X'X / n, the largest eigenvalue first

    X holds the centred training rows, and n, not n - 1, divides. The outputs are uncorrelated over the training rows,
    their variances the eigenvalues; directions in which nothing varies are always left out. A remark tells the share of
    the variance that is kept, which is `variance_kept` of what was fitted. The sign of each direction makes its largest
    entry positive. Examples of any shape, images too, are laid in a row first, last axis fastest.

    The variance of a feature grows with its unit: standardise features of different units first, with
    `preprocess = ["standardize", "pca"]`.

    Args:
        components: How many to keep; at least 1 and at most as many as there are directions in which the training rows
            vary.
        variance: Keep the fewest that hold this share of the variance; in (0, 1]. With neither, all are kept.

    Raises:
        InputError: If both are given, or one is out of its range.

    Example:
        >>> x = np.array([[3.0, 3.0], [1.0, 1.0], [2.0, 2.0], [2.0, 0.0]])
        >>> parts = Split(np.array([0, 1, 2]), np.array([3]), np.array([], int))
        >>> fitted = PCA(components=1).fit(x, parts)  # the training rows lie on a line
        >>> (PCA(components=1).apply(fitted, x) / np.sqrt(2)).round(6).ravel().tolist()
        [1.0, -1.0, 0.0, -1.0]
        >>> fitted.variance_kept
        1.0

    Source: CS231n notes, "Neural Networks Part 2", "PCA and Whitening".
    """

    components: int | None = None
    variance: float | None = None

    def __post_init__(self):
        """Check that one rule at most says how many to keep."""
        check_choice("PCA", self.components, self.variance)

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
        found = training_components(inputs, split, "PCA")
        return choose_kept(found, len(split.train), "PCA", self.components, self.variance)

    def apply(self, fitted: Components, inputs: np.ndarray) -> np.ndarray:
        """Return the components of examples.

        Args:
            fitted: What `fit` learned.
            inputs: (n, ...) examples of the shape it learned from.

        Returns:
            (n, k) float32, computed in float64.

        Raises:
            InputError: If the examples have another shape.
        """
        return projected(fitted, inputs, lambda scores, _: scores, (len(fitted.directions),))

    pack = staticmethod(parts.pack)
    unpack = staticmethod(parts.unpack)
