"""The order of examples: which rows make up each step's batch.

Orders are drawn on the host, for a sort inside the compiled step costs more than a small network's step does.
What it leaves out: the examples themselves; an order holds row positions only.
"""

from typing import NamedTuple

import numpy as np

from thalweg.errors import InputError


class Order(NamedTuple):
    """One pass over some rows, as whole batches."""

    # (steps, batch) int32, row positions; padding repeats a real row
    index: np.ndarray  # pyright: ignore[reportIncompatibleMethodOverride]  # nobody searches an order as a tuple
    weight: np.ndarray  # (steps, batch) float32; 1 for a real row, 0 for padding


def epoch_order(rows: np.ndarray, *, seed: int, ordinal: int, epoch: int, batch: int) -> Order:
    """Return the shuffled order of one epoch, the same whenever and wherever it is asked for.

    Every row comes once. The generator is counter-based: its key is (seed, ordinal) and the epoch is the *highest*
    word of its counter, so that no two epochs share a stretch of the stream. (With the epoch in the lowest word,
    the next epoch would read the same numbers four places on, and a fifth of its rows would come in the old order.)

    A full batch (batch >= number of rows) keeps the given order: the gradient is a sum over all rows, so that
    shuffling could change nothing but the rounding.

    Args:
        rows: (n,) row positions to visit, n >= 1, each below 2^31.
        seed: The run's seed, 0 to 2^64 - 1.
        ordinal: The member's number in its population, at least 0.
        epoch: From 0.
        batch: Rows a step, at least 1; more than n counts as n.

    Returns:
        The order: index and weight of shape (ceil(n / batch), batch); the last batch is filled up with the first row,
        with weight 0.

    Raises:
        InputError: If there are no rows, or `batch` is below 1.

    Example:
        >>> order = epoch_order(np.arange(5), seed=0, ordinal=0, epoch=0, batch=2)
        >>> order.index.shape, float(order.weight.sum())
        ((3, 2), 5.0)

    Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011 (Philox).
    """
    if batch >= len(rows):
        return plain_order(rows, batch)
    generator = np.random.Generator(
        np.random.Philox(key=np.array([seed, ordinal], np.uint64), counter=[0, 0, 0, epoch])
    )
    return plain_order(generator.permutation(rows), batch)


def plain_order(rows: np.ndarray, batch: int) -> Order:
    """Return the rows in their given order as whole batches, for evaluation.

    Args:
        rows: (n,) row positions, n >= 1, each below 2^31.
        batch: Rows a step, at least 1; more than n counts as n.

    Returns:
        The order: index and weight of shape (ceil(n / batch), batch); the last batch is filled up with the first row,
        with weight 0.

    Raises:
        InputError: If there are no rows, or `batch` is below 1.
    """
    n = len(rows)
    if n == 0:
        raise InputError("there are no rows to make batches of; give a part with at least one row.")
    if batch < 1:
        raise InputError(f"the batch size must be at least 1; got {batch}.")
    batch = min(batch, n)
    steps = -(-n // batch)
    index = np.full(steps * batch, rows[0], np.int32)
    index[:n] = rows
    weight = np.zeros(steps * batch, np.float32)
    weight[:n] = 1.0
    return Order(index.reshape(steps, batch), weight.reshape(steps, batch))
