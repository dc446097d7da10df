"""Folds for cross-validation: the rows outside the test part, cut so that each is validated once.

A hold-out set is one validation part that all settings are compared on, and some notes call that cross-validation,
too. Here the word means k folds: each is the validation part once, while the others are trained on.

The test part takes part in nothing: neither its rows nor how many there are change a fold.
"""

import hashlib

import numpy as np

from thalweg.data.source import Source
from thalweg.data.split import Split
from thalweg.data.strata import answer_strata
from thalweg.data.units import units_of, usable_times
from thalweg.errors import InputError
from thalweg.wording import counted


def fold_splits(source: Source, split: Split, folds: int = 5, seed: int = 0) -> tuple[Split, ...]:
    """Cut the training and validation rows of a split into folds, each the validation part of a split of its own.

    Each row is in the validation part of one split and in the training part of the others. Each class gives every fold
    its share, and the folds are equally large, both within one row where no rows have to stay together. Exact
    duplicates and groups are dealt whole, the largest first, each to the fold whose classes are the least filled by
    then. Of attributes, combinations of answers count as classes, rare ones by the rarest of their answers.

    With `source.times` nothing is drawn. The rows are cut into `folds + 1` stretches of time, as equal as times allow;
    each split validates on one stretch and trains on all before it, as a forecast would. So the first stretch is never
    validated, and the first splits train on few rows.

    Args:
        source: The labelled examples.
        split: Says which rows are the test part; those of its other two parts are dealt.
        folds: How many; 5 or 10 are usual. At least 2.
        seed: Chooses among the possible folds.

    Returns:
        A split a fold; all have the test part of `split`.

    Raises:
        InputError: If there are fewer than 2 folds, or more than different rows, groups, rows of a class or, less one,
            times. If a time is missing, or both groups and times are given.

    Example:
        >>> from thalweg.data.arrays import from_arrays
        >>> source = from_arrays([[1], [2], [3], [4], [5]], ["no", "no", "yes", "yes", "yes"], name="toy")
        >>> split = Split(np.array([0, 2]), np.array([1, 3]), np.array([4]))
        >>> [(len(fold.train), len(fold.validation), fold.test.tolist()) for fold in fold_splits(source, split, 2)]
        [(2, 2, [4]), (2, 2, [4])]

    Source: Hastie, Tibshirani and Friedman, "The Elements of Statistical Learning", section 7.10; CS231n notes, "Image
    Classification", "Validation sets for hyperparameter tuning". Time: Hyndman and Athanasopoulos, "Forecasting:
    Principles and Practice", section 5.10.
    """
    if folds < 2:
        raise InputError(f"cross-validation needs at least 2 folds; got {folds}. Ask for 5, as is usual.")
    rows = np.sort(np.concatenate([split.train, split.validation]))
    if source.times is not None:
        stretch = _stretches(usable_times(source)[rows], folds)
        chosen = [(stretch < number, stretch == number) for number in range(1, folds + 1)]
    else:
        fold = _dealt(source, rows, folds, seed)
        chosen = [(fold != number, fold == number) for number in range(folds)]
    return tuple(Split(rows[train], rows[validation], split.test) for train, validation in chosen)


def _dealt(source: Source, rows: np.ndarray, folds: int, seed: int) -> np.ndarray:
    """Return the fold of each of the rows."""
    groups = None if source.groups is None else source.groups[rows]
    unit, targets = units_of(source.identical[rows], groups), source.targets[rows]
    size = np.bincount(unit)
    if folds > len(size):
        what = "different rows" if groups is None else "groups"
        raise InputError(
            f"{folds} folds need at least {folds} {what} outside the test part; there are {len(size)}. Ask for fewer "
            "folds."
        )
    strata = np.zeros(len(rows), np.int64)
    if source.task.kind == "classes":
        _check_classes(source, unit if groups is None else np.arange(len(rows)), targets, folds)
        strata = targets.astype(np.int64)
    elif source.task.kind == "attributes":
        strata = answer_strata(targets, unit, folds)[0] + 1  # 0 for those with an answer that is rarer than folds
    told = "\0".join(("folds", source.task.target, str(seed)))
    key = int.from_bytes(hashlib.sha256(told.encode("utf-8", "surrogatepass")).digest()[:16], "little")
    generator = np.random.Generator(np.random.Philox(key=key))
    return _fold_of_units(unit, strata, folds, generator)[unit]


def _fold_of_units(unit: np.ndarray, strata: np.ndarray, folds: int, generator: np.random.Generator) -> np.ndarray:
    """Return each unit's fold: the one whose strata are the least filled, and of several the smallest."""
    _, strata, whole = np.unique(strata, return_inverse=True, return_counts=True)
    pairs, count = np.unique(unit * len(whole) + strata, return_counts=True)
    begin = np.searchsorted(pairs, np.arange(unit.max() + 2) * len(whole))
    stratum, size = pairs % len(whole), np.bincount(unit)
    filled, held = np.zeros((folds, len(whole))), np.zeros(folds)
    of = np.empty(len(size), np.int64)
    first = stratum[begin[:-1]]  # one stratum after the other: so the folds come out equally large, too
    for number in np.lexsort((generator.random(len(size)), first, -size)):
        at = slice(begin[number], begin[number + 1])
        own, more = stratum[at], count[at]
        crowd = (filled[:, own] * (more / whole[own])).sum(axis=1)
        fold = np.lexsort((held, crowd))[0]
        filled[fold, own] += more
        held[fold] += size[number]
        of[number] = fold
    return of


def _check_classes(source: Source, unit: np.ndarray, targets: np.ndarray, folds: int) -> None:
    """Refuse more folds than a class has rows, copies not counted."""
    first = np.unique(unit, return_index=True)[1]
    count = np.bincount(targets[first], minlength=len(source.task.classes))
    there = np.flatnonzero(count)
    rarest = there[np.argmin(count[there])]
    most = int(count[rarest])
    if folds > most:
        fewer = f"Ask for at most {most} folds, give" if most > 1 else "Give"
        raise InputError(
            f"{folds} folds need at least {folds} different rows of each class outside the test part; class "
            f"{source.task.classes[rarest]!r} has {most}. {fewer} more rows of it, or leave the class out."
        )


def _stretches(times: np.ndarray, folds: int) -> np.ndarray:
    """Return which of `folds + 1` stretches of time each row lies in; rows of one time are not parted."""
    distinct, moment, count = np.unique(times, return_inverse=True, return_counts=True)
    if len(distinct) < folds + 1:
        raise InputError(
            f"{counted(folds, 'fold')} in the order of time need at least {folds + 1} different times outside the test "
            f"part; there are {len(distinct)}. Ask for fewer folds, or give a finer time column."
        )
    ends = np.cumsum(count)
    last = -1  # time of the stretch before
    stretch = np.zeros(len(distinct), np.int64)
    for number in range(1, folds + 1):
        nearest = int(np.abs(ends - number * len(times) / (folds + 1)).argmin())
        last = min(max(nearest, last + 1), len(distinct) - 1 - (folds + 1 - number))
        stretch[last + 1 :] = number
    return stretch[moment]
