"""A smaller space around the best trials, moved where these lie at an edge."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from thalweg.errors import InputError
from thalweg.search.condition import Condition, meant
from thalweg.search.dimension import Dimension
from thalweg.search.edges import edge_of
from thalweg.search.limits import kept_within
from thalweg.search.ranges.choice import Choice, same
from thalweg.search.ranges.kinds import Over
from thalweg.search.ranges.log_uniform import LogUniform
from thalweg.search.ranges.uniform import Uniform
from thalweg.search.record import TrialRecord, ranked, worth
from thalweg.search.space import Space
from thalweg.spec import Range

KEPT = 5  # one in so many trials counts among the best, which span the narrower range
LEAST = 3  # and so many do at least, but never more than half
MARGIN = 0.1  # of the range, that is left beyond them
BEYOND = 0.5  # of the range, by which it is moved past an edge
EDGES = {"low": "lower", "high": "upper"}  # in words


class Narrowed(NamedTuple):
    """What is to be searched next."""

    space: Space
    shifted: tuple[str, ...]  # names of the dimensions whose range was moved past its edge
    remarks: tuple[str, ...]  # a sentence for each of them


def narrowed(space: Space, records: Sequence[TrialRecord], limits: Mapping[str, Range], sign: float) -> Narrowed:
    """Return the part of a space in which the best of its trials lie.

    A range is cut to what the best fifth of the trials span, three at least, and a tenth of it to either side: where it
    makes a difference they lie together, where it makes none they span most of it. Fewer than six trials cut nothing.
    Where the best lie at an edge that the field's own limits are beyond, the range is moved half its width past the
    edge. Of options those are kept that are among the best.

    Args:
        space: That the trials were taken from.
        records: Of the trials, more than one stage's only if all are equally long.
        limits: Within which each numeric dimension may lie.
        sign: 1 where larger scores are better, -1 where smaller ones are.

    Returns:
        The space, and where it was moved.

    Source: CS231n notes, "Neural Networks Part 3", "Stage your search from coarse to fine".
    """
    dimensions, shifted, remarks = [], [], []
    for dimension in space.dimensions:
        taken = [record for record in records if dimension.name in record.proposal.point]
        count = max(LEAST, len(taken) // KEPT)
        best = [one for one in ranked(taken, sign) if worth(one, sign) > -math.inf][:count]
        if not best or 2 * count > len(taken):  # of so few the best span what chance has drawn
            dimensions.append(dimension)
            continue
        if isinstance(dimension.over, Choice):
            dimensions.append(_fewer(dimension, dimension.over, best))
            continue
        over, moved = _window(dimension.over, taken, best, limits[dimension.name], dimension.name, sign)
        dimensions.append(Dimension(dimension.paths, over, dimension.when))
        if moved:
            shifted.append(dimension.name)
            remarks.append(
                f"{dimension.name}: the best trials lie at the {EDGES[moved]} edge of {dimension.over}; the range was "
                f"moved to {over}."
            )
    return Narrowed(Space(_reached(dimensions)), tuple(shifted), tuple(remarks))


def at_edge(dimension: Dimension, records: Sequence[TrialRecord], limits: Mapping[str, Range], sign: float) -> str:
    """Say at which edge of a dimension's range the best trials lie, if better ones may lie beyond.

    Args:
        dimension: With the range that the trials were drawn from.
        records: Of the trials.
        limits: Within which each numeric dimension may lie.
        sign: 1 where larger scores are better, -1 where smaller ones are.

    Returns:
        "low", "high", or "": also where the field's own limits are there, and for a choice.
    """
    taken = [record for record in records if dimension.name in record.proposal.point]
    if isinstance(dimension.over, Choice) or not taken:
        return ""
    return _edge_of(dimension.over, taken, limits[dimension.name], dimension.name, sign)


def spanned(one: Over, other: Over) -> Over:
    """Return the least range that holds two of the same kind; of options the first.

    Args:
        one: A range.
        other: The same one, narrowed or moved.

    Returns:
        The range.
    """
    if isinstance(one, Choice) or isinstance(other, Choice):
        return one
    return replace(one, low=min(one.low, other.low), high=max(one.high, other.high))


def within(space: Space, records: Sequence[TrialRecord]) -> list[TrialRecord]:
    """Return the trials that a space could have given.

    Args:
        space: With ranges that may be others than those the trials were taken from.
        records: Of the trials.

    Returns:
        Those whose every value lies in its range, or is one of the options, of a dimension that the space has.
    """
    dimensions = {dimension.name: dimension for dimension in space.dimensions}
    return [
        record
        for record in records
        if all(
            name in dimensions and _holds(dimensions[name].over, value) for name, value in record.proposal.point.items()
        )
    ]


def _holds(over: Over, value: Any) -> bool:
    if isinstance(over, Choice):
        return any(same(option, value) for option in over.options)
    return over.low <= value <= over.high


def moved_past(over: Over, side: str, limits: Range) -> Over:
    """Return a range moved half its width past an edge.

    Args:
        over: The range.
        side: "low" or "high".
        limits: Within which it must stay.

    Returns:
        The half on that side, and as much beyond.
    """
    return kept_within(_rounded(_moved(over, side, 0.5, 0.5)), limits)


def _reached(dimensions: Sequence[Dimension]) -> tuple[Dimension, ...]:
    """Leave out what hangs on options, or on dimensions, that are no longer there."""
    found: list[Dimension] = []
    for dimension in dimensions:  # each comes behind those that it hangs on
        when = [(condition.path, _left(condition, found)) for condition in dimension.when]
        if all(values for _, values in when):
            conditions = tuple(Condition(path, values) for path, values in when)
            found.append(Dimension(dimension.paths, dimension.over, conditions))
    return tuple(found)


def _left(condition: Condition, dimensions: Sequence[Dimension]) -> tuple[Any, ...]:
    over = next((one.over for one in dimensions if condition.on(one.name)), None)
    options = over.options if isinstance(over, Choice) else ()
    return tuple(value for value in condition.values if any(meant(value, option) for option in options))


def _places(over: Over, records: Sequence[TrialRecord], name: str) -> list[float]:
    return [over.place(record.proposal.point[name]) for record in records]


def _edge_of(over: Over, taken: Sequence[TrialRecord], limits: Range, name: str, sign: float) -> str:
    side = edge_of(_places(over, taken, name), [worth(record, sign) for record in taken])
    if not side:
        return ""
    return side if kept_within(_moved(over, side, 0.0, 1.0), limits) != over else ""


def _moved(over: Over, side: str, low: float, high: float) -> Over:
    return over.window(-BEYOND, high) if side == "low" else over.window(low, 1 + BEYOND)


def _rounded(over: Over) -> Over:
    """Return a range whose ends people can read."""
    if not isinstance(over, LogUniform | Uniform):
        return over
    low, high = (float(f"{end:.3g}") for end in (over.low, over.high))
    return type(over)(low, high) if low < high else over


def _window(
    over: Over, taken: Sequence[TrialRecord], best: Sequence[TrialRecord], limits: Range, name: str, sign: float
) -> tuple[Over, str]:
    places = _places(over, best, name)
    low, high = max(0.0, min(places) - MARGIN), min(1.0, max(places) + MARGIN)
    side = _edge_of(over, taken, limits, name, sign)
    try:
        found = kept_within(_rounded(_moved(over, side, low, high) if side else over.window(low, high)), limits)
    except InputError:  # whole numbers between which nothing lies
        return over, ""
    return found, side


def _fewer(dimension: Dimension, over: Choice, best: Sequence[TrialRecord]) -> Dimension:
    values = [record.proposal.point[dimension.name] for record in best]
    options = tuple(option for option in over.options if any(same(option, value) for value in values))
    return dimension if len(options) < 2 else Dimension(dimension.paths, Choice(options), dimension.when)
