"""The part of a space around its best trials, moved where they lie at an edge."""

import pytest

from tests.search.records import BOTH, RATE, known, record
from thalweg.search.latin_hypercube import latin_hypercube
from thalweg.search.narrowed import at_edge, moved_past, narrowed, within
from thalweg.search.ranges.log_uniform import LogUniform
from thalweg.search.ranges.uniform import Uniform
from thalweg.search.written import read_space
from thalweg.spec import Range


def tried(space, score_of, count=20):
    points = latin_hypercube(space, 0, 0, count)
    return [record(number, point, score_of(point)) for number, point in enumerate(points)]


def cut(space, records, **given):
    return narrowed(space, records, known(space, **given).limits, 1.0)


def away(optimum, name="update.rate"):
    """A score that falls with the distance of a value's logarithm from the best one's."""
    over = LogUniform(optimum, 10 * optimum)
    return lambda point: 1.0 - 0.1 * over.place(point[name]) ** 2


def range_of(space, name):
    return next(one.over for one in space.dimensions if one.name == name)


def test_a_range_is_cut_to_what_the_best_span():
    found = cut(BOTH, tried(BOTH, away(3e-3)))
    rate, strength = (range_of(found.space, name) for name in ("update.rate", "penalty.strength"))
    assert rate.low < 3e-3 < rate.high
    # The best four of twenty points, of which each twentieth of the range has one, are three twentieths apart, give or
    # take two; with a tenth to either side that is 0.25 to 0.45 of three decades.
    assert 10 ** (3 * 0.25) < rate.high / rate.low < 10 ** (3 * 0.45)
    assert strength.high / strength.low > 10 ** (4 * 0.5)  # it makes no difference
    assert found.shifted == () and found.remarks == ()


def test_a_range_whose_best_lie_at_an_edge_is_moved_past_it_and_it_is_said():
    found = cut(RATE, tried(RATE, away(1.0)))
    rate = range_of(found.space, "update.rate")
    assert rate.low > 1e-3 and rate.high == pytest.approx(10**0.5, rel=0.01)  # half of three decades beyond
    assert found.shifted == ("update.rate",)
    assert found.remarks == (
        f"update.rate: the best trials lie at the upper edge of log 1e-4 .. 1e-1; the range was moved to {rate}.",
    )
    below = cut(RATE, tried(RATE, away(1e-6)))
    assert range_of(below.space, "update.rate").low == pytest.approx(10**-5.5, rel=0.01)
    assert "the lower edge" in below.remarks[0]


def test_it_is_never_moved_past_what_the_field_allows():
    space = read_space({"network.layers.2.drop": "uniform 0 .. 0.5"})
    limits = {"network.layers.2.drop": Range(0.0, 1.0, False, True, False)}
    low = tried(space, lambda point: -point["network.layers.2.drop"])
    assert cut(space, low, limits=limits).shifted == ()
    high = tried(space, lambda point: point["network.layers.2.drop"])
    found = cut(space, high, limits=limits)
    assert found.shifted and range_of(found.space, "network.layers.2.drop").high == 0.75
    assert moved_past(Uniform(0.0, 0.9), "high", limits["network.layers.2.drop"]).high < 1.0


def test_options_are_kept_that_are_among_the_best():
    space = read_space({"update.kind": ["adam", "sgd", "momentum"], "update.rate": "log 1e-3 .. 1e-1"})
    good = {"adam": 3.0, "sgd": 2.0, "momentum": 0.0}
    records = tried(space, lambda point: good[point["update.kind"]])
    # A fifth of the trials are the best; with both kinds as good, both are there.
    equal = tried(space, lambda point: 2.0 if point["update.kind"] != "momentum" else 0.0)
    assert range_of(cut(space, equal).space, "update.kind").options == ("adam", "sgd")
    # A choice of one is none: it stays.
    assert range_of(cut(space, records).space, "update.kind").options == ("adam", "sgd", "momentum")


def test_what_hangs_on_an_option_goes_with_it():
    space = read_space(
        {
            "update.kind": ["adam", "sgd", "momentum"],
            "update.mu": {"over": "uniform 0.5 .. 0.9", "when": "update.kind = momentum"},
            "update.rate": {"over": "log 1e-3 .. 1e-1", "when": "update.kind = sgd | momentum"},
        }
    )
    records = tried(space, lambda point: 2.0 if point["update.kind"] != "momentum" else 0.0)
    found = cut(space, records).space
    assert [one.name for one in found.dimensions] == ["update.kind", "update.rate"]
    assert [condition.values for condition in found.dimensions[1].when] == [("sgd",)]


def test_failed_trials_narrow_nothing():
    failed = [record(k, {"update.rate": 1e-2}, float("nan"), failed=True) for k in range(20)]
    assert cut(RATE, failed).space == RATE


def test_whole_numbers_stay_whole_and_a_range_never_empties():
    space = read_space({"network.layers.0.units": "integer 16 .. 18"})
    records = tried(space, lambda point: -abs(point["network.layers.0.units"] - 17))
    limits = {"network.layers.0.units": Range(16, 18, False, False, True)}
    over = range_of(cut(space, records, limits=limits).space, "network.layers.0.units")
    assert 16 <= over.low < over.high <= 18


def test_trials_of_a_wider_range_count_where_they_lie_in_this_one():
    narrow = read_space({"update.rate": "log 1e-3 .. 1e-2"})
    records = [record(k, {"update.rate": rate}, 1.0) for k, rate in enumerate((1e-4, 2e-3, 1e-2, 5e-2))]
    assert [one.number for one in within(narrow, records)] == [1, 2]
    other = record(9, {"update.rate": 2e-3, "update.kind": "sgd"}, 1.0)
    assert within(narrow, [other]) == []  # it has what the space has not
    choice = read_space({"update.kind": ["adam", "sgd"]})
    kinds = [record(k, {"update.kind": kind}, 1.0) for k, kind in enumerate(("sgd", "lion"))]
    assert [one.number for one in within(choice, kinds)] == [0]


def test_an_edge_is_of_numbers_alone():
    space = read_space({"update.kind": ["adam", "sgd"], "update.rate": "log 1e-4 .. 1e-1"})
    records = tried(space, away(1.0))
    limits = known(space).limits
    assert [at_edge(one, records, limits, 1.0) for one in space.dimensions] == ["", "high"]
    assert at_edge(space.dimensions[1], [], limits, 1.0) == ""
    assert at_edge(space.dimensions[1], records, limits, -1.0) == "low"


def test_few_trials_cut_nothing():
    for count in (1, 4, 5):
        assert cut(BOTH, tried(BOTH, away(3e-3), count)).space == BOTH
    assert cut(BOTH, tried(BOTH, away(3e-3), 6)).space != BOTH
