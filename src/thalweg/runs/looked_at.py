"""How many images are looked at, and which, so that a look takes a bounded time."""

import numpy as np

from thalweg.network.work import layer_work
from thalweg.runs.model import Model

FORWARD = 2 * 10**11  # multiply-adds of a look at images: some seconds of two cores
LEAST = 64  # images, however large the network


def affordable(model: Model, most: int) -> int:
    """Return how many images a network is shown at most.

    Args:
        model: With its network.
        most: Of a network whose work is small, or cannot be counted.

    Returns:
        As many as take 2e11 multiply-adds, at least 64 and at most `most`.
    """
    known = [row.multiply_adds or 0 for row in layer_work(model.experiment.network, model.input_shape)]
    return int(min(most, max(LEAST, FORWARD // max(1, sum(known)))))


def evenly(rows: np.ndarray, most: int) -> np.ndarray:
    """Return at most so many rows, evenly chosen, the first and the last among them.

    Args:
        rows: (n,) positions.
        most: At least 1.

    Returns:
        Some of them, in their order; all where there are no more.

    Example:
        >>> evenly(np.arange(10), 4).tolist()
        [0, 3, 6, 9]
    """
    return rows if len(rows) <= most else rows[np.linspace(0, len(rows) - 1, most).astype(int)]
