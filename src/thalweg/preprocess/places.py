"""Whether a preprocessing leaves every number of an example where it is."""

from typing import Any

from thalweg.preprocess.affine import Affine
from thalweg.preprocess.chain import steps


def keeps_places(preprocess: Any, fitted: Any) -> bool:
    """Say whether number k of a preprocessed example hangs on number k of the example alone, as a straight line.

    Then a preprocessed image is an image, and a weight of it is a weight of a pixel.

    Args:
        preprocess: One spec, or a tuple of specs.
        fitted: What it learned.

    Returns:
        True where each step shifts and scales number by number.

    Example:
        >>> import numpy as np
        >>> from thalweg.preprocess.arrays import Center
        >>> keeps_places(Center(), Affine(np.zeros(3), np.ones(3)))
        True
    """
    return all(isinstance(learned, Affine) for _, learned in steps(preprocess, fitted))
