"""A column of names as columns of zeros and ones: one for each level seen in training."""

from typing import NamedTuple

import numpy as np

from thalweg.data.columns import CategoryColumn
from thalweg.data.split import Split


class CategoryCode(NamedTuple):
    """What one column of names becomes: a column for each level, then perhaps "other" and "missing"."""

    name: str
    levels: tuple[str, ...]  # those with a column of their own, sorted
    other: bool  # whether training rows share a column of rare levels; unseen ones go there
    missing: bool  # whether training rows had no name; a column of its own

    def names(self) -> tuple[str, ...]:
        """Return the names of the columns made, in order."""
        more = ["(other)"] * self.other + ["(missing)"] * self.missing
        return (*(f"{self.name}={level}" for level in self.levels), *(f"{self.name} {word}" for word in more))


def fit_category(column: CategoryColumn, split: Split, *, min_count: int, max_levels: int) -> CategoryCode:
    """Choose the levels of a column that get a column of their own, from the training rows alone.

    Args:
        column: All rows of the column.
        split: Their parts; only `split.train` is looked at.
        min_count: Levels with fewer training rows are rare; at least 1.
        max_levels: At most so many levels, the commonest; the others are rare.

    Returns:
        The code; without any column if it would be the same in every training row.
    """
    codes = column.codes[split.train]
    count = np.bincount(codes[codes >= 0], minlength=len(column.levels))
    often = np.flatnonzero(count >= min_count)
    # Sorted by name wherever counts are equal, for codes differ from file to file and names do not.
    commonest = often[np.lexsort((often, -count[often]))][:max_levels]
    levels = tuple(sorted(column.levels[k] for k in commonest))
    other = bool(count.sum() > count[commonest].sum())
    missing = bool((codes < 0).any())
    if len(levels) + other + missing < 2:
        return CategoryCode(column.name, (), False, False)
    return CategoryCode(column.name, levels, other, missing)


def encode_category(code: CategoryCode, column: CategoryColumn, outputs: np.ndarray) -> None:
    """Write a column's zeros and ones into `outputs`, which holds zeros.

    Levels are matched by name. A level without a column counts as "other"; where training had no such level, nothing
    was learned for it and the row stays at zero, as it does for a missing name that training never saw: a column
    that was never 1 in training would add its initial weights, which mean nothing.

    Args:
        code: What was learned.
        column: The rows to encode; its levels may differ from those learned.
        outputs: (n, len(code.names())) float32 zeros, changed in place.
    """
    nowhere = -1
    place = {level: k for k, level in enumerate(code.levels)}
    rare = len(code.levels) if code.other else nowhere
    absent = len(code.levels) + code.other if code.missing else nowhere
    # The last entry is the one that code -1 reads.
    target = np.array([*(place.get(level, rare) for level in column.levels), absent])[column.codes]
    rows = np.flatnonzero(target != nowhere)
    outputs[rows, target[rows]] = 1.0
