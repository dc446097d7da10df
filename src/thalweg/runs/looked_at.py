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


def evenly(count: int, most: int) -> np.ndarray:
    """Return the positions of some of so many things, evenly chosen, the first and the last among them.

    Args:
        count: Things.
        most: Positions, at least 1.

    Returns:
        (min(count, most),), rising.

    Example:
        >>> evenly(10, 4).tolist(), evenly(3, 4).tolist()
        ([0, 3, 6, 9], [0, 1, 2])
    """
    return np.linspace(0, count - 1, min(count, most)).round().astype(int)
