"""In which order a file's rows belong, and which of them are one."""

from typing import NamedTuple

import numpy as np

from thalweg.traces.cells import whole

MOST_FALLS = 100  # falls of the step that are taken for restarts; beyond, the rows are in no order


class Order(NamedTuple):
    """The rows of a trace by the rows of its file."""

    row: np.ndarray  # (file rows,) int64: the trace's row; -1 where it has none
    kept: np.ndarray  # (file rows,) bool: False where a restart has taken it back
    place: np.ndarray  # (file rows,) step, or epoch where there are no steps, or number of the row
    step: np.ndarray  # (rows,) all NaN where there are none
    epoch: np.ndarray  # (rows,) NaN where unknown
    remarks: tuple[str, ...]


def ordered(step: np.ndarray, epoch: np.ndarray, marks: list[int]) -> Order:
    """Put rows in order.

    A step that falls while the epoch rises is counted anew in each epoch: it is counted on. Any other fall is that of a
    restart: what was recorded from that step on before is taken back. Neighbours of one step are
    one row, for some programs write one for each column; where there are no steps, neighbours of one epoch that have
    no column in common.

    Args:
        step: (file rows,) NaN where there is none.
        epoch: (file rows,) NaN where there is none.
        marks: For each file row the columns that have an entry in it, one bit each; a row of none is left out.

    Returns:
        The order.
    """
    epochs = _filled(epoch)
    steps, remarks = _counted_on(_filled(step), epochs)
    unit = "step" if len(steps) and not np.isnan(steps).all() else "epoch"
    place = steps if unit == "step" else epochs
    if np.isnan(place).any():
        place, unit = np.arange(1.0, len(marks) + 1), "row"
    kept, sequence, said = _restarted(place, unit)
    row, heads, latest = _joined(sequence, place, epoch, marks, unit == "step")
    return Order(row, kept, place, steps[heads], np.array(latest, np.float64), (*remarks, *said))


def _filled(values: np.ndarray) -> np.ndarray:
    """Return values with each gap filled by the last one before it; those at the beginning by the first."""
    known = np.isfinite(values)
    if not known.any():
        return np.full(len(values), np.nan)
    last = np.maximum.accumulate(np.where(known, np.arange(len(values)), -1))
    return values[np.where(last < 0, np.argmax(known), last)]


def _counted_on(step: np.ndarray, epoch: np.ndarray) -> tuple[np.ndarray, tuple[str, ...]]:
    anew = np.flatnonzero((np.diff(step) < 0) & (np.diff(epoch) > 0))
    if not len(anew):
        return step, ()
    added = np.zeros(len(step))
    added[anew + 1] = step[anew] - step[anew + 1] + 1
    return step + np.cumsum(added), ("The steps are counted anew in each epoch; they were counted on.",)


def _restarted(place: np.ndarray, unit: str) -> tuple[np.ndarray, np.ndarray, tuple[str, ...]]:
    """Return (which rows count, their numbers in order, what is to be said)."""
    kept = np.ones(len(place), bool)
    falls = np.flatnonzero(np.diff(place) < 0)
    if len(falls) > MOST_FALLS:
        return kept, np.argsort(place, kind="stable"), (f"The rows were in no order; they were sorted by {unit}.",)
    for fall in falls:
        kept[: fall + 1] &= place[: fall + 1] < place[fall + 1]
    remarks = ()
    if len(falls):
        last = falls[-1]
        before, after = whole(float(place[last])), whole(float(place[last + 1]))
        remarks = (
            f"The {unit}s fall back from {before} to {after}, as after a restart; of what was recorded twice the "
            "later was taken.",
        )
    return kept, np.flatnonzero(kept), remarks


def _joined(
    sequence: np.ndarray, place: np.ndarray, epoch: np.ndarray, marks: list[int], steps: bool
) -> tuple[np.ndarray, np.ndarray, list[float]]:
    """Return (the trace's row of each file row, the first file row of each, the epoch of each)."""
    row = np.full(len(place), -1, np.int64)
    heads: list[int] = []
    latest: list[float] = []
    held = 0  # the columns of the row that is being made
    for at in sequence.tolist():
        if not marks[at]:
            continue
        number, known = float(epoch[at]), bool(np.isfinite(epoch[at]))
        same = bool(heads) and place[heads[-1]] == place[at] and (steps or not held & marks[at])
        if same and known and np.isfinite(latest[-1]) and latest[-1] != number:
            same = False
        if same:
            held |= marks[at]
            latest[-1] = number if known else latest[-1]
        else:
            heads.append(at)
            latest.append(number if known else np.nan)
            held = marks[at]
        row[at] = len(heads) - 1
    return row, np.array(heads, np.int64), latest
