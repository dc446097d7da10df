"""A handful of training rows that any sound network can learn by heart."""

import numpy as np

from thalweg.checks.tolerances import TINY_APART, TINY_CANDIDATES, TINY_ROWS
from thalweg.data.strata import combinations


def pick_tiny(x: np.ndarray, targets: np.ndarray, rows: np.ndarray, *, seed: int) -> np.ndarray:
    """Pick at most 20 rows, spread over the classes or combinations of answers, none contradicting another.

    Two rows contradict when their inputs are the same or nearly so (2% of the typical distance) and their targets
    differ: no network could learn both.

    Args:
        x: (n, ...) preprocessed inputs.
        targets: (n,) class numbers, (n, k) answers, or (n, 1) values.
        rows: The training rows; at least one.
        seed: Draws them.

    Returns:
        Positions in `x`, at least one.
    """
    order = np.random.default_rng(seed).permutation(rows)
    if targets.dtype.kind != "f":
        labels = targets if targets.ndim == 1 else combinations(targets)
        order = _in_turn(order, labels[order])
    candidates = order[:TINY_CANDIDATES]
    inputs = x[candidates].reshape(len(candidates), -1).astype(np.float64)
    few = inputs[: TINY_ROWS * 2]
    apart = TINY_APART * float(np.median(_distances(few, few)[np.triu_indices(len(few), 1)])) if len(few) > 1 else 0.0
    chosen: list[int] = []
    for k in range(len(candidates)):
        near = [j for j in chosen if np.linalg.norm(inputs[j] - inputs[k]) <= apart]
        if (targets[candidates[near]] == targets[candidates[k]]).all():
            chosen.append(k)
        if len(chosen) == TINY_ROWS:
            break
    return candidates[chosen]


def _in_turn(rows: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Reorder rows so that the classes come one after the other, again and again while they last."""
    by_class = np.argsort(labels, kind="stable")
    counts = np.bincount(labels)
    turn = np.empty(len(rows), np.int64)
    turn[by_class] = np.concatenate([np.arange(count) for count in counts])
    return rows[np.argsort(turn, kind="stable")]


def _distances(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.sqrt(np.square(a[:, None] - b[None]).sum(axis=2))
