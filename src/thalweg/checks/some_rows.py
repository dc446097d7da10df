"""Some of many rows."""

import numpy as np


def some_rows(rows: np.ndarray, most: int, seed: int) -> np.ndarray:
    """Return at most so many rows, drawn without repeats, in their order.

    Args:
        rows: Positions.
        most: How many to keep, at most.
        seed: Draws them.

    Returns:
        The rows; all of them if they are no more.

    Example:
        >>> some_rows(np.arange(3), 5, seed=0).tolist()
        [0, 1, 2]
    """
    if len(rows) <= most:
        return rows
    return np.sort(np.random.default_rng(seed).choice(rows, most, replace=False))
