"""One temperature for all predictions, so that they are as sure as they are right."""

from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize_scalar

from thalweg.errors import InputError
from thalweg.runs.ensemble.combined import LEAST, require_probabilities

BINS = 15
LOWEST, HIGHEST = 0.05, 20.0  # temperatures that are tried


class Temperature(NamedTuple):
    """A temperature, and what it makes of the rows that it was found on."""

    value: float
    surprise_before: (
        float  # mean of minus the log of the right class's probability; of attributes, of the right answer's
    )
    surprise_after: float
    error_before: float  # the expected calibration error
    error_after: float


def fit_temperature(probabilities: np.ndarray, truth: np.ndarray, weight: np.ndarray | None = None) -> Temperature:
    """Find the temperature that makes the right classes of validation rows likeliest.

        T = argmin -sum_i w_i log softmax(log p_i / T)_(y_i),    sought in log T between 1/20 and 20

    Above 1 it makes predictions less sure, below 1 surer. It changes no order among classes, so no accuracy. In 1/T the
    sum is convex, so there is one best T; where every row is right it would be 0, and the least one is given. Of
    attributes, log p_yes - log p_no is divided by T: one T for all of them.

    Args:
        probabilities: (n, C), or of no and yes (n, k, 2), of rows that nothing was trained on.
        truth: (n,) class numbers, or (n, k) answers 0 and 1.
        weight: (n,) how much each row counts; None for all alike.

    Returns:
        The temperature, 1 if no other is better.

    Raises:
        InputError: If there is no row, or the predictions are no probabilities.

    Example:
        >>> unsure = np.array([[0.6, 0.4]] * 10)  # and nine of ten are right: log 9 = log 1.5 / T
        >>> round(fit_temperature(unsure, np.array([0] * 9 + [1])).value, 4)
        0.1845

    Source: Guo, Pleiss, Sun and Weinberger, "On calibration of modern neural networks", 2017, section 4.2.
    """
    given, weight = _checked(probabilities, truth, weight)

    def surprise(temperature: float) -> float:
        of_truth = np.take_along_axis(_log_tempered(given, temperature), truth[..., None], axis=-1)[..., 0]
        return -float(np.average(of_truth.reshape(len(truth), -1).mean(axis=1), weights=weight))

    bounds = (np.log(LOWEST), np.log(HIGHEST))
    found = minimize_scalar(lambda log: surprise(np.exp(log)), bounds=bounds, method="bounded", options={"xatol": 1e-9})
    best = min((1.0, LOWEST, float(np.exp(found.x))), key=surprise)  # the search never tries its own bounds
    after = tempered(given, best)
    errors = (calibration_error(each, truth, weight) for each in (given, after))
    return Temperature(best, surprise(1.0), surprise(best), *errors)


def tempered(probabilities: np.ndarray, temperature: float) -> np.ndarray:
    """Return predictions at a temperature.

        p_c <- p_c^(1/T) / sum_c' p_c'^(1/T) = softmax(log p / T)_c

    Args:
        probabilities: (n, C), or of no and yes (n, k, 2).
        temperature: T, above 0; 1 changes nothing but rounding.

    Returns:
        Probabilities in the shape of the given ones, float64.

    Raises:
        InputError: If the temperature is not above 0.

    Example:
        >>> tempered(np.array([[0.8, 0.2]]), 2.0).round(4).tolist()
        [[0.6667, 0.3333]]

    Source: Guo, Pleiss, Sun and Weinberger, "On calibration of modern neural networks", 2017, equation 9.
    """
    if not 0 < temperature < np.inf:
        raise InputError(f"a temperature must be above 0; got {temperature}.")
    return np.exp(_log_tempered(np.asarray(probabilities, np.float64), temperature))


def calibration_error(
    probabilities: np.ndarray, truth: np.ndarray, weight: np.ndarray | None = None, bins: int = BINS
) -> float:
    """Return the expected calibration error: how far confidence is from accuracy, on average.

        sum_b (W_b / W) |accuracy_b - confidence_b|,    b the rows of a confidence in ((b - 1) / bins, b / bins]

    Confidence is the largest probability of a row; of attributes, every answer is a row.

    Args:
        probabilities: (n, C), or of no and yes (n, k, 2).
        truth: (n,) class numbers, or (n, k) answers.
        weight: (n,) how much each row counts; None for all alike.
        bins: Of equal width; at least 1.

    Returns:
        The error, in [0, 1].

    Raises:
        InputError: If there is no row or no bin, or the predictions are no probabilities.

    Example:
        >>> calibration_error(np.array([[0.75, 0.25]] * 4), np.array([0, 0, 1, 1]))
        0.25

    Source: Guo, Pleiss, Sun and Weinberger, "On calibration of modern neural networks", 2017, equation 3.
    """
    given, weight = _checked(probabilities, truth, weight)
    if bins < 1:
        raise InputError(f"a calibration error needs 1 bin or more; got {bins}.")
    right = (given.argmax(axis=-1) == truth).astype(np.float64)
    confidence = given.max(axis=-1)
    counted = np.broadcast_to(weight.reshape(-1, *[1] * (truth.ndim - 1)), truth.shape).ravel()
    place = np.clip(np.ceil(confidence.ravel() * bins).astype(int) - 1, 0, bins - 1)
    gaps = np.bincount(place, counted * (right - confidence).ravel(), bins)  # W_b times the difference of means
    return float(np.abs(gaps).sum() / counted.sum())


def _log_tempered(probabilities: np.ndarray, temperature: float) -> np.ndarray:
    scores = np.log(np.maximum(probabilities, LEAST)) / temperature
    scores = scores - scores.max(axis=-1, keepdims=True)
    return scores - np.log(np.exp(scores).sum(axis=-1, keepdims=True))


def _checked(probabilities: np.ndarray, truth: np.ndarray, weight: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    given = np.asarray(probabilities, np.float64)
    if not len(truth) or given.shape[:-1] != truth.shape:
        raise InputError(
            f"calibration needs rows and a prediction for each; got predictions of shape {given.shape} for "
            f"{truth.shape}."
        )
    require_probabilities(given, "calibration")
    return given, np.ones(len(truth)) if weight is None else np.asarray(weight, np.float64)
