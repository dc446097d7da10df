"""All that a search varies, and the points in it."""

import math
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from thalweg.errors import InputError, choose, shown
from thalweg.search.condition import Condition
from thalweg.search.dimension import Dimension
from thalweg.search.order import ordered
from thalweg.search.paths import same_place
from thalweg.search.ranges.choice import Choice

Point = dict[str, Any]  # plain value by the dimension's name, of those that count, in the space's order
LARGEST_GRID = 10_000
_SEEDS = 2**32


@dataclass(frozen=True)
class Space:
    """Hold the dimensions of a search, each after those it hangs on.

    A draw of trial t in dimension d is the first number of a counter-based generator,

        u_td = Philox(key = (seed, crc32(name of d)), counter = t),    uniform in [0, 1),

    so that neither further trials nor another dimension move any other draw.

    Args:
        dimensions: At least one, in any order. A part's kind is set before what lies in the part, and what a condition
            hangs on before what has the condition; else the order stays.

    Raises:
        InputError: If there is no dimension; if two set one place; if a condition hangs on no dimension, on one that is
            no choice, or on a value that it never takes; or if dimensions hang on one another in a circle.

    Example:
        >>> from thalweg.search.ranges.log_uniform import LogUniform
        >>> from thalweg.search.ranges.uniform import Uniform
        >>> space = Space((
        ...     Dimension(("update.mu",), Uniform(0.5, 0.9), (Condition("update.kind", ("momentum",)),)),
        ...     Dimension(("update.kind",), Choice(("momentum", "sgd"))),
        ... ))
        >>> space.point({"update.kind": 0.9}), space.point({"update.kind": 0.0, "update.mu": 0.5})
        ({'update.kind': 'sgd'}, {'update.kind': 'momentum', 'update.mu': 0.7})
        >>> [list(point.values()) for point in space.grid(2)]
        [['momentum', 0.5], ['momentum', 0.9], ['sgd']]

    Source: Bergstra and Bengio, "Random search for hyper-parameter optimization", 2012: random and grid search; Salmon
    et al., "Parallel random numbers: as easy as 1, 2, 3", 2011 (Philox).
    """

    dimensions: tuple[Dimension, ...]

    def __post_init__(self):
        """Check the dimensions and put them in order."""
        dimensions = tuple(self.dimensions)
        if not dimensions:
            raise InputError(
                'space: there is nothing to search over. Give a dimension, such as update.rate = "log 1e-4 .. 1e-1".'
            )
        for i, dimension in enumerate(dimensions):
            _check_paths(dimension, dimensions[:i])
            for condition in dimension.when:
                _check_condition(dimension, condition, dimensions)
        object.__setattr__(self, "dimensions", ordered(dimensions))

    def point(self, places: Mapping[str, float | int]) -> Point:
        """Return the point at some places.

        Args:
            places: Place in [0, 1) by the dimension's name. Those of dimensions that do not count there may lack, and
                have no effect.

        Returns:
            The values of the dimensions that count.

        Raises:
            InputError: If a name is no dimension's, or the place of one that counts is missing.
        """
        names = [dimension.name for dimension in self.dimensions]
        for name in places:
            choose(name, names, what="dimension")
        point: Point = {}
        for dimension in self.dimensions:
            if dimension.active(point):
                if dimension.name not in places:
                    raise InputError(f"the place of {dimension.name} is missing. Give a number from 0 to 1.")
                point[dimension.name] = dimension.over.at(places[dimension.name])
        return point

    def drawn(self, seed: int, number: int) -> Point:
        """Return what one trial of a random search tries.

        Args:
            seed: Of the search; from 0 to 4294967295.
            number: Of the trial, from 0.

        Returns:
            The point, the same whenever and wherever it is asked for.

        Raises:
            InputError: If the seed or the number is out of range.
        """
        if not 0 <= seed < _SEEDS:
            raise InputError(f"a seed must be a whole number from 0 to {_SEEDS - 1}; got {shown(seed)}.")
        if not 0 <= number < 2**63:
            raise InputError(f"a trial's number must be a whole number from 0; got {shown(number)}.")
        return self.point({one.name: _uniform(seed, one.name, number) for one in self.dimensions})

    def grid(self, count: int) -> list[Point]:
        """Return every combination of values spread evenly over the dimensions that count, each once.

        Args:
            count: Values of each range; at least 1. Of a choice all options are taken.

        Returns:
            The points; the last dimension varies fastest.

        Raises:
            InputError: If `count` is below 1, or there would be more than 10,000 points.
        """
        size = self.grid_size(count)
        if size > LARGEST_GRID:
            raise InputError(
                f"a grid of {count} values a dimension has {size:,} points or more; {LARGEST_GRID:,} are the most. "
                f"Take fewer values or fewer dimensions, or draw at random."
            )
        return list(self._combinations(self.dimensions, count))

    def grid_size(self, count: int) -> int:
        """Return how many points a grid has, without making them.

        Args:
            count: Values of each range; at least 1.

        Returns:
            The number of points. Beyond 10,000 it may be a number that there are at least.

        Raises:
            InputError: If `count` is below 1.
        """
        few = min(count, LARGEST_GRID + 1)
        sizes = {dimension.name: len(dimension.over.grid(few)) for dimension in self.dimensions}
        deciding = [one for one in self.dimensions if any(c.on(one.name) for two in self.dimensions for c in two.when)]
        size = 0
        # How many points there are hangs on nothing but the choices that conditions hang on.
        for decided in self._combinations(deciding, few):
            free = [one for one in self.dimensions if one not in deciding and one.active(decided)]
            size += math.prod(sizes[one.name] for one in free)
            if size > LARGEST_GRID:
                break
        return size

    def _combinations(self, dimensions: Any, count: int) -> Iterator[Point]:
        def beyond(point: Point, first: int) -> Iterator[Point]:
            if first == len(dimensions):
                yield point
            elif not dimensions[first].active(point):
                yield from beyond(point, first + 1)
            else:
                for value in dimensions[first].over.grid(count):
                    yield from beyond({**point, dimensions[first].name: value}, first + 1)

        return beyond({}, 0)


