"""How many neighbours to ask: every k in every fold of a cross-validation, for the price of one pass."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int, Num

from thalweg.classic.nearest.nearest_rows import MEMORY, nearest_rows
from thalweg.classic.nearest.vote import mean, vote
from thalweg.errors import InputError


class ChosenK(NamedTuple):
    """What came of each k."""

    ks: tuple[int, ...]
    scores: Float[np.ndarray, "ks f"]  # accuracy, or R^2, of each k in each fold
    best: int  # the k with the best mean; of equals the smallest
    recomputed: int  # rows that were measured against all others in 64 bits

    @property
    def means(self) -> Float[np.ndarray, " ks"]:
        """Mean over the folds, of each k."""
        return self.scores.mean(axis=1)

    @property
    def deviations(self) -> Float[np.ndarray, " ks"]:
        """Standard deviation over the folds, divided by the number of folds less 1."""
        return self.scores.std(axis=1, ddof=1)


def choose_k(
    x: Num[np.ndarray, "n d"],
    targets: Num[np.ndarray, "..."],
    fold: Int[np.ndarray, " n"],
    ks: Sequence[int],
    *,
    distance: str = "l2",
    weights: str = "uniform",
    memory: int = MEMORY,
) -> ChosenK:
    """Cross-validate k of the nearest neighbours.

    A row's neighbours are sought among the rows of all other folds, once, as many as the largest k; the k nearest of
    them for every smaller k stand at their beginning.

    Args:
        x: Rows; none of a test part.
        targets: Class numbers (n,), or amounts (n, 1).
        fold: The number of each row's fold, from 0.
        ks: Numbers of neighbours, at least 1.
        distance: "l1", "l2" or "cosine".
        weights: "uniform" or "distance".
        memory: Bytes that training rows may take at a time.

    Returns:
        Scores of each k in each fold, and the best k.

    Raises:
        InputError: If there are fewer than 2 folds, one has no row or no spread of amounts, no k is given, one is
            larger than the rows that the largest fold leaves, or targets are neither classes nor amounts.

    Example:
        >>> x = np.repeat([[0.0], [1.0]], 6, axis=0)
        >>> found = choose_k(x, np.repeat([0, 1], 6), np.arange(12) % 2, [1, 3])
        >>> found.best, found.means.tolist()
        (1, [1.0, 1.0])

    Source: CS231n notes, "Image Classification", "Validation sets for hyperparameter tuning".
    """
    if not len(ks):
        raise InputError("choose_k was given no k. Give one at least, such as [1, 3, 5, 7].")
    if fold.shape != (len(x),) or len(targets) != len(x):
        raise InputError(
            f"choose_k needs a fold and a target for each of {len(x):,} rows; got {len(fold):,} and {len(targets):,}."
        )
    if fold.min() < 0 or fold.max() >= len(x):
        raise InputError(f"choose_k needs folds numbered from 0; got numbers from {fold.min()} to {fold.max()}.")
    rows = np.bincount(fold)
    if len(rows) < 2 or not rows.all():
        raise InputError(f"choose_k needs 2 folds or more, each with rows; got folds of {rows.tolist()} rows.")
    whole = targets.ndim == 1 and np.array_equal(targets, np.trunc(targets)) and targets.min() >= 0
    if not whole and not (targets.ndim == 2 and np.isfinite(targets).all()):
        raise InputError(
            "choose_k takes class numbers from 0, of shape (n,), or finite amounts, of shape (n, 1); got neither in an "
            f"array of shape {targets.shape}."
        )
    still = [f for f in range(len(rows)) if targets.ndim == 2 and np.ptp(targets[fold == f], axis=0).max() == 0]
    if still:
        raise InputError(
            f"the amounts of fold {still[0]} are all alike, so nobody can say how much of their spread is explained. "
            "Deal the rows to folds at random, or take fewer folds."
        )
    found = nearest_rows(x, x, max(ks), distance=distance, train_fold=fold, query_fold=fold, memory=memory)
    if targets.ndim == 1:
        said = vote(found, targets.astype(np.int64), int(targets.max()) + 1, ks, weights).argmax(axis=-1)
        right = (said == targets).astype(np.float64)
        scores = np.array([[row[fold == f].mean() for f in range(len(rows))] for row in right])
    else:
        error = np.square(mean(found, targets, ks, weights) - targets).sum(axis=-1)
        scores = np.array([[_explained(row[fold == f], targets[fold == f]) for f in range(len(rows))] for row in error])
    order = sorted(range(len(ks)), key=lambda place: (-scores[place].mean(), ks[place]))
    return ChosenK(tuple(ks), scores, ks[order[0]], found.recomputed)


def _explained(error: np.ndarray, targets: np.ndarray) -> float:
    return 1 - float(error.sum()) / float(np.square(targets - targets.mean(axis=0)).sum())
