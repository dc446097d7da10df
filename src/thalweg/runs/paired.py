"""By how much one setting is better than another over the same folds, and how far chance goes."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy import stats

SURE = 0.95  # of the interval


class Paired(NamedTuple):
    """A difference, and what it may be."""

    difference: float  # above 0 where the first is better
    low: float  # of the 95% interval of it; NaN where nothing says how far chance goes
    high: float

    @property
    def beyond_chance(self) -> bool:
        """Whether the first is better even at the lower end."""
        return self.low > 0


def paired(differences: Sequence[float], training: int, validation: int) -> Paired:
    """Compare two settings by their scores in the same folds: the corrected resampled t-test.

        d = mean d_f,    s^2 = sum (d_f - d)^2 / (k - 1),    d -+ t s sqrt(1 / k + n_validation / n_training)

    with t of k - 1 degrees of freedom. The folds' training parts overlap, so that their scores go up and down together
    and the plain s^2 / k is too small; the second term makes up for it. Of 5 folds it more than doubles the variance.

    Args:
        differences: Of the scores in each fold, the first setting's less the second's, larger being better.
        training: Rows that a fold trains on, or those of all folds together.
        validation: Rows that a fold is scored on, or those of all folds together.

    Returns:
        The mean difference and its interval, without one for a single fold.

    Example:
        >>> found = paired([0.02, 0.04, 0.03, 0.05, 0.01], training=80, validation=20)
        >>> round(found.difference, 4), round(found.low, 4), round(found.high, 4)
        (0.03, 0.0006, 0.0594)

    Source: Nadeau and Bengio, "Inference for the generalization error", 2003; for folds, Bouckaert and Frank,
    "Evaluating the replicability of significance tests for comparing learning algorithms", 2004.
    """
    found = np.asarray(differences, np.float64)
    difference, count = float(found.mean()), len(found)
    if count < 2 or math.isnan(difference):
        return Paired(difference, math.nan, math.nan)
    error = float(found.std(ddof=1)) * math.sqrt(1 / count + validation / training)
    half = float(stats.t.ppf((1 + SURE) / 2, count - 1)) * error
    return Paired(difference, difference - half, difference + half)
