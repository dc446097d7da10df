"""What the nearest rows say: of a class by a vote, of an amount by a mean, for several k at once."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Int

from thalweg.classic.nearest.nearest_rows import Nearest
from thalweg.errors import InputError, choose

WEIGHTS = ("uniform", "distance")


def vote(
    nearest: Nearest, classes: Int[np.ndarray, " m"], count: int, ks: Sequence[int], weights: str = "uniform"
) -> Float[np.ndarray, "ks n c"]:
    """Return each class's share of the votes of the k nearest, for each k.

        p_c = sum_(i <= k) w_i [y_i = c] / sum_(i <= k) w_i,    w_i = 1 or 1 / d_i

    Args:
        nearest: The neighbours, as many as the largest k or more.
        classes: Of each training row.
        count: How many classes there are.
        ks: Each from 1 to the number of neighbours.
        weights: "uniform", or "distance" for votes that count the more the nearer they come from; where a neighbour
            lies at distance 0, only such ones count.

    Returns:
        Shares of sum 1. Where two classes are even, `argmax` gives the first of them.

    Raises:
        InputError: If a k is not from 1 to the number of neighbours, or the weights are unknown.

    Example:
        >>> found = Nearest(np.array([[0, 1, 2]]), np.array([[1.0, 2.0, 2.0]]), 0)
        >>> vote(found, np.array([0, 1, 1]), 2, [1, 3]).round(3).tolist()
        [[[1.0, 0.0]], [[0.333, 0.667]]]
        >>> vote(found, np.array([0, 1, 1]), 2, [3], "distance").tolist()
        [[[0.5, 0.5]]]

    Source: CS231n notes, "Image Classification", "k - Nearest Neighbor Classifier"; Dudani, "The distance-weighted
    k-nearest-neighbor rule", 1976.
    """
    weight = _weights(nearest, ks, weights)
    said = classes[nearest.rows]
    # One class after the other: all at a time would be as many numbers as there are neighbours times classes.
    total = np.stack([_at(np.cumsum(weight * (said == one), axis=1), ks) for one in range(count)], axis=-1)
    return total / _at(np.cumsum(weight, axis=1), ks)[..., None]


def mean(
    nearest: Nearest, values: Float[np.ndarray, "m o"], ks: Sequence[int], weights: str = "uniform"
) -> Float[np.ndarray, "ks n o"]:
    """Return the mean of the k nearest rows' amounts, for each k.

        f = sum_(i <= k) w_i y_i / sum_(i <= k) w_i

    Args:
        nearest: As for `vote`.
        values: Of each training row.
        ks: As for `vote`.
        weights: As for `vote`.

    Returns:
        The means, float64.

    Raises:
        InputError: As `vote`.

    Source: Hastie, Tibshirani and Friedman, "The Elements of Statistical Learning", equation 2.8.
    """
    weight = _weights(nearest, ks, weights)
    total = np.cumsum(weight[..., None] * np.asarray(values, np.float64)[nearest.rows], axis=1)
    return _at(total, ks) / _at(np.cumsum(weight, axis=1)[..., None], ks)


def _at(total: np.ndarray, ks: Sequence[int]) -> np.ndarray:
    return np.moveaxis(total[:, np.asarray(ks) - 1], 1, 0)


def _weights(nearest: Nearest, ks: Sequence[int], weights: str) -> np.ndarray:
    most = nearest.rows.shape[1]
    wrong = [k for k in ks if not 1 <= k <= most]
    if wrong or not len(ks):
        raise InputError(f"k must be from 1 to {most:,}, the neighbours that were sought; got {list(ks)}. Seek more.")
    choose(weights, WEIGHTS, what="weighting of votes")
    distance = nearest.distance
    if weights == "uniform":
        return np.ones_like(distance)
    same = distance == 0
    return np.where(same.any(axis=1, keepdims=True), same, 1 / np.where(same, 1.0, distance))
