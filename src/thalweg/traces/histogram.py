"""What a histogram tells of the numbers that it counts."""

import math
from typing import NamedTuple

import numpy as np

NARROW = 1e-11  # a bucket that spans 0 and is narrower holds zeros


class Moments(NamedTuple):
    """Of a tensor's entries; NaN where the histogram does not tell."""

    norm: float
    mean: float
    deviation: float
    zero_share: float


def moments(count: float, total: float, squares: float, edges: np.ndarray, counts: np.ndarray) -> Moments:
    """Return the moments from sums that were taken before counting.

        norm = sqrt(sum x^2),  mean = sum x / n,  deviation = sqrt(sum x^2 / n - mean^2)

    Args:
        count: How many entries, n.
        total: Their sum.
        squares: The sum of their squares.
        edges: (k, 2) ends of each bucket.
        counts: (k,) entries in each.

    Returns:
        The moments.
    """
    if not count > 0:
        return Moments(math.nan, math.nan, math.nan, math.nan)
    with np.errstate(invalid="ignore", over="ignore"):
        mean = total / count
        variance = np.float64(squares) / count - np.float64(mean) ** 2
        deviation = math.nan if math.isnan(variance) else math.sqrt(max(float(variance), 0.0))
        norm = math.sqrt(squares) if squares >= 0 else math.nan
        return Moments(norm, mean, deviation, _zero_share(edges, counts))


def estimated(edges: np.ndarray, counts: np.ndarray) -> Moments:
    """Return the moments where buckets alone are told, as if entries lay evenly in each.

        sum x ~ sum_k c_k (l_k + r_k) / 2,  sum x^2 ~ sum_k c_k (l_k^2 + l_k r_k + r_k^2) / 3

    Args:
        edges: (k, 2) ends l, r of each bucket.
        counts: (k,) entries c in each.

    Returns:
        The moments.

    Example:
        >>> estimated(np.array([[3.0, 3.0], [4.0, 4.0]]), np.array([1.0, 1.0])).norm
        5.0
    """
    low, high = edges[:, 0], edges[:, 1]
    used = counts > 0
    with np.errstate(invalid="ignore", over="ignore"):
        total = float(np.sum((counts * (low + high) / 2)[used]))
        squares = float(np.sum((counts * (low**2 + low * high + high**2) / 3)[used]))
        return moments(float(counts.sum()), total, squares, edges, counts)


def _zero_share(edges: np.ndarray, counts: np.ndarray) -> float:
    """Return the share of zeros; NaN where the bucket that holds them holds others too."""
    spans = (edges[:, 0] <= 0) & (edges[:, 1] >= 0) & (counts > 0)
    narrow = edges[:, 1] - edges[:, 0] < NARROW
    if (spans & ~narrow).any() or not counts.sum() > 0:
        return math.nan
    return float(counts[spans].sum() / counts.sum())
