"""A space: its points, its draws and its grids."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thalweg.errors import InputError
from thalweg.search.condition import Condition
from thalweg.search.dimension import Dimension
from thalweg.search.ranges.choice import Choice
from thalweg.search.ranges.integer import Integer
from thalweg.search.ranges.log_uniform import LogUniform
from thalweg.search.ranges.uniform import Uniform
from thalweg.search.space import Space
from thalweg.search.written import read_space

RATE = Dimension(("update.rate",), LogUniform(1e-4, 1e-1))
RULE = Dimension(("update.kind",), Choice(("adam", "momentum", "sgd")))
SHARE = Dimension(("update.mu",), Uniform(0.5, 0.99), (Condition("update.kind", ("momentum",)),))
WIDTH = Dimension(("network.layers.0.units", "network.layers.3.units"), Integer(16, 256, log=True))
SPACE = Space((SHARE, RATE, WIDTH, RULE))


def test_a_rule_is_set_before_its_rate_and_its_share():
    assert [one.name for one in SPACE.dimensions] == [WIDTH.name, "update.kind", "update.mu", "update.rate"]


def test_a_point_has_the_dimensions_that_count():
    places = {"update.kind": 0.5, "update.mu": 0.0, "update.rate": 0.0, WIDTH.name: 0.0}
    assert SPACE.point(places) == {WIDTH.name: 16, "update.kind": "momentum", "update.mu": 0.5, "update.rate": 1e-4}
    assert SPACE.point({**places, "update.kind": 0.0}) == {WIDTH.name: 16, "update.kind": "adam", "update.rate": 1e-4}
    assert list(SPACE.point(places)) == [one.name for one in SPACE.dimensions]


def test_what_hangs_on_what_does_not_count_does_not_count():
    inner = Dimension(("c",), Choice((1, 2)), (Condition("b", (1,)),))
    space = Space(
        (Dimension(("a",), Choice((1, 2))), Dimension(("b",), Choice((1, 2)), (Condition("a", (1,)),)), inner)
    )
    assert space.grid(1) == [{"a": 1, "b": 1, "c": 1}, {"a": 1, "b": 1, "c": 2}, {"a": 1, "b": 2}, {"a": 2}]


def test_places_of_other_dimensions_and_missing_ones_are_refused():
    with pytest.raises(InputError, match=r"unknown dimension 'update.rat'\. Did you mean 'update.rate'"):
        SPACE.point({"update.rat": 0.5})
    with pytest.raises(InputError, match=r"the place of update\.kind is missing. Give a number from 0 to 1"):
        SPACE.point({WIDTH.name: 0.5})


@given(seed=st.integers(0, 2**32 - 1), number=st.integers(0, 10**6))
def test_a_draw_hangs_on_no_other_dimension(seed, number):
    drawn = SPACE.drawn(seed, number)
    assert Space((RATE,)).drawn(seed, number)["update.rate"] == drawn["update.rate"]
    assert Space((WIDTH, RULE)).drawn(seed, number) == {name: drawn[name] for name in (WIDTH.name, "update.kind")}
    assert SPACE.drawn(seed, number) == drawn


def test_draws_of_other_trials_seeds_and_dimensions_differ():
    def drawn(seed=0, number=0, path="a"):
        return Space((Dimension((path,), Uniform(0, 1)),)).drawn(seed, number)[path]

    assert len({drawn(), drawn(seed=1), drawn(number=1), drawn(path="b"), drawn(number=2**62)}) == 5


def test_draws_of_two_dimensions_go_their_own_ways():
    # Of n independent pairs the correlation has a standard deviation of 1 / sqrt(n): six of them here.
    n = 1000
    space = Space((Dimension(("a",), Uniform(0, 1)), Dimension(("b",), Uniform(0, 1))))
    pairs = np.array([list(space.drawn(5, number).values()) for number in range(n)])
    assert abs(np.corrcoef(pairs.T)[0, 1]) < 6 / np.sqrt(n)
    assert abs(np.corrcoef(pairs[1:, 0], pairs[:-1, 0])[0, 1]) < 6 / np.sqrt(n)


def test_the_first_draws_are_frozen():
    # Made by this function on NumPy 2.4: a change would break the resuming of every saved search.
    space = Space((Dimension(("a",), Uniform(0, 1)),))
    assert [round(space.drawn(0, number)["a"], 6) for number in range(3)] == [0.100178, 0.495135, 0.210197]


@pytest.mark.parametrize("seed", [-1, 2**32])
def test_a_seed_out_of_range_is_refused(seed):
    with pytest.raises(InputError, match=f"a seed must be a whole number from 0 to 4294967295; got {seed}"):
        SPACE.drawn(seed, 0)
    with pytest.raises(InputError, match="a trial's number must be a whole number from 0; got -1"):
        SPACE.drawn(0, -1)


def test_a_grid_has_every_combination_once():
    points = SPACE.grid(3)
    assert len(points) == SPACE.grid_size(3) == 3 * 3 * (1 + 1 + 3)  # widths, rates, and rules with a share or without
    assert len({tuple(point.items()) for point in points}) == len(points)
    assert all(("update.mu" in point) == (point["update.kind"] == "momentum") for point in points)
    assert {point[WIDTH.name] for point in points} == {16, 64, 256}


@given(count=st.integers(1, 12))
def test_the_size_of_a_grid_is_known_before_it_is_made(count):
    space = Space((SHARE, RULE, Dimension(("training.batch",), Integer(1, 4))))
    assert space.grid_size(count) == len(space.grid(count))


def test_a_grid_too_large_is_refused_before_it_is_made():
    many = Space(tuple(Dimension((f"a.{i}",), Uniform(0, 1)) for i in range(40)))
    message = r"^a grid of 10 values a dimension has [0-9,]+ points or more; 10,000 are the most\. Take fewer values"
    with pytest.raises(InputError, match=message):
        many.grid(10)
    with pytest.raises(InputError, match="a grid of 1000000000 values a dimension has"):
        Space((RATE,)).grid(10**9)
    deciding = [Dimension((f"a{i}",), Choice((1, 2))) for i in range(40)]
    hanging = [Dimension((f"b{i}",), Choice((1, 2)), (Condition(f"a{i}", (1,)),)) for i in range(40)]
    with pytest.raises(InputError, match="a grid of 2 values a dimension has"):
        Space((*deciding, *hanging)).grid(2)
    assert len(Space((RATE,)).grid(10_000)) == 10_000
    with pytest.raises(InputError, match="a grid needs at least 1 value of each range; got 0"):
        SPACE.grid(0)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({}, r"^space: there is nothing to search over\. Give a dimension"),
        ({"a, b": [1, 2], "b": [1, 2]}, r"^space: the path b is given twice\. Leave one of them out"),
        (
            {"update": ["adam", "sgd"], "update.kind": ["adam", "sgd"]},
            r"the path update.kind is given twice \(update sets the same place\)",
        ),
        (
            {"update.kind": ["adam", "sgd"], "update.mu": {"over": [0.5, 0.9], "when": "update.knd = adam"}},
            r'^space: update.mu: when = "update.knd = adam": unknown dimension .update.knd.\. Did you mean',
        ),
        (
            {"update.kind": ["adam", "sgd"], "update.mu": {"over": [0.5, 0.9], "when": "update.kind = sdg"}},
            r"update.kind never takes 'sdg'\. Its options are \[\"adam\", \"sgd\"\]",
        ),
        (
            {"a": "uniform 0 .. 1", "b": {"over": [0.5, 0.9], "when": "a = 0"}},
            r"a condition hangs on one of several options, and a has the range uniform 0 \.\. 1",
        ),
    ],
)
def test_dimensions_that_make_no_space_are_refused(table, message):
    with pytest.raises(InputError, match=message):
        read_space(table)
