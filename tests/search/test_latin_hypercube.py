"""Points of which each part of every range has one."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as some

from tests.search.records import BOTH
from thalweg.search.latin_hypercube import latin_hypercube
from thalweg.search.written import read_space


@given(seed=some.integers(0, 2**32 - 1), first=some.integers(0, 10_000), count=some.integers(1, 40))
def test_each_part_of_every_range_has_one(seed, first, count):
    points = latin_hypercube(BOTH, seed, first, count)
    for dimension in BOTH.dimensions:
        places = [dimension.over.place(point[dimension.name]) for point in points]
        assert sorted(int(place * count * (1 - 1e-9)) for place in places) == list(range(count))


def test_dimensions_stages_and_seeds_are_drawn_apart():
    points = latin_hypercube(BOTH, 0, 0, 50)
    places = np.array([[d.over.place(point[d.name]) for d in BOTH.dimensions] for point in points])
    assert abs(np.corrcoef(places.T)[0, 1]) < 0.5
    alone = latin_hypercube(read_space({"update.rate": "log 1e-4 .. 1e-1"}), 0, 0, 50)
    assert [point["update.rate"] for point in alone] == [point["update.rate"] for point in points]
    others = [latin_hypercube(BOTH, *start, 50) for start in ((0, 50), (1, 0))]
    assert all(point not in other for other in others for point in points)
    assert [p["update.rate"] for p in points] != [BOTH.drawn(0, n)["update.rate"] for n in range(50)]


def test_a_condition_leaves_dimensions_out():
    space = read_space(
        {
            "update.kind": ["sgd", "momentum"],
            "update.mu": {"over": "uniform 0 .. 0.9", "when": "update.kind = momentum"},
        }
    )
    points = latin_hypercube(space, 0, 0, 8)
    assert sum("update.mu" in point for point in points) == 4
