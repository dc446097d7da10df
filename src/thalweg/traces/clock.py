"""What one tag calls step 3, another may call step 3000: which of them count epochs."""

from typing import NamedTuple

import numpy as np

FEWER = 2  # a tag is counted otherwise if its steps are so many times as few as those logged just before it
DENSE = 20  # and if its last step is no more than so many times the number of its points


class Points(NamedTuple):
    """What was logged under one tag, in the order of the file."""

    step: np.ndarray  # (k,) float64
    time: np.ndarray  # (k,) seconds
    values: np.ndarray  # (k,) or (k, measures)


def without_restarts(points: Points) -> tuple[Points, bool]:
    """Leave out what a restarted run logged again.

    Args:
        points: Of one tag.

    Returns:
        (those of the later attempt wherever there are two, whether there were any).
    """
    falls = np.flatnonzero(np.diff(points.step) < 0)
    if not len(falls):
        return points, False
    later = np.minimum.accumulate(points.step[::-1])[::-1]  # the least step from here on
    kept = np.append(points.step[:-1] < later[1:], True)
    return Points(points.step[kept], points.time[kept], points.values[kept]), True


def clock_of(tags: list[Points]) -> Points:
    """Return the points of the tag whose steps go furthest."""
    return max(tags, key=lambda points: (points.step[-1], len(points.step)))


def by_clock(points: Points, clock: Points) -> tuple[np.ndarray, np.ndarray]:
    """Return the steps at which a tag's points were logged, by the time of day where it counts epochs.

    Args:
        points: Of one tag, without restarts.
        clock: Of the tag whose steps go furthest.

    Returns:
        (step, epoch) of each point; where the tag counts steps itself, these and NaN.
    """
    unknown = np.full(len(points.step), np.nan)
    with np.errstate(invalid="ignore"):
        rising = bool(np.all(np.diff(clock.time) >= 0)) and clock.time[-1] > clock.time[0]
    if not rising or not np.isfinite(points.time).all():
        return points.step, unknown
    before = np.searchsorted(clock.time, points.time, side="right") - 1
    then = clock.step[np.maximum(before, 0)]
    half = len(then) // 2
    fewer = np.all(FEWER * (points.step[half:] + 1) <= then[half:])
    dense = points.step[-1] <= DENSE * len(points.step)
    return (then, points.step) if fewer and dense else (points.step, unknown)
