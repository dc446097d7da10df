"""Where half of what was learned is lost: by hand, for scores and errors, and where it is nowhere."""

import math

import pytest

from thalweg.monitors.half_lost import half_lost

AT = (0.0, 10.0, 20.0, 30.0)


def test_between_two_strengths_the_score_is_a_straight_line():  # M11
    # 0.9 above a guess of 0.1: half is at 0.5, reached from 0.7 to 0.3 in the middle of 10 and 20.
    assert half_lost(AT, (0.9, 0.7, 0.3, 0.1), 0.1) == pytest.approx(15)
    assert half_lost(AT, (0.9, 0.5, 0.3, 0.1), 0.1) == pytest.approx(10)


def test_an_error_that_grows_is_a_score_that_falls():
    assert half_lost(AT, (1.0, 2.0, 4.0, 9.0), 5.0) == pytest.approx(15)


def test_the_first_time_counts():
    assert half_lost(AT, (0.9, 0.4, 0.8, 0.1), 0.1) == pytest.approx(8)


@pytest.mark.parametrize(
    ("scores", "blind"),
    [((0.9, 0.8, 0.7, 0.6), 0.1), ((0.5, 0.4, 0.3, 0.2), 0.5), ((0.9, math.nan, math.nan, math.nan), 0.1)],
    ids=["more is left", "nothing learned", "no number"],
)
def test_where_it_is_nowhere_it_is_no_number(scores, blind):
    assert math.isnan(half_lost(AT, scores, blind))
