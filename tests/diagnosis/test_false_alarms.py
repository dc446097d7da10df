"""What a rule told of healthy runs: the interval of a share, and in words."""

import pytest

from thalweg.diagnosis import false_alarms as measured
from thalweg.diagnosis.false_alarms import false_alarms, wilson


def test_wilson_by_hand():
    # z^2 = 3.8416. Of 4 trials 2 hits: centre (0.5 + 0.4802) / 1.9604 = 0.5; half 1.96 sqrt(0.0625 + 0.06) / 1.9604
    # = 1.96 * 0.35 / 1.9604 = 0.34993.
    low, high = wilson(2.0, 4.0)
    assert low == pytest.approx(0.5 - 0.34993, abs=1e-4) and high == pytest.approx(0.5 + 0.34993, abs=1e-4)
    # None of 10: from 0 to z^2 / (10 + z^2) = 3.8415 / 13.8415 = 0.27754.
    assert wilson(0.0, 10.0) == (0.0, pytest.approx(0.27754, abs=1e-4))
    assert wilson(10.0, 10.0) == pytest.approx((1 - 0.27754, 1.0), abs=1e-4)


def test_wilson_of_nothing_is_anything():
    assert wilson(0.0, 0.0) == (0.0, 1.0)


def test_what_was_measured_is_told_in_words(monkeypatch):
    monkeypatch.setattr(measured, "RUNS", 10)
    monkeypatch.setattr(measured, "FLAGGED", {"oscillating": 1})
    # The upper end for none of 10 is 3.8415 / 13.8415, as above.
    said = "of 10 healthy runs that it was measured on (0.0%; 95% interval 0.0% to 27.8%)"
    assert false_alarms("diverged") == f"told of 0 {said}"
    assert false_alarms("oscillating").startswith("told of 1 of 10 healthy runs that it was measured on (10.0%; ")


def test_the_numbers_are_of_findings_above_a_note():
    assert measured.RUNS >= 300
    assert all(0 < count < measured.RUNS / 20 for count in measured.FLAGGED.values())
