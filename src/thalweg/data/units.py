"""What no cut through the rows may divide: exact duplicates, groups, and rows of one time."""

import numpy as np

from thalweg.data.source import Source
from thalweg.errors import InputError
from thalweg.wording import counted


def units_of(identical: np.ndarray, groups: np.ndarray | None) -> np.ndarray:
    """Number the units that rows make up: rows joined by equality or by group, however far.

    Args:
        identical: (n,) rows with the same number are exact duplicates.
        groups: (n,) rows with the same number belong together; None where there are no groups.

    Returns:
        (n,) the unit of each row, from 0.

    Example:
        >>> units_of(np.array([0, 1, 1, 2, 3]), np.array([0, 0, 1, 1, 2])).tolist()
        [0, 0, 0, 0, 1]
    """
    _, same = np.unique(identical, return_inverse=True)
    if groups is None:
        return same
    _, group = np.unique(groups, return_inverse=True)
    root = np.arange(group.max() + 1 if len(group) else 0)
    while True:  # each group joins the lowest one that shares a row with it, until nothing moves
        low = np.full(same.max() + 1 if len(same) else 0, len(root))
        np.minimum.at(low, same, root[group])
        joined = root.copy()
        np.minimum.at(joined, root[group], low[same])
        while (joined[joined] != joined).any():
            joined = joined[joined]
        joined = joined[root]
        if (joined == root).all():
            return np.unique(root[group], return_inverse=True)[1]
        root = joined


def commonest(unit: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    """Return for each unit the number, at least 0, that most of its rows have: of several the lowest.

    Args:
        unit: (n,) the unit of each row, from 0.
        numbers: (n,) of each row.

    Returns:
        (units,) the number of each unit.
    """
    size = int(numbers.max(initial=0)) + 1
    pairs, rows = np.unique(unit * size + numbers, return_counts=True)
    order = np.lexsort((-rows, pairs // size))  # by unit, commonest number first
    _, first = np.unique((pairs // size)[order], return_index=True)
    return (pairs % size)[order][first]


def usable_times(source: Source) -> np.ndarray:
    """Return when each row was, where rows can be divided by that.

    Args:
        source: With times.

    Returns:
        (n,) finite numbers.

    Raises:
        InputError: If a time is missing, or both groups and times are given.
    """
    times = source.times
    if times is None or source.groups is not None:
        raise InputError("rows can be divided by groups or by time, not by both; give --group or --time-column.")
    missing = np.flatnonzero(~np.isfinite(times))
    if len(missing):
        raise InputError(
            f"the time column has no usable time in {counted(len(missing), 'row')}, the first being example "
            f"{missing[0]} (counted from 0); fill them in or leave these rows out."
        )
    return times
