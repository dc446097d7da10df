"""Three parts of the data: to train on, to choose by, to be judged by once.

Rows are dealt in units that no cut may divide: exact duplicates stay together, for a network that has seen a row has
not earned its score on the copy, and so do the rows of one group. The draw hangs on the data, the target's name and
the split's own seed, never on a run's seed, so that all runs on one table share one sealed test part.

What it leaves out: folds for cross-validation, which are in `folds.py`, and strata for a regression's targets.
"""

import hashlib
from typing import NamedTuple

import numpy as np

from thalweg.data.source import Remark, Source
from thalweg.data.strata import answer_strata
from thalweg.data.units import commonest, units_of, usable_times
from thalweg.errors import InputError
from thalweg.wording import agreeing

SHOWN = 5  # class names listed in one remark


class Split(NamedTuple):
    """Row positions of the three parts: each sorted, no row in two, every row in one."""

    train: np.ndarray  # (n_train,) int64
    validation: np.ndarray  # (n_validation,) int64; empty when it comes from another file
    test: np.ndarray  # (n_test,) int64; empty when it comes from another file


def split_source(
    source: Source, *, split_seed: int = 0, test_share: float = 0.2, validation_share: float = 0.16
) -> tuple[Split, tuple[Remark, ...]]:
    """Divide the rows of a source into training, validation and test part.

    Shuffled and stratified: each class gives every part its share, within one row where no row has duplicates.
    Exact duplicates (`source.identical`) and groups (`source.groups`) count as one unit and go to one part; units are
    dealt from the largest to the smallest, so that the parts' row counts stay near their shares too. A set of
    duplicates that alone would overfill a part's share of its class goes to the training part. A class of fewer than
    three units goes to the training part whole. Of attributes, a combination of answers of ten units counts as a class,
    rows of other combinations go by the rarest of their answers, and those with an answer of fewer than three units to
    the training part. With `source.times`, nothing is drawn: every validation row is later than every training row,
    every test row later still, and rows of one time stay together; duplicates of different times may then lie in
    different parts, which is said.

    The test part depends on the fingerprint, the target's name, `split_seed` and `test_share` only.

    Args:
        source: The labelled examples.
        split_seed: Chooses among the possible splits; at least 0.
        test_share: Share of the rows to seal, in [0, 1); 0 when the test part comes from another file.
        validation_share: Share of the rows to choose by, in [0, 1); 0 when it comes from another file. The two
            together must leave some rows to train on.

    Returns:
        The split, and remarks: what the user should know of it, such as classes too small to be divided.

    Raises:
        InputError: If the shares are not possible, a part would be empty, a time is missing, or both groups and
            times are given.

    Source: CS231n notes, "Image Classification", "Validation sets for hyperparameter tuning"; Hastie, Tibshirani and
    Friedman, "The Elements of Statistical Learning", section 7.2.
    """
    if min(test_share, validation_share) < 0 or not test_share + validation_share < 1:
        raise InputError(
            "the shares of the test and validation part must be at least 0 and together below 1; "
            f"got {test_share} and {validation_share}."
        )
    if source.times is not None:
        part, remarks = _by_time(source, test_share, validation_share)
    else:
        part, remarks = _by_draw(source, split_seed, test_share, validation_share)
    train, validation, test = (np.flatnonzero(part == number) for number in range(3))
    wanted = {"training": 1.0, "validation": validation_share, "test": test_share}
    for (name, share), rows in zip(wanted.items(), (train, validation, test), strict=True):
        if share > 0 and len(rows) == 0:
            what = "classes" if source.task.classes else "attributes"
            classes = f", {what}: {source.task.size:,}" if source.task.size else ""
            raise InputError(
                f"{source.name} has too few rows to divide: the {name} part would be empty (rows: {len(part):,}"
                f"{classes}; exact duplicates and groups stay together). Give at least three different rows of a "
                "class, choose another target, or give the other parts as files with --validation-data, --test-data."
            )
    return Split(train, validation, test), (*remarks, *_unseen_classes(source, train))


