"""Whole numbers: each as often as every other, or as its part of the logarithms says."""

import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thalweg.errors import InputError
from thalweg.search.ranges.integer import LARGEST, Integer
from thalweg.search.written import read_range


@st.composite
def ranges(draw):
    log = draw(st.booleans())
    low = draw(st.integers(1 if log else -LARGEST, LARGEST - 1))
    return Integer(low, draw(st.integers(low + 1, LARGEST)), log)


def test_each_face_of_a_die_has_a_sixth():
    die = Integer(1, 6)
    assert Counter(die.at(k / 600) for k in range(600)) == dict.fromkeys(range(1, 7), 100)
    assert (die.at(1.0), die.place(1), die.grid(2)) == (6, pytest.approx(1 / 12), (1, 6))


def test_each_number_has_the_part_of_the_logarithms_that_rounds_to_it():
    over, count = Integer(1, 4, log=True), 9000
    drawn = Counter(over.at(k / count) for k in range(count))
    for value in (1, 2, 3, 4):
        share = math.log((value + 0.5) / (value - 0.5)) / math.log(9)
        assert abs(drawn[value] / count - share) <= 1 / count  # at most one place on a border


@given(over=ranges(), place=st.floats(-1, 2))
def test_no_value_lies_outside_the_ends(over, place):
    value = over.at(place)
    assert type(value) is int
    assert over.low <= value <= over.high
    assert (over.at(0.0), over.at(1.0)) == (over.low, over.high)


@given(over=ranges(), share=st.floats(0, 1))
def test_every_value_is_found_at_its_place(over, share):
    value = round(over.low + share * (over.high - over.low))
    assert over.at(over.place(value)) == value
    assert 0 < over.place(value) < 1


@given(over=ranges(), count=st.integers(2, 40))
def test_a_grid_is_in_order_with_both_ends(over, count):
    grid = over.grid(count)
    assert list(grid) == sorted(set(grid))
    assert (grid[0], grid[-1]) == (over.low, over.high)
    assert len(grid) <= count
    if not over.log:
        assert len(grid) == min(count, over.high - over.low + 1)


def test_grids_of_few_and_of_many():
    assert Integer(3, 5).grid(10) == (3, 4, 5)
    assert Integer(0, 10).grid(3) == (0, 5, 10)
    assert Integer(0, 10).grid(1) == (5,)
    assert Integer(16, 256, log=True).grid(5) == (16, 32, 64, 128, 256)
    assert Integer(1, 10, log=True).grid(10) == tuple(range(1, 11))  # all of them, though rounding would skip some
    assert Integer(1, 100, log=True).grid(12)[:3] == (1, 2, 4)  # rounding makes fewer of them


@given(over=ranges())
def test_the_whole_window_is_the_range_itself(over):
    assert over.window(0, 1) == over


def test_windows_narrow_and_shift():
    assert Integer(0, 9).window(0.2, 0.5) == Integer(2, 4)
    assert Integer(0, 9).window(0.5, 1.5) == Integer(5, 14)
    assert Integer(16, 256, log=True).window(-0.5, 0.5) == Integer(4, 63, log=True)
    assert Integer(16, 256, log=True).window(-9, 0.5) == Integer(1, 63, log=True)


@given(over=ranges(), low=st.floats(0, 0.999), length=st.floats(0.0001, 1))
def test_a_narrow_window_keeps_two_numbers_within_the_ends(over, low, length):
    inner = over.window(low, min(low + length, 1.0))
    assert over.low <= inner.low < inner.high <= over.high


@given(over=ranges(), low=st.floats(-50, 50), length=st.floats(0.01, 50))
def test_any_window_is_a_range(over, low, length):
    assert over.window(low, low + length).log == over.log


@given(over=ranges())
def test_what_is_written_reads_back(over):
    assert read_range(str(over)) == over


def test_it_is_written_in_words():
    assert str(Integer(16, 256)) == "integer 16 .. 256"
    assert str(Integer(16, 256, log=True)) == "log integer 16 .. 256"
    assert read_range("integer 1e1 .. 2e1") == Integer(10, 20)


@pytest.mark.parametrize(
    ("low", "high", "log", "message"),
    [
        (1.5, 3, False, r"integer range must be whole numbers of at most a million millions; got 1\.5\. Round them"),
        (1, 10**13, False, "must be whole numbers of at most a million millions; got 10000000000000"),
        (
            1.5,
            3,
            True,
            r"a log integer range must be whole numbers .*; got 1\.5\. Round them, or write the range as log\.",
        ),
        (0, 3, True, r"the ends of a log integer range must be at least 1, for numbers up to 0 have no logarithm"),
        (3, 1, False, r"the lower end of an integer range must stand first; got 3 \.\. 1"),
        (3, 3, True, "both ends of a log integer range are 3"),
        (1, math.inf, False, "the ends of an integer range must be finite numbers; got inf"),
    ],
)
def test_ends_that_make_no_range_are_refused(low, high, log, message):
    with pytest.raises(InputError, match=message):
        Integer(low, high, log)


def test_a_window_needs_its_places_in_order():
    with pytest.raises(InputError, match=r"a window needs its lower place first; got 0\.5 and 0\.5"):
        Integer(1, 9).window(0.5, 0.5)
    with pytest.raises(InputError, match="a grid needs at least 1 value of each range; got 0"):
        Integer(1, 9).grid(0)
