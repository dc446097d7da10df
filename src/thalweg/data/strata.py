"""What rows of several answers are dealt by, so that no part of the data lacks an answer."""

import numpy as np

FREQUENT = 10  # rows from which on a combination of answers is dealt for itself: each part's share is one row at least


def combinations(answers: np.ndarray) -> np.ndarray:
    """Number the combinations of answers.

    Args:
        answers: (n, k), each 0 or 1.

    Returns:
        (n,) from 0: rows with the same number have the same answers.

    Example:
        >>> combinations(np.array([[0, 1], [1, 1], [0, 1]])).tolist()
        [0, 1, 0]
    """
    bits = np.packbits(answers.astype(bool), axis=1)
    return np.unique(bits.view(f"V{bits.shape[1]}").ravel(), return_inverse=True)[1]


def answer_strata(answers: np.ndarray, unit: np.ndarray, least: int) -> tuple[np.ndarray, np.ndarray]:
    """Return what each row is dealt by: its combination of answers, or the rarest answer that it has.

    Combinations of 10 units or more are dealt for themselves. The rows of others go by the rarest of their answers, so
    that every answer of three units or so comes into every part; where even these are too few, all such rows are one
    stratum.

    Args:
        answers: (n, k), each 0 or 1.
        unit: (n,) which unit each row belongs to; the rows of one are dealt together.
        least: Units that can be divided.

    Returns:
        (strata, rare): (n,) numbers from 0, -1 for rows with an answer of fewer than `least` units; and (k, 2), which
        answers those are. An answer that no row has is not among them.

    Source: Sechidis, Tsoumakas and Vlahavas, "On the stratification of multi-label data", 2011: the rarest label
    decides.
    """
    k = answers.shape[1]
    units = np.stack([_units_with(answers == answer, unit) for answer in (0, 1)], axis=1)  # (k, 2)
    rare = (units > 0) & (units < least)
    own = units[np.arange(k)[None, :], answers]  # (n, k): units that share this row's answer
    rarest = own.argmin(axis=1)
    rows = np.arange(len(answers))
    strata = 2 * rarest + answers[rows, rarest]
    whole = combinations(answers)
    often = _counted(whole, unit) >= FREQUENT
    strata = np.where(often, 2 * k + whole, strata)
    strata = np.where(_counted(strata, unit) < least, -2, strata)  # together they may still be enough
    strata = np.unique(strata, return_inverse=True)[1]
    return np.where(rare[rarest, answers[rows, rarest]], -1, strata), rare


def _units_with(has: np.ndarray, unit: np.ndarray) -> np.ndarray:
    """Return for each column of (n, k) truths how many units have one."""
    if unit.max() + 1 == len(unit):
        return has.sum(axis=0)
    held = np.zeros((unit.max() + 1, has.shape[1]), bool)
    np.logical_or.at(held, unit, has)
    return held.sum(axis=0)


def _counted(strata: np.ndarray, unit: np.ndarray) -> np.ndarray:
    """Return for each row how many units its stratum has."""
    strata = np.unique(strata, return_inverse=True)[1]
    pairs = np.unique(unit.astype(np.int64) * (strata.max() + 1) + strata)
    return np.bincount(pairs % (strata.max() + 1))[strata]
