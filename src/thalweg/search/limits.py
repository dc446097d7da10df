"""How far a range may be shifted."""

import math
from itertools import islice
from typing import Any

import numpy as np

from thalweg.errors import InputError
from thalweg.experiment import Experiment
from thalweg.functions import NONE, Functions
from thalweg.search.check import MOST_SURROUNDINGS
from thalweg.search.dimension import Dimension
from thalweg.search.ranges.choice import Choice
from thalweg.search.ranges.integer import LARGEST, Integer
from thalweg.search.ranges.kinds import Over
from thalweg.search.ranges.log_uniform import LogUniform
from thalweg.search.ranges.uniform import Uniform
from thalweg.search.space import Space
from thalweg.search.surroundings import surroundings
from thalweg.search.trying import experiment_with
from thalweg.spec import Range, is_spec, tunables


def limits_of(space: Space, experiment: Experiment, given: Functions = NONE) -> dict[str, Range]:
    """Return within which limits each numeric dimension may be shifted.

    They are the ranges of its fields, all of which must hold: of every path, and of every part that another dimension
    may choose. A field that is no tunable number, such as a layer's width, says of no number whether it may be: there
    the limits are the ends that the space gives.

    Args:
        space: As `checked_space` returned it.
        experiment: All that does not vary.
        given: The user's own functions that either speaks of, by name.

    Returns:
        Limits by the dimension's name; choices are left out.

    Raises:
        InputError: If the experiment cannot take what the space gives it.

    Example:
        >>> from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
        >>> from thalweg.network.presets.dense import dense_network
        >>> start = Experiment(dense_network(3), SoftmaxCrossEntropy())
        >>> space = Space((Dimension(("update.beta1",), Uniform(0.8, 0.95)),))
        >>> {name: str(limits) for name, limits in limits_of(space, start).items()}
        {'update.beta1': '[0, 1)'}
    """
    return {
        dimension.name: _limits(space, dimension, dimension.over, experiment, given)
        for dimension in space.dimensions
        if not isinstance(dimension.over, Choice)
    }


def kept_within(over: Over, limits: Range) -> Over:
    """Return a range cut off where its limits end.

    An end that the limits leave out becomes the nearest number inside that 32 bits hold apart from it.

    Args:
        over: The range; a choice stays as it is.
        limits: The values that are allowed.

    Returns:
        The same kind of range.

    Raises:
        InputError: If nothing of it lies within the limits.

    Example:
        >>> str(kept_within(LogUniform(0.01, 10), Range(0.0, 1.0, True, False, False)))
        'log 1e-2 .. 1e0'
    """
    if isinstance(over, Choice):
        return over
    low, high = _inside(limits, whole=isinstance(over, Integer))
    if over.high < low or over.low > high:
        raise InputError(f"nothing of the range {over} lies in {limits}. Move its ends.")
    low, high = max(over.low, low), min(over.high, high)
    if isinstance(over, Integer):
        return Integer(int(low), int(high), over.log)
    return LogUniform(low, high) if isinstance(over, LogUniform) else Uniform(low, high)


def field_range(experiment: Experiment, path: str) -> Range | None:
    """Return which values a field may have.

    Args:
        experiment: That has it.
        path: Of the field.

    Returns:
        Its range; None where it is no tunable number, or nothing lies at the path.

    Example:
        >>> from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
        >>> from thalweg.network.presets.dense import dense_network
        >>> start = Experiment(dense_network(3), SoftmaxCrossEntropy())
        >>> str(field_range(start, "update.rate")), field_range(start, "network.layers.0.units")
        ('(0, inf)', None)
    """
    *steps, last = path.split(".")
    owner: Any = experiment
    for step in steps:
        if isinstance(owner, tuple):
            owner = owner[int(step)] if step.isdecimal() and int(step) < len(owner) else None
        else:
            owner = getattr(owner, step, None)
    return tunables(type(owner)).get(last) if is_spec(owner) else None


def _limits(
    space: Space, dimension: Dimension, over: Uniform | LogUniform | Integer, experiment: Experiment, given: Functions
) -> Range:
    own = Range(float(over.low), float(over.high), False, False, isinstance(over, Integer))
    found: list[Range] = []
    for around in islice(surroundings(space, dimension), MOST_SURROUNDINGS):
        made = experiment_with(space, {**around, dimension.name: over.at(0.0)}, experiment, given)
        found += [field_range(made, path) or own for path in dimension.paths]
    return _intersection(found or [own])


def _intersection(ranges: list[Range]) -> Range:
    low, high = max(one.low for one in ranges), min(one.high for one in ranges)
    return Range(
        low,
        high,
        any(one.open_low for one in ranges if one.low == low),
        any(one.open_high for one in ranges if one.high == high),
        any(one.whole for one in ranges),
    )


def _inside(limits: Range, *, whole: bool) -> tuple[float | int, float | int]:
    """Return the lowest and the highest number within limits that 32 bits hold."""
    if whole:
        low, high = max(limits.low, -LARGEST), min(limits.high, LARGEST)
        return (
            math.floor(low) + 1 if limits.open_low else math.ceil(low),
            math.ceil(high) - 1 if limits.open_high else math.floor(high),
        )
    largest = float(np.finfo(np.float32).max)
    smallest = float(np.finfo(np.float32).tiny)  # numbers below it are 0 to most processors
    low, high = max(limits.low, -largest), min(limits.high, largest)
    if limits.open_low and limits.low > -largest:
        low = smallest if low == 0 else float(np.nextafter(np.float32(low), np.float32(np.inf)))
    if limits.open_high and limits.high < largest:
        high = -smallest if high == 0 else float(np.nextafter(np.float32(high), np.float32(-np.inf)))
    return low, high
