"""How large a rate may be before an Adaline's error grows instead of falling."""

import numpy as np
from jaxtyping import Num

from thalweg.errors import InputError


def batch_rate_limit(x: Num[np.ndarray, "n d"], *, bias: bool = True) -> float:
    """Return the rate from which on steps over all rows diverge.

        2 / (largest eigenvalue of R),    R = X'X / n,    X with a column of ones for the bias

    A step multiplies the distance from the best weights by 1 - rate lambda along each eigenvector of R. At half of the
    limit the steepest direction is at its end in one step; beyond the limit it overshoots farther each time. The other
    ends are reached the more slowly the smaller their eigenvalues are: hence rows that are centred and of one scale.

    Args:
        x: Rows; finite, not all 0 where there is no bias.
        bias: Whether the Adaline has one.

    Returns:
        The limit. Of rows in a random order, one at a time, it is where the *mean* of the weights begins to diverge.

    Raises:
        InputError: If there is no row, or nothing but zeros.

    Example:
        >>> batch_rate_limit(np.array([[1.0, 0.0], [0.0, 3.0]]), bias=False)
        0.4444444444444444

    Source: Widrow and Lehr, "30 years of adaptive neural networks", 1990, on steepest descent and mu-LMS (whose mu is
    half of this rate).
    """
    rows = _with_ones(x, bias)
    return 2 * len(rows) / float(np.linalg.norm(rows, 2)) ** 2


def row_rate_limit(x: Num[np.ndarray, "n d"], *, bias: bool = True) -> float:
    """Return the rate below which steps of one row at a time stay bounded, in whatever order.

        2 / max_i |x_i|^2,    |x_i|^2 with 1 more for the bias

    A step multiplies the row's own error by 1 less the rate times the square of its length, so that below the limit no
    step makes it larger. It is never above `batch_rate_limit`. A rate between the two may be stable or not; that hangs
    on the order.

    Args:
        x: As for `batch_rate_limit`.
        bias: As for `batch_rate_limit`.

    Returns:
        The limit.

    Raises:
        InputError: As `batch_rate_limit`.

    Example:
        >>> row_rate_limit(np.array([[1.0, 0.0], [0.0, 3.0]]), bias=False)
        0.2222222222222222

    Source: Widrow and Lehr, "30 years of adaptive neural networks", 1990, on alpha-LMS.
    """
    return 2 / float(np.square(_with_ones(x, bias)).sum(axis=1).max())


def _with_ones(x: np.ndarray, bias: bool) -> np.ndarray:
    rows = x.astype(np.float64)
    rows = np.column_stack([rows, np.ones(len(rows))]) if bias else rows
    if not rows.any():
        raise InputError(f"there is no limit on the rate where all inputs are 0; got {len(rows):,} such rows.")
    return rows
