"""Points of which each part of every range gets one."""

import zlib

import numpy as np

from thalweg.search.space import Point, Space


def latin_hypercube(space: Space, seed: int, first: int, count: int) -> list[Point]:
    """Draw points that leave no part of any range out.

        place of point i in dimension d = (p_d(i) + u_di) / count,    p_d a random permutation, u uniform in [0, 1)

    Of 16 independent draws, one search in six has none in the upper tenth of a range; of these each sixteenth has one.

    Args:
        space: That the points are taken from.
        seed: Of the search.
        first: The number of the first point among all that the search draws: other stages draw others.
        count: How many points; at least 1.

    Returns:
        The points. Those of a conditional dimension are spread over all points, though only some have it.

    Example:
        >>> from thalweg.search.written import read_space
        >>> space = read_space({"update.rate": "log 1e-4 .. 1"})
        >>> sorted(round(np.log10(point["update.rate"]) // 1) for point in latin_hypercube(space, 0, 0, 4))
        [-4, -3, -2, -1]

    Source: McKay, Beckman and Conover, "A comparison of three methods for selecting values of input variables", 1979.
    """
    places = {one.name: _places(seed, one.name, first, count) for one in space.dimensions}
    return [space.point({name: float(column[i]) for name, column in places.items()}) for i in range(count)]


def _places(seed: int, name: str, first: int, count: int) -> np.ndarray:
    key = np.array([seed, zlib.crc32(name.encode())], np.uint64)
    # The third word, for independent draws count in the fourth.
    random = np.random.Generator(np.random.Philox(key=key, counter=[0, 0, first + 1, 0]))
    return (random.permutation(count) + random.random(count)) / count