def _by_draw(
    source: Source, split_seed: int, test_share: float, validation_share: float
) -> tuple[np.ndarray, list[Remark]]:
    unit = units_of(source.identical, source.groups)
    sizes = np.bincount(unit)
    # Three where there is a test part, whatever the validation share: the test part must not depend on that share.
    least = 3 if test_share > 0 else 2
    strata, remarks = _strata(source, unit, least)
    part = np.zeros(len(sizes), np.int64)  # of each unit: 0 training, 1 validation, 2 test
    dealt = np.flatnonzero(strata >= 0)
    for number, name, share in ((2, "test", test_share), (1, "validation", validation_share)):
        if share > 0 and len(dealt) > 0:
            generator = _generator(source, split_seed, name)
            chosen = _deal(sizes[dealt], strata[dealt], part[dealt] == 0, share, number, generator)
            part[dealt[chosen]] = number
    copies = len(unit) - len(np.unique(source.identical))
    if copies:
        rows = np.bincount(part[unit], minlength=3)
        # A part that comes as a file of its own is not dealt here, and has nothing to do with these copies.
        dealt = [f"{rows[0]:,} training"]
        dealt += [f"{rows[1]:,} validation"] * (validation_share > 0) + [f"{rows[2]:,} test"] * (test_share > 0)
        makes = f", which makes {', '.join(dealt[:-1])} and {dealt[-1]} rows" if len(dealt) > 1 else ""
        text = (
            f"{copies:,} of {len(unit):,} rows {agreeing(copies, 'is a copy', 'are copies')} of another row, label "
            f"included; copies stay in one part{makes}."
        )
        remarks.append(Remark("duplicates", text))
    return part[unit], remarks


def _generator(source: Source, split_seed: int, name: str) -> np.random.Generator:
    told = "\0".join((source.fingerprint, source.task.target, str(split_seed), name))
    key = int.from_bytes(hashlib.sha256(told.encode("utf-8", "surrogatepass")).digest()[:16], "little")
    return np.random.Generator(np.random.Philox(key=key))


def _deal(
    sizes: np.ndarray, strata: np.ndarray, there: np.ndarray, share: float, leave: int, generator: np.random.Generator
) -> np.ndarray:
    """Return which units a part gets: `share` of each stratum, spread evenly over the units' sizes.

    Args:
        sizes: (u,) rows of each unit.
        strata: (u,) stratum of each unit.
        there: (u,) bool, the units still to be had: more than `leave` of each stratum, for one at least is taken.
        share: Of the units of a stratum, those no longer there included.
        leave: Units of each stratum to leave for the parts dealt later.
        generator: Draws the units.

    Returns:
        The positions of the units taken.
    """
    strata = np.unique(strata, return_inverse=True)[1]
    wanted, limit = share * np.bincount(strata), share * np.bincount(strata, weights=sizes)
    open_ = np.flatnonzero(there)
    order = open_[np.lexsort((generator.random(len(open_)), -sizes[open_], strata[open_]))]  # largest first
    stratum = strata[order]
    count = np.bincount(stratum)
    place = np.arange(len(order)) - (np.cumsum(count) - count)[stratum]  # within its stratum
    # Units too large for the part's share of the stratum's rows stay out, as long as three others remain.
    large = (sizes[order] > np.maximum(limit, 1.0)[stratum]) & (place < (count - 3)[stratum])
    kept_out = np.bincount(stratum[large], minlength=len(count))
    place, free = place - kept_out[stratum], count - kept_out
    take = _rounded(np.minimum(wanted - share * kept_out, free - leave), high=free - leave)
    # Systematic sampling in whole numbers: of every free / take places in a row, one is taken.
    shift = (generator.random(len(count)) * free).astype(np.int64)[stratum]
    taken = ((place + 1) * take[stratum] + shift) // free[stratum] > (place * take[stratum] + shift) // free[stratum]
    return order[taken & (place >= 0)]


def _rounded(wanted: np.ndarray, *, high: np.ndarray) -> np.ndarray:
    """Round each wanted count up or down so that the sum is right too; each in 1 .. high."""
    down = np.floor(wanted).astype(np.int64)
    short = int(np.rint(wanted.sum())) - int(down.sum())
    nearest_above = np.argsort(-(wanted - down), kind="stable")[: max(short, 0)]
    down[nearest_above] += 1
    return np.clip(down, 1, high)


def _strata(source: Source, unit: np.ndarray, least: int) -> tuple[np.ndarray, list[Remark]]:
    """Return each unit's stratum: its class, or -1 where that has too few units to be dealt.

    With groups it is the unit's commonest class, and all strata of too few units are one. Of attributes see
    `answer_strata`.
    """
    if source.task.kind == "attributes":
        return _strata_of_answers(source, unit, least)
    classes = max(len(source.task.classes), 1)
    targets = source.targets if source.task.kind == "classes" else np.zeros(len(unit), np.int64)
    strata = commonest(unit, targets)
    units_of = np.bincount(strata, minlength=classes)
    if source.groups is not None:
        return _pooled(strata, least), []
    small = np.flatnonzero((units_of < least) & (units_of > 0))
    if len(small) == 0 or source.task.kind == "regression":
        return np.where(units_of[strata] < least, -1, strata), []
    rows_of = np.bincount(targets, minlength=classes)
    shown = _listed([f"{source.task.classes[k]!r} (rows: {rows_of[k]})" for k in small])
    text = f"these classes have too few different rows for every part and are in the training part only: {shown}."
    return np.where(units_of[strata] < least, -1, strata), [
        Remark("small_classes", text, source.task.target, "warning")
    ]


