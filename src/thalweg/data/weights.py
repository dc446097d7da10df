"""How much examples count, relative to one another."""

import numpy as np

from thalweg.errors import InputError

WIDEST = 1e12  # largest weight over the smallest that sums in float32 still feel


def relative_weights(weights: np.ndarray, *, place: str) -> np.ndarray:
    """Scale weights to a mean of 1, since only their ratios matter.

        w <- w / mean(w)

    Args:
        weights: (n,) float64, positive and finite.
        place: Where they stand, to begin a message.

    Returns:
        (n,) float32, positive; mean 1.

    Raises:
        InputError: If the largest is more than 1e12 times the smallest.

    Example:
        >>> relative_weights(np.array([1e-44, 3e-44]), place="toy").tolist()
        [0.5, 1.5]
    """
    if not len(weights):
        return weights.astype(np.float32)
    least, most = float(weights.min()), float(weights.max())
    if least < most / WIDEST:
        raise InputError(
            f"{place}: the largest weight, {most:g}, is more than {WIDEST:g} times the smallest, {least:g}, so the "
            "rows of small weights would not count at all. Leave them out, or correct the weights."
        )
    shares = weights / most  # first, for a sum of large weights overflows
    return (shares / shares.mean()).astype(np.float32)
