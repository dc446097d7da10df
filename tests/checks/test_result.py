"""Counting checks: what was not judged counts neither way."""

import pytest

from thalweg.checks.result import CheckResult, tally


def result(*, passed, judged=True):
    return CheckResult("a", 1.0, 1.0, 0.0, "", passed, "note", "It is so.", "", judged=judged)


@pytest.mark.parametrize(
    ("results", "said"),
    [
        ([], "0 of 0 checks passed"),
        ([result(passed=True), result(passed=True)], "2 of 2 checks passed"),
        ([result(passed=True), result(passed=False)], "1 of 2 checks passed"),
        ([result(passed=True), result(passed=True, judged=False)], "1 of 1 checks passed, 1 not judged"),
        ([result(passed=True, judged=False)] * 2, "0 of 0 checks passed, 2 not judged"),
    ],
)
def test_checks_are_counted_if_they_judged(results, said):
    assert tally(iter(results)) == said
