"""One unit that says yes or no: on which side of a plane a row lies."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Num

from thalweg.errors import InputError


class ThresholdUnit(NamedTuple):
    """A plane and its two sides."""

    weights: Float[np.ndarray, " d"]
    bias: float

    def scores(self, x: Num[np.ndarray, "n k"]) -> Float[np.ndarray, " n"]:
        """Return w . x + b of each row.

        Args:
            x: Rows, as wide as those that it learned from.

        Returns:
            The sums, in 64 bits.

        Raises:
            InputError: If the rows have another width.

        Example:
            >>> ThresholdUnit(np.array([1.0, -1.0]), 0.5).scores(np.array([[2.0, 1.0], [0.0, 3.0]])).tolist()
            [1.5, -2.5]
        """
        if x.shape[1] != len(self.weights):
            raise InputError(f"the unit learned from rows of {len(self.weights)} numbers; got rows of {x.shape[1]}.")
        return x.astype(np.float64) @ self.weights + self.bias

    def says(self, x: Num[np.ndarray, "n k"]) -> Bool[np.ndarray, " n"]:
        """Return whether each row is of class 1: whether its score is above 0.

        Args:
            x: As for `scores`.

        Returns:
            True for class 1. A score of 0 is class 0.

        Raises:
            InputError: As `scores`.
        """
        return self.scores(x) > 0
