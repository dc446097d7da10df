"""Which rows a classic model is fitted on, so that its time stays bounded."""

import numpy as np
from jaxtyping import Int

MOST = 20_000
MOST_FITS = 100  # models of one answer each: a fit takes some milliseconds however few the rows
# Each is about a second on two cores, two or three where they have other work too.
LINEAR_WORK = 5e7  # rows x inputs x outputs: a hundred iterations
SOLVER_WORK = 5e10  # rows x inputs x the smaller of the two: a dense solve
LASSO_WORK = 2e6  # rows x inputs: a path of strengths in each fold
MOST_LASSO_INPUTS = 1000
FEATURE_WORK = 1e7  # rows x pixels x channels: of images that features are made of
FEWEST_EACH = 10  # images of a class
DISTANCE_WORK = 5e10  # fitted rows x scored rows x inputs


def chosen(rows: Int[np.ndarray, " n"], most: float | int, *, seed: int) -> Int[np.ndarray, " m"]:
    """Return `rows`, or as many of them as allowed, drawn by the seed and sorted.

    Args:
        rows: Positions; at least one.
        most: How many at most; at least one is always taken.
        seed: At least 0.

    Returns:
        The positions to use.

    Example:
        >>> len(chosen(np.arange(100), 10, seed=0))
        10
    """
    if len(rows) <= max(1, most):
        return rows
    count = max(1, int(most))
    return np.sort(np.random.default_rng(seed).choice(rows, count, replace=False))