def distinct(points: Iterable[Point]) -> list[Point]:
    """Return each point once: the same settings from the same seed come to the same, and would be trained for nothing.

    Args:
        points: Some of them equal, where few options are drawn from.

    Returns:
        The points in order.

    Example:
        >>> distinct([{"training.batch": 32}, {"training.batch": 64}, {"training.batch": 32}])
        [{'training.batch': 32}, {'training.batch': 64}]
    """
    found: list[Point] = []
    for point in points:
        if point not in found:
            found.append(point)
    return found


def _uniform(seed: int, name: str, number: int) -> float:
    key = np.array([seed, zlib.crc32(name.encode())], np.uint64)
    # The number is the counter's highest word: no two trials share a stretch of the stream.
    generator = np.random.Generator(np.random.Philox(key=key, counter=[0, 0, 0, number]))
    return float(generator.random())


def _check_paths(dimension: Dimension, before: tuple[Dimension, ...]) -> None:
    for path in dimension.paths:
        for other in before:
            twin = next((one for one in other.paths if same_place(one, path)), None)
            if twin is not None:
                also = "" if twin == path else f" ({twin} sets the same place)"
                raise InputError(f"space: the path {path} is given twice{also}. Leave one of them out.")


def _check_condition(dimension: Dimension, condition: Condition, dimensions: tuple[Dimension, ...]) -> None:
    where = f'space: {dimension.name}: when = "{condition}"'
    try:
        other = next((one for one in dimensions if condition.on(one.name)), None)
        if other is None:
            choose(condition.path, [path for one in dimensions for path in one.paths], what="dimension")
        elif not isinstance(other.over, Choice):
            raise InputError(
                f"a condition hangs on one of several options, and {condition.path} has the range {other.over}. Make "
                f"it a list of options, or leave the condition out."
            )
        else:
            for value in condition.values:
                if not any(Condition(condition.path, (value,)).takes(option) for option in other.over.options):
                    raise InputError(f"{condition.path} never takes {shown(value)}. Its options are {other.over}.")
    except InputError as error:
        raise InputError(f"{where}: {error}") from None
