"""What one predictor gains over another on the same rows, and how sure that is."""

from collections.abc import Sequence

import numpy as np

from thalweg.errors import InputError
from thalweg.runs.ensemble.summary import Gain
from thalweg.runs.scoring import Predicted, measure_of
from thalweg.train.scores import AFTERWARDS, METRICS

RESAMPLES = 2_000
_BLOCK = 20_000_000  # rows drawn at a time


def gain_over(first: Sequence[Predicted], other: Sequence[Predicted], metric: str, *, seed: int = 0) -> Gain:
    """Return what one predictor gains over another, with its 95% interval by the paired bootstrap.

        G = (1/S) sum_s [score(first_s, w) - score(other_s, w)],    w_i how often row i is drawn

    Rows are drawn with replacement, and where there are predictions of several seeds, these too. Both predictors of a
    seed are scored on the same draw, so what makes rows hard for both falls out. The interval holds the middle 95% of
    2,000 draws of G. With one seed it tells what other rows would change, not what another training would.

    Args:
        first: The predictions of an ensemble, say, one for each seed that it was made from.
        other: Those of what it is compared with, for the same seeds; all on the same rows.
        metric: A name in `train.scores.METRICS` or `AFTERWARDS` that goes with the task.
        seed: Of the draws.

    Returns:
        The gain; of a metric whose smaller values are better, how much smaller it is.

    Raises:
        InputError: If there are not as many predictions of both, one or more, all of the same rows, or there is no such
            metric.

    Example:
        >>> y, ones = np.array([0, 1] * 50), np.ones(100)
        >>> right, half = (Predicted("test", y, p, ones) for p in (np.eye(2)[y], np.tile([1.0, 0.0], (100, 1))))
        >>> found = gain_over([right], [half], "accuracy")
        >>> found.value, found.certain
        (0.5, True)

    Source: Efron and Tibshirani, "An introduction to the bootstrap", 1993, section 13.3 (percentile intervals); Koehn,
    "Statistical significance tests for machine translation evaluation", 2004 (pairs).
    """
    known = {**METRICS, **AFTERWARDS}
    if metric not in known:
        raise InputError(f"a gain is measured in {', '.join(known)}; got {metric!r}.")
    _check(first, other)
    sign = 1.0 if known[metric].larger_is_better else -1.0
    pairs = [(measure_of(a, metric), measure_of(b, metric)) for a, b in zip(first, other, strict=True)]
    weight, rows = first[0].weight.astype(np.float64), len(first[0].truth)
    scores = np.array([[measure(weight) for measure in pair] for pair in pairs])
    random = np.random.Generator(np.random.Philox(key=seed))
    drawn = np.zeros(0)
    while len(drawn) < RESAMPLES:
        some = min(RESAMPLES - len(drawn), max(1, _BLOCK // rows))
        seeds = _counts(random, some, len(pairs))
        counts = _counts(random, some, rows) * weight
        drawn = np.concatenate([drawn, [_mean(pairs, *one) for one in zip(seeds, counts, strict=True)]])
    finite = drawn[np.isfinite(drawn)]  # a draw in which all targets are alike, say, has no score
    value = sign * float(np.mean(scores[:, 0] - scores[:, 1]))
    low, high = np.quantile(sign * finite, [0.025, 0.975]) if len(finite) else (value, value)
    means = scores.mean(axis=0)
    return Gain(metric, value, float(low), float(high), float(means[0]), float(means[1]), rows, len(pairs))


def best_of(predictions: Sequence[Predicted], metric: str) -> int:
    """Return the position of the predictor that scores best.

    Chosen on the rows that it is then judged on, the best member looks better than it is, and an ensemble's gain over
    it smaller. So choose it on validation rows.

    Args:
        predictions: One or more, on the same rows.
        metric: As for `gain_over`.

    Returns:
        From 0; of equals the first, and where none has a score.

    Raises:
        InputError: If there are none, or there is no such metric.

    Example:
        >>> y, ones = np.array([0, 1]), np.ones(2)
        >>> best_of([Predicted("validation", y, p, ones) for p in (np.eye(2)[[1, 0]], np.eye(2))], "accuracy")
        1
    """
    known = {**METRICS, **AFTERWARDS}
    if metric not in known or not predictions:
        raise InputError(f"the best of {len(predictions)} is sought by one of {', '.join(known)}; got {metric!r}.")
    scores = [measure_of(one, metric)(one.weight.astype(np.float64)) for one in predictions]
    if np.isnan(scores).all():  # targets that are all alike, say, have no score
        return 0
    return int(np.nanargmax(scores) if known[metric].larger_is_better else np.nanargmin(scores))


def _counts(random: np.random.Generator, draws: int, size: int) -> np.ndarray:
    """Return (draws, size): how often each is among `size` drawn with replacement."""
    chosen = random.integers(0, size, (draws, size)) + size * np.arange(draws)[:, None]
    return np.bincount(chosen.ravel(), minlength=draws * size).reshape(draws, size)


def _mean(pairs: list, seeds: np.ndarray, weight: np.ndarray) -> float:
    if not weight.any():  # no row that counts was drawn
        return np.nan
    drawn = np.flatnonzero(seeds)
    differences = [pairs[s][0](weight) - pairs[s][1](weight) for s in drawn]
    return float(np.average(differences, weights=seeds[drawn]))


def _check(first: Sequence[Predicted], other: Sequence[Predicted]) -> None:
    if not first or len(first) != len(other):
        raise InputError(f"a gain needs predictions of both for the same seeds; got {len(first)} and {len(other)}.")
    one = first[0]
    for each in (*first, *other):
        same = np.array_equal(each.truth, one.truth) and np.array_equal(each.weight, one.weight)
        if not same or not len(each.truth):
            raise InputError("a gain needs predictions of the same rows, one or more; got those of other rows.")
