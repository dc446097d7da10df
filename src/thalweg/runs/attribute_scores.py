"""Scores of several yes/no answers as functions of how much each row counts."""

from collections.abc import Callable

import numpy as np

from thalweg.runs.outcome import Comparison

Measure = Callable[[np.ndarray], float]
MOST_SORTED = 20_000_000  # answers: of more, the average precision would take minutes


def attribute_measure(truth: np.ndarray, outputs: np.ndarray, metric: str) -> Measure:
    """Return a score as a function of the rows' weights.

        mean average precision = mean over attributes of sum_i (R_i - R_(i-1)) P_i, rows by falling probability of yes

    Attributes without any yes are left out of that mean, for there is none to be found.

    Args:
        truth: (n, k) answers.
        outputs: (n, k, 2) probabilities or scores of no and yes.
        metric: "accuracy", "balanced_accuracy", "exact_match", "cross_entropy" or "mean_average_precision".

    Returns:
        The measure.

    Raises:
        ValueError: If there is no such metric.

    Source: Sechidis, Tsoumakas and Vlahavas, "On the stratification of multi-label data", 2011, for the averages over
    attributes; scikit-learn, `average_precision_score`, for the sum.
    """
    right = outputs.argmax(axis=2) == truth
    match metric:
        case "accuracy":
            return _mean_of(right.mean(axis=1))
        case "exact_match":
            return _mean_of(right.all(axis=1).astype(np.float64))
        case "cross_entropy":
            of_truth = np.take_along_axis(outputs, truth[:, :, None], axis=2)[:, :, 0]
            return _mean_of(-np.log(np.maximum(of_truth, 1e-300)).sum(axis=1))
        case "balanced_accuracy":
            return _balanced(truth, right)
        case "mean_average_precision":
            return _mean_average_precision(truth, outputs[:, :, 1])
    raise ValueError(f"no such metric of attributes: {metric!r}")


def answers_of(part: str, truth: np.ndarray, outputs: np.ndarray) -> Comparison:
    """Return how often each answer of each attribute was predicted.

    Args:
        part: Where the rows are from.
        truth: (n, k) answers.
        outputs: (n, k, 2) probabilities or scores of no and yes.

    Returns:
        The comparison.
    """
    pairs = 2 * truth + outputs.argmax(axis=2)
    counts = np.stack([(pairs == pair).sum(axis=0) for pair in range(4)], axis=1)
    return Comparison(part, answers=tuple((int(a), int(b), int(c), int(d)) for a, b, c, d in counts.tolist()))


def _mean_of(values: np.ndarray) -> Measure:
    return lambda weight: float(np.average(values, weights=weight))


def _balanced(truth: np.ndarray, right: np.ndarray) -> Measure:
    known = [(truth == answer).astype(np.float64) for answer in (0, 1)]
    hits = [of * right for of in known]

    def measure(weight: np.ndarray) -> float:
        totals, found = (np.stack([weight @ of for of in each]) for each in (known, hits))
        present = totals > 0
        shares = np.divide(found, totals, out=np.zeros_like(found), where=present)
        return float((shares.sum(axis=0) / present.sum(axis=0)).mean())

    return measure


def _mean_average_precision(truth: np.ndarray, scores: np.ndarray) -> Measure:
    """Sort once: how much rows count changes nothing of their order."""
    sorted_ = [_by_score(truth[:, j], scores[:, j]) for j in range(truth.shape[1])]

    def measure(weight: np.ndarray) -> float:
        found = [_average_precision(weight[order], yes, last) for order, yes, last in sorted_]
        usable = [value for value in found if np.isfinite(value)]
        return float(np.mean(usable)) if usable else np.nan

    return measure


def _by_score(truth: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return (rows by falling score, whether each is a yes, the last places of equal scores)."""
    order = np.argsort(-scores, kind="stable")
    falling = scores[order]
    last = np.append(np.flatnonzero(falling[1:] != falling[:-1]), len(falling) - 1)
    return order, truth[order].astype(np.float64), last


def _average_precision(weight: np.ndarray, yes: np.ndarray, last: np.ndarray) -> float:
    taken, found = np.cumsum(weight)[last], np.cumsum(weight * yes)[last]
    if found[-1] <= 0:
        return np.nan
    precision = np.divide(found, taken, out=np.zeros_like(found), where=taken > 0)
    return float((np.diff(found, prepend=0.0) * precision).sum() / found[-1])