def _strata_of_answers(source: Source, unit: np.ndarray, least: int) -> tuple[np.ndarray, list[Remark]]:
    of_rows, rare = answer_strata(source.targets, unit, least)
    strata = commonest(unit, of_rows + 1) - 1
    if source.groups is not None:
        return _pooled(strata + 1, least), []
    strata = np.where((strata < 0) | (np.bincount(strata + 1)[strata + 1] < least), -1, strata)
    if not rare.any():
        return strata, []
    rows = ((source.targets == answer).sum(axis=0) for answer in (0, 1))
    shown = _listed([f"{name} (rows: {count})" for name, count in _named(source, rare, np.stack(list(rows), axis=1))])
    text = f"these answers have too few different rows for every part and are in the training part only: {shown}."
    return strata, [Remark("small_classes", text, source.task.target, "warning")]


def _named(source: Source, chosen: np.ndarray, counts: np.ndarray) -> list[tuple[str, int]]:
    """Return (attribute and answer in words, count) of the chosen answers, (k, 2) truths."""
    return [
        (f"{source.task.attributes[j].name!r} = {source.task.attributes[j][1 + answer]!r}", int(counts[j, answer]))
        for j, answer in np.argwhere(chosen).tolist()
    ]


def _pooled(strata: np.ndarray, least: int) -> np.ndarray:
    """Return strata, those of too few units as one; -1 where even that has too few."""
    pooled = np.where(np.bincount(strata)[strata] < least, strata.max(initial=0) + 1, strata)
    return np.where(np.bincount(pooled)[pooled] < least, -1, pooled)


def _unseen_classes(source: Source, train: np.ndarray) -> list[Remark]:
    if source.task.kind == "regression":
        return []
    if source.task.kind == "attributes":
        return _unseen_answers(source, train)
    classes = len(source.task.classes)
    there = np.bincount(source.targets, minlength=classes) > 0
    unseen = np.flatnonzero(there & (np.bincount(source.targets[train], minlength=classes) == 0))
    if len(unseen) == 0:
        return []
    shown = _listed([repr(source.task.classes[k]) for k in unseen])
    text = f"no training row has these classes, so they cannot be learned: {shown}; groups or times keep them apart."
    return [Remark("unseen_classes", text, source.task.target, "warning")]


def _unseen_answers(source: Source, train: np.ndarray) -> list[Remark]:
    counts = np.stack([(source.targets == answer).sum(axis=0) for answer in (0, 1)], axis=1)
    there = np.stack([(source.targets[train] == answer).any(axis=0) for answer in (0, 1)], axis=1)
    unseen = (counts > 0) & ~there
    if not unseen.any():
        return []
    shown = _listed([name for name, _ in _named(source, unseen, counts)])
    text = f"no training row has these answers, so they cannot be learned: {shown}; groups or times keep them apart."
    return [Remark("unseen_classes", text, source.task.target, "warning")]


def _by_time(source: Source, test_share: float, validation_share: float) -> tuple[np.ndarray, list[Remark]]:
    times = usable_times(source)
    distinct, moment, count = np.unique(times, return_inverse=True, return_counts=True)
    parts = 1 + (test_share > 0) + (validation_share > 0)
    if len(distinct) < parts:
        raise InputError(
            f"dividing by time into {parts} parts needs at least {parts} different times; got {len(distinct)}. "
            "Give a finer time column, or leave out --time-column."
        )
    ends = np.cumsum(count)  # rows up to and with each time
    last = len(distinct) - 1

    def nearest(share: float, low: int, high: int) -> int:
        return int(np.clip(np.abs(ends - share * len(times)).argmin(), low, high))

    before_test = nearest(1 - test_share, 1 if validation_share > 0 else 0, last - 1) if test_share > 0 else last
    before_validation = (
        nearest(1 - test_share - validation_share, 0, before_test - 1) if validation_share > 0 else before_test
    )
    part = (moment > before_validation).astype(np.int64)
    part[moment > before_test] = 2
    return part, _torn_duplicates(source, part)


def _torn_duplicates(source: Source, part: np.ndarray) -> list[Remark]:
    _, same = np.unique(source.identical, return_inverse=True)
    first = np.full(same.max() + 1 if len(same) else 0, 3)
    np.minimum.at(first, same, part)
    later = int((part > first[same]).sum())
    if later == 0:
        return []
    they, are = agreeing(later, "row equals", "rows equal"), agreeing(later, "it where it is", "them where they are")
    text = f"{later:,} validation or test {they} an earlier row; dividing by time keeps {are}."
    return [Remark("duplicates", text, severity="warning")]


def _listed(names: list[str]) -> str:
    rest = len(names) - SHOWN
    return ", ".join(names[:SHOWN]) + (f" and {rest} more" if rest > 0 else "")
