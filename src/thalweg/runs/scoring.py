"""From predictions to scores with intervals, and to the comparison of truth and prediction."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from sklearn.metrics import average_precision_score

from thalweg.data.source import Task
from thalweg.runs.attribute_scores import MOST_SORTED, answers_of, attribute_measure
from thalweg.runs.outcome import Comparison, Score
from thalweg.train.evaluate import TOP, among_first

RESAMPLES = 400
SHOWN_ROWS = 2_000  # of a regression's truth and prediction kept for the picture
MINORITY = 0.1  # of two classes, the share of the rarer below which accuracy alone would flatter


class Predicted(NamedTuple):
    """Truth and prediction on one part, in the unit of the data."""

    part: str
    truth: np.ndarray  # (n,) class numbers, (n, k) answers, or (n, 1) values
    outputs: np.ndarray  # (n, C) probabilities or scores, (n, k, 2) of no and yes, or (n, 1) values
    weight: np.ndarray  # (n,)
    probable: bool = True  # whether outputs of classes and answers are probabilities
    flips: bool = False  # whether outputs are means over each image and its mirror image


def scores_of(predicted: Predicted, task: Task, metric: str) -> tuple[Score, ...]:
    """Return the metric's score first, then the others that a reader of this task wants.

    The interval is the middle 95% over resampled rows, drawn by a fixed seed.

    Args:
        predicted: Truth and prediction.
        task: What was predicted.
        metric: The run's metric.

    Returns:
        Scores on this part.
    """
    return tuple(score_by(predicted, name) for name in _wanted(predicted, task, metric))


def comparison_of(predicted: Predicted, task: Task) -> Comparison:
    """Return the confusion matrix, of attributes each one's own, or some rows' truth beside their prediction."""
    if task.kind == "attributes":
        return answers_of(predicted.part, predicted.truth, predicted.outputs)
    if task.kind == "classes":
        count = len(task.classes)
        guess = predicted.outputs.argmax(axis=1)
        pairs = np.bincount(predicted.truth.astype(np.int64) * count + guess, minlength=count * count)
        return Comparison(predicted.part, tuple(tuple(map(int, row)) for row in pairs.reshape(count, count)))
    chosen = slice(None)
    if len(predicted.truth) > SHOWN_ROWS:
        chosen = np.sort(np.random.default_rng(0).choice(len(predicted.truth), SHOWN_ROWS, replace=False))
    truth, outputs = predicted.truth[chosen, 0], predicted.outputs[chosen, 0]
    return Comparison(predicted.part, (), tuple(map(float, truth)), tuple(map(float, outputs)))


def _wanted(predicted: Predicted, task: Task, metric: str) -> list[str]:
    if task.kind == "regression":
        return list(dict.fromkeys([metric, "r2", "rmse", "mae"]))
    names = [metric, "accuracy"]
    if task.kind == "attributes":
        yes = predicted.truth.mean(axis=0)
        names += ["exact_match", *(["balanced_accuracy"] if np.minimum(yes, 1 - yes).min() < MINORITY else [])]
        names += ["mean_average_precision"] if predicted.truth.any() and predicted.truth.size <= MOST_SORTED else []
        return list(dict.fromkeys([*names, *(["cross_entropy"] if predicted.probable else [])]))
    shares = np.bincount(predicted.truth, minlength=len(task.classes)) / max(len(predicted.truth), 1)
    if len(task.classes) > TOP:
        names.append("top_5_accuracy")
    if shares.min() < MINORITY * 2 / len(task.classes):  # of ten even classes each has a share of 0.1
        names += ["balanced_accuracy", *(["average_precision"] if len(task.classes) == 2 else [])]
    return list(dict.fromkeys([*names, *(["cross_entropy"] if predicted.probable else [])]))


def score_by(predicted: Predicted, metric: str) -> Score:
    """Return one score, with the interval that `scores_of` gives.

    Args:
        predicted: Truth and prediction.
        metric: One that is for this task.

    Returns:
        The score on this part.

    Raises:
        ValueError: If there is no such metric.
    """
    n = len(predicted.truth)
    measure = measure_of(predicted, metric)
    random = np.random.default_rng(0)
    # Resampling rows with replacement is drawing how often each row counts.
    drawn = max(50, min(RESAMPLES, 20_000_000 // max(predicted.truth.size, 1)))
    values = [measure(predicted.weight * random.multinomial(n, np.full(n, 1 / n))) for _ in range(drawn)]
    finite = [value for value in values if np.isfinite(value)]
    value = measure(predicted.weight)
    low, high = np.quantile(finite, [0.025, 0.975]) if finite else (value, value)
    return Score(metric, float(value), float(low), float(high), predicted.part, n, predicted.flips)


def measure_of(predicted: Predicted, metric: str) -> Callable[[np.ndarray], float]:
    """Return a score as a function of the rows' weights.

    Args:
        predicted: Truth and prediction; its own weights are not looked at.
        metric: One that is for this task.

    Returns:
        Takes weights (n,) and gives the score on this part; NaN where the rows that count have none.

    Raises:
        ValueError: If there is no such metric.
    """
    truth, outputs = predicted.truth, predicted.outputs.astype(np.float64)
    if metric in ("r2", "rmse", "mae"):
        return _regression_measure(truth[:, 0], outputs[:, 0], metric)
    if outputs.ndim == 3:
        return attribute_measure(truth, outputs, metric)
    hits = (outputs.argmax(axis=1) == truth).astype(np.float64)
    match metric:
        case "accuracy":
            return lambda weight: np.average(hits, weights=weight)
        case "top_5_accuracy" | "top_5_error":
            near = among_first(outputs, truth, TOP) == (metric == "top_5_accuracy")
            return lambda weight: np.average(near, weights=weight)
        case "balanced_accuracy":
            return lambda weight: _balanced(truth, hits, weight)
        case "cross_entropy":
            surprise = -np.log(np.maximum(outputs[np.arange(len(truth)), truth], 1e-300))
            return lambda weight: np.average(surprise, weights=weight)
        case "average_precision":
            rare = int(np.bincount(truth, minlength=2).argmin())
            return lambda weight: _average_precision(truth == rare, outputs[:, rare], weight)
    raise ValueError(f"no such metric: {metric!r}")


def _regression_measure(truth: np.ndarray, outputs: np.ndarray, metric: str) -> Callable[[np.ndarray], float]:
    error = outputs - truth
    if metric == "mae":
        return lambda weight: np.average(np.abs(error), weights=weight)
    if metric == "rmse":
        return lambda weight: np.sqrt(np.average(np.square(error), weights=weight))

    def share_explained(weight):
        mean = np.average(truth, weights=weight)
        spread = np.sum(weight * np.square(truth - mean))
        return 1 - np.sum(weight * np.square(error)) / spread if spread > 0 else np.nan

    return share_explained


def _balanced(truth: np.ndarray, hits: np.ndarray, weight: np.ndarray) -> float:
    totals = np.bincount(truth, weights=weight)
    right = np.bincount(truth, weights=weight * hits, minlength=len(totals))
    return float(np.mean(right[totals > 0] / totals[totals > 0]))


def _average_precision(wanted: np.ndarray, outputs: np.ndarray, weight: np.ndarray) -> float:
    if not np.sum(weight[wanted]):
        return np.nan  # none of the resampled rows is of the class, so none could be found
    return average_precision_score(wanted, outputs, sample_weight=weight)
