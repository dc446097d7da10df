"""From sums to scores: what a run is judged by."""

from typing import NamedTuple

import numpy as np

from thalweg.train.evaluate import Sums


class Metric(NamedTuple):
    """A score and how to read it."""

    name: str
    title: str  # as a person would write it
    tasks: tuple[str, ...]  # "classes", "regression", "attributes"
    larger_is_better: bool


_NAMES, _AMOUNTS = ("classes", "attributes"), ("regression",)
METRICS = {
    metric.name: metric
    for metric in (
        Metric("accuracy", "accuracy", _NAMES, True),
        Metric("balanced_accuracy", "balanced accuracy", _NAMES, True),
        Metric("exact_match", "exact match", ("attributes",), True),
        Metric("cross_entropy", "cross-entropy", _NAMES, False),
        Metric("r2", "R²", _AMOUNTS, True),
        Metric("rmse", "root mean squared error", _AMOUNTS, False),
        Metric("mae", "mean absolute error", _AMOUNTS, False),
        Metric("top_5_accuracy", "top-5 accuracy", ("classes",), True),
        Metric("top_5_error", "top-5 error", ("classes",), False),
    )
}

# Measured after training alone, for they need every row's probability.
AFTERWARDS = {
    metric.name: metric
    for metric in (
        Metric("average_precision", "average precision", ("classes",), True),
        Metric("mean_average_precision", "mean average precision", ("attributes",), True),
    )
}


def default_metric(task: str) -> str:
    """Return the metric a task is judged by when none is named.

    Args:
        task: "classes", "regression" or "attributes".

    Returns:
        Its name in `METRICS`.
    """
    return "r2" if task == "regression" else "accuracy"


def loss_of(sums: Sums) -> np.ndarray:
    """Return each member's mean loss over a part.

    Args:
        sums: Every leaf (m, ...).

    Returns:
        (m,) float64.
    """
    return np.asarray(sums.loss, np.float64) / np.asarray(sums.weight, np.float64)


def variance_of(targets: np.ndarray, weight: np.ndarray) -> float:
    """Return the weighted variance of a part's targets, summed over the outputs.

    Args:
        targets: (n, k) amounts; or classes (n,) or answers (n, k), whole numbers, which have none.
        weight: (n,).

    Returns:
        The variance, in squared units of the targets; 1 for classes and attributes.
    """
    if targets.dtype.kind != "f":
        return 1.0
    targets, share = targets.astype(np.float64), (weight / weight.sum(dtype=np.float64))[:, None]
    mean = (share * targets).sum(axis=0)
    return float((share * (targets - mean[None, :]) ** 2).sum())


def score_of(
    metric: str, sums: Sums, *, variance: float | np.ndarray = 1.0, unit: float | np.ndarray = 1.0
) -> np.ndarray:
    """Return each member's score.

        accuracy = hits / all; balanced accuracy = mean over classes of hits / rows of the class;
        cross-entropy = mean(-log p_y);    R^2 = 1 - mean((t - f)^2) / variance
        exact match = rows with every answer right / all
        top-5 accuracy = rows whose class is among those of the five largest outputs / all = 1 - top-5 error

    Of attributes, accuracy and balanced accuracy are the means of each attribute's own, and an example's cross-entropy
    is the sum over its answers. The cross-entropy is that of the probabilities, not the loss, which may be smoothed,
    say. Classes and answers that the part has no rows of do not count. Targets that are all alike have no variance to
    explain: there R^2 is 1 for a perfect fit and 0 for any other. The errors are summed over the outputs.

    Args:
        metric: A name in `METRICS`.
        sums: Every leaf (m, ...).
        variance: Weighted variance of the part's targets, in the unit they were trained in; for R^2. (m,) where members
            have parts of their own.
        unit: What one trained unit of the target is in the unit of the data; for the errors. (m,) likewise.

    Returns:
        (m,) float64; NaN where the loss is, and for the cross-entropy of scores that are no probabilities.

    Raises:
        ValueError: If the metric is not known.
    """
    if metric not in METRICS:
        raise ValueError(f"score_of knows {', '.join(METRICS)}; got {metric!r}.")
    loss = loss_of(sums)
    # The largest of scores that are all NaN is the first: class 0 for every example, which is no accuracy.
    return np.where(np.isnan(loss), np.nan, _score_of(metric, sums, variance, unit))


def _score_of(metric: str, sums: Sums, variance: float | np.ndarray, unit: float | np.ndarray) -> np.ndarray:
    weight, hits, totals = (np.asarray(s, np.float64) for s in (sums.weight, sums.hits, sums.totals))
    several = hits.ndim - weight.ndim > 1  # attributes, of which each has a score of its own
    match metric:
        case "accuracy":
            return (hits.sum(-1).mean(-1) if several else hits.sum(-1)) / weight
        case "balanced_accuracy":
            present = totals > 0
            shares = np.divide(hits, totals, out=np.zeros_like(hits), where=present)
            found = shares.sum(-1) / present.sum(-1)
            return found.mean(-1) if several else found
        case "top_5_accuracy":
            return np.asarray(sums.near, np.float64) / weight
        case "top_5_error":
            return 1.0 - np.asarray(sums.near, np.float64) / weight
        case "exact_match":
            return np.asarray(sums.whole, np.float64) / weight
        case "r2":
            error = totals[..., 0] / weight
            varied = np.asarray(variance) > 0
            return np.where(varied, 1.0 - error / np.where(varied, variance, 1.0), np.where(error > 0, 0.0, 1.0))
        case "rmse":
            return unit * np.sqrt(totals[..., 0] / weight)
        case "mae":
            return unit * hits[..., 0] / weight
    return np.asarray(sums.surprise, np.float64) / weight  # cross-entropy


def improved(metric: str, score: np.ndarray, loss: np.ndarray, best: np.ndarray, best_loss: np.ndarray) -> np.ndarray:
    """Say which members do better than they ever did: by the score, and by the loss where that is the same.

    Args:
        metric: A name in `METRICS`.
        score: (m,) of now, on the validation rows.
        loss: (m,) of now, on the same rows.
        best: (m,) the best score so far; NaN before any.
        best_loss: (m,) the loss that came with it.

    Returns:
        (m,) bool; false where the score of now is NaN.

    Example:
        >>> first, second = np.array([0.5, np.nan]), np.array([0.5, 0.4])
        >>> improved("accuracy", second, np.array([0.9, 0.9]), first, np.array([1.0, np.nan])).tolist()
        [True, True]
    """
    sign = 1.0 if METRICS[metric].larger_is_better else -1.0
    better = (sign * score > sign * best) | ((score == best) & (loss < best_loss))
    return better | (np.isnan(best) & ~np.isnan(score))
