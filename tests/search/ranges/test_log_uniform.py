"""Log-uniform ranges: every order of magnitude as often as every other."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thalweg.errors import InputError
from thalweg.search.dimension import Dimension
from thalweg.search.ranges.log_uniform import LogUniform
from thalweg.search.space import Space
from thalweg.search.written import read_range

NUMBERS = st.floats(5e-324, 1e308)
RANGES = st.tuples(NUMBERS, NUMBERS).filter(lambda pair: pair[0] * 1.001 < pair[1]).map(lambda pair: LogUniform(*pair))


def test_values_of_four_orders_of_magnitude():
    over = LogUniform(1e-4, 1)
    assert over.at(0) == 1e-4
    assert over.at(1) == 1
    assert [over.at(place) for place in (0.25, 0.5, 0.75)] == pytest.approx([1e-3, 1e-2, 1e-1], rel=1e-14)
    assert over.place(1e-3) == pytest.approx(0.25, abs=1e-15)
    assert over.place(10) == pytest.approx(1.25, abs=1e-15)
    assert over.grid(3) == pytest.approx((1e-4, 1e-2, 1), rel=1e-14)
    assert over.grid(1) == pytest.approx((1e-2,), rel=1e-14)


def test_it_is_the_course_s_ten_to_a_uniform_exponent():
    over = LogUniform(1e-6, 10)
    for place in (0.1, 0.6, 0.9):
        assert over.at(place) == pytest.approx(10 ** (-6 + 7 * place), rel=1e-13)


def test_windows_narrow_and_shift():
    over = LogUniform(1e-4, 1)
    assert over.window(0, 1) == over
    shifted = over.window(0.5, 1.5)
    assert (shifted.low, shifted.high) == pytest.approx((1e-2, 100), rel=1e-14)
    far = over.window(-1000, 1000)  # as far as 64 bits hold positive numbers
    assert 0 < far.low < 1e-300
    assert 1e300 < far.high < math.inf


@given(over=RANGES, place=st.floats(-2, 3))
def test_no_value_lies_outside_the_ends(over, place):
    assert over.low <= over.at(place) <= over.high
    assert (over.at(0), over.at(1)) == (over.low, over.high) == (over.grid(2))


@given(low=st.floats(1e-20, 1e3), factor=st.floats(1.1, 1e20), place=st.floats(0, 1))
def test_a_value_is_found_at_its_place(low, factor, place):
    over = LogUniform(low, low * factor)
    value = over.at(place)
    # Logarithms up to 23 in size are known to 4e-15 each; three of them come together, times ln 10.
    assert over.at(over.place(value)) == pytest.approx(value, rel=1e-12)


@given(over=RANGES)
def test_what_is_written_reads_back(over):
    assert read_range(str(over)) == over


def test_ends_are_written_by_their_orders_of_magnitude():
    assert str(LogUniform(1e-4, 1e-1)) == "log 1e-4 .. 1e-1"
    assert str(LogUniform(2.5e-5, 3000)) == "log 2.5e-5 .. 3e3"


def test_each_order_of_magnitude_gets_as_many_draws():
    # n draws into k = 4 parts: by Hoeffding a count is off n / k by more than n t with a chance of at most
    # 2 exp(-2 n t^2), of the four together 8 exp(-2 n t^2): at n = 2000 and t = 0.08 that is 6e-11.
    n, t = 2000, 0.08
    space = Space((Dimension(("update.rate",), LogUniform(1e-4, 1)),))
    orders = [math.floor(math.log10(space.drawn(3, number)["update.rate"])) for number in range(n)]
    for order in (-4, -3, -2, -1):
        assert abs(orders.count(order) / n - 1 / 4) < t


@pytest.mark.parametrize(
    ("low", "high", "message"),
    [
        (0, 1, r"the ends of a log range must be above 0, for numbers up to 0 have no logarithm; got 0 \.\. 1"),
        (-1, 1, r"must be above 0, for numbers up to 0 have no logarithm; got -1 \.\. 1"),
        (1, 0.1, r"the lower end of a log range must stand first; got 1 \.\. 0.1"),
        (0.1, 0.1, "both ends of a log range are 0.1"),
        (1, math.inf, "the ends of a log range must be finite numbers; got inf"),
    ],
)
def test_ends_that_make_no_range_are_refused(low, high, message):
    with pytest.raises(InputError, match=message):
        LogUniform(low, high)
