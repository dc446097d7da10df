"""Numbers of the table: intervals of shares, and whether a faulty run is really worse than its twin."""

import math
from collections.abc import Sequence

import numpy as np

LEVEL = 0.05  # of the test
LEAST_SEEDS = 5
LEAST_GAP = 0.02  # of a share or R², by which a faulty run is worse on average: less is no fault worth a warning


def sign_test(faulty: Sequence[float], twin: Sequence[float]) -> float:
    """Return how likely luck alone would make the faulty run worse as often, one-sided.

        P(at least k of n fair coins show heads),    k pairs in which it is worse; a tie counts as not worse

    Args:
        faulty: Scores by seed, larger being better; not a number is worse than any.
        twin: Of the same seeds.

    Returns:
        The probability; 1 of no pairs.
    """
    worse = int(np.sum(_scores(faulty) < _scores(twin)))
    count = len(faulty)
    return sum(math.comb(count, k) for k in range(worse, count + 1)) / 2**count


def gap(faulty: Sequence[float], twin: Sequence[float]) -> float:
    """Return how much better the twin is on average; an amount's score counts from -1 on, for below all are useless."""
    return float(np.mean(_bounded(twin) - _bounded(faulty)))


def really_worse(faulty: Sequence[float], twin: Sequence[float]) -> bool:
    """Say whether a fault shows: in the sign test at 5%, over five seeds at least, and by 0.02 on average."""
    enough = len(faulty) >= LEAST_SEEDS
    return enough and sign_test(faulty, twin) <= LEVEL and gap(faulty, twin) >= LEAST_GAP


def closed(faulty: Sequence[float], twin: Sequence[float], mended: Sequence[float]) -> float:
    """Return the share of the gap between a faulty run and its twin that a remedy closes, by the means over seeds."""
    return gap(faulty, mended) / gap(faulty, twin)


def as_good(score: Sequence[float], usual: Sequence[float], rows: int) -> bool:
    """Say whether a run is about as good as the usual one: within 0.05, or two standard errors of a share of 1/2.

    Args:
        score: By seed.
        usual: Of the same seeds.
        rows: Validation rows of each.
    """
    return gap(score, usual) <= max(0.05, 2 * 0.5 / math.sqrt(rows * len(score)))


def _scores(values: Sequence[float]) -> np.ndarray:
    return np.nan_to_num(np.asarray(values, float), nan=-np.inf, neginf=-np.inf)


def _bounded(values: Sequence[float]) -> np.ndarray:
    return np.maximum(_scores(values), -1.0)
