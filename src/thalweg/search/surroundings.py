"""Where in a space a dimension counts."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from thalweg.search.dimension import Dimension
from thalweg.search.order import needs
from thalweg.search.ranges.choice import Choice
from thalweg.search.space import Point, Space


def surroundings(space: Space, dimension: Dimension) -> Iterator[Point]:
    """Go through what the dimensions that one hangs on may take, as far as the one counts there.

    Args:
        space: With all dimensions.
        dimension: One of them.

    Returns:
        Points of the dimensions before it that matter to it: every combination of options; a range takes its lower end.

    Example:
        >>> from thalweg.search.condition import Condition
        >>> from thalweg.search.ranges.uniform import Uniform
        >>> share = Dimension(("update.mu",), Uniform(0.5, 0.9), (Condition("update.kind", ("momentum",)),))
        >>> rule = Dimension(("update.kind",), Choice(("adam", "momentum")))
        >>> list(surroundings(Space((rule, share)), share))
        [{'update.kind': 'momentum'}]
    """
    mattering: list[Dimension] = [dimension]
    for other in reversed(space.dimensions):  # in whose order all that one needs stands before it
        if any(other in needs(one, space.dimensions) for one in mattering):
            mattering.insert(0, other)
    yield from _combinations(mattering[:-1], dimension, {})


def completed(space: Space, fixed: Mapping[str, Any]) -> Point:
    """Return a whole point with some values in it.

    Args:
        space: With all dimensions.
        fixed: Values by the dimension's name.

    Returns:
        These values, and the lower end or the first option of every other dimension that counts.

    Example:
        >>> from thalweg.search.ranges.uniform import Uniform
        >>> space = Space((Dimension(("a.b",), Uniform(0, 1)), Dimension(("c.d",), Uniform(0, 1))))
        >>> completed(space, {"c.d": 0.7})
        {'a.b': 0.0, 'c.d': 0.7}
    """
    point: Point = {}
    for dimension in space.dimensions:
        if dimension.name in fixed or dimension.active(point):
            point[dimension.name] = fixed.get(dimension.name, dimension.over.at(0.0))
    return point


def _combinations(before: Sequence[Dimension], dimension: Dimension, point: Point) -> Iterator[Point]:
    if not before:
        if dimension.active(point):
            yield point
        return
    first, *rest = before
    if not first.active(point):
        yield from _combinations(rest, dimension, point)
        return
    for value in first.over.options if isinstance(first.over, Choice) else (first.over.at(0.0),):
        yield from _combinations(rest, dimension, {**point, first.name: value})
