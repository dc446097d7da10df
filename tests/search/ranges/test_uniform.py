"""Uniform ranges: nothing outside the ends, every place found again."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thalweg.errors import InputError
from thalweg.search.ranges.uniform import Uniform
from thalweg.search.written import read_range

NUMBERS = st.floats(-1e308, 1e308)
RANGES = st.tuples(NUMBERS, NUMBERS).filter(lambda pair: pair[0] < pair[1]).map(lambda pair: Uniform(*pair))


def test_values_of_a_small_range():
    over = Uniform(2, 10)
    assert [over.at(place) for place in (0, 0.25, 0.5, 1)] == [2, 4, 6, 10]
    assert (over.place(2), over.place(8), over.place(14)) == (0, 0.75, 1.5)
    assert over.grid(5) == (2, 4, 6, 8, 10)
    assert over.grid(1) == (6,)
    assert all(type(value) is float for value in (over.low, over.high, *over.grid(3)))


def test_windows_narrow_and_shift():
    over = Uniform(2, 10)
    assert over.window(0, 1) == over
    assert over.window(0.25, 0.75) == Uniform(4, 8)
    assert over.window(0.5, 1.5) == Uniform(6, 14)
    assert over.window(-1, 2) == Uniform(-6, 18)


@given(over=RANGES, place=st.floats(-2, 3))
def test_no_value_lies_outside_the_ends(over, place):
    assert over.low <= over.at(place) <= over.high
    assert (over.at(0.0), over.at(1.0)) == (over.low, over.high)


@given(low=st.floats(-1e6, 1e6), length=st.floats(1e-3, 1e6), place=st.floats(0, 1))
def test_a_value_is_found_at_its_place(low, length, place):
    over = Uniform(low, low + length)
    value = over.at(place)
    # The ends are known to 1e6 eps, and so is every value.
    assert math.isclose(over.at(over.place(value)), value, rel_tol=1e-12, abs_tol=1e-9)


@given(over=RANGES)
def test_what_is_written_reads_back(over):
    assert read_range(str(over)) == over


@pytest.mark.parametrize(
    ("ends", "text"), [((0, 0.5), "uniform 0 .. 0.5"), ((-1e-7, 1 / 3), "uniform -1e-07 .. 0.3333333333333333")]
)
def test_ends_are_written_short(ends, text):
    assert str(Uniform(*ends)) == text


@pytest.mark.parametrize(
    ("low", "high", "message"),
    [
        (2, 1, r"the lower end of a uniform range must stand first; got 2 \.\. 1\. Write 1 \.\. 2\."),
        (1, 1, "both ends of a uniform range are 1: nothing is left to search"),
        (
            0,
            math.inf,
            r"a uniform range must be finite numbers; got inf\. Write it as \"uniform 0 \.\. 0.5\"",
        ),
        (math.nan, 1, "the ends of a uniform range must be finite numbers; got nan"),
        (0, 10**400, "the ends of a uniform range must be finite numbers; got 1000"),
        (False, 1, "the ends of a uniform range must be finite numbers; got False"),
    ],
)
def test_ends_without_anything_between_them_are_refused(low, high, message):
    with pytest.raises(InputError, match=message):
        Uniform(low, high)


def test_a_grid_needs_a_value():
    with pytest.raises(InputError, match="a grid needs at least 1 value of each range; got 0"):
        Uniform(0, 1).grid(0)
