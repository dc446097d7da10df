"""Numbers as people read them."""

import pytest

from thalweg.report.numbers import amount, difference, duration, metric_of, percent, scored


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.0, "0"),
        (1.0, "1"),
        (0.1234567, "0.123"),
        (-1.5, "\N{MINUS SIGN}1.5"),
        (123456.7, "123,457"),
        (100.0, "100"),
        (2e-7, "2e-7"),
        (1.25e12, "1.25e12"),
        (float("nan"), "not a number"),
        (float("-inf"), "minus infinite"),
    ],
)
def test_an_amount_has_three_digits_that_matter(number, text):
    assert amount(number) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.978, "97.8%"),
        (1.0, "100%"),
        (0.0, "0%"),
        (0.9996, "99.96%"),  # a single mistake is not hidden by rounding
        (0.0004, "0.04%"),
        (0.99999999, "100.000%"),
        (float("inf"), "infinite"),
    ],
)
def test_a_share_is_rounded_to_100_percent_only_when_it_is(share, text):
    assert percent(share) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.0, "0 s"),
        (0.25, "250 ms"),
        (12.34, "12.3 s"),
        (59.97, "1 min 0 s"),
        (3600.0, "1 h 0 min"),
        (float("nan"), "unknown"),
    ],
)
def test_a_duration_is_written_in_the_unit_that_suits_it(seconds, text):
    assert duration(seconds) == text


def test_a_score_is_written_as_its_metric_is_read():
    assert scored("accuracy", 0.9) == "90.0%"
    assert scored("rmse", 0.9) == "0.9"
    assert (difference("accuracy", -0.041), difference("r2", -0.041)) == ("4.1 points", "0.041")
    assert difference("accuracy", 0.01) == "1 point"


def test_a_metric_outside_the_table_of_training_has_a_title():
    assert metric_of("average_precision").title == "average precision"
    assert metric_of("rmse").larger_is_better is False
    assert metric_of("made_up").title == "made up"
