"""Intervals, the gate, and what is made of outcomes: by hand."""

import math

import pytest
from bench.diagnosis.outcomes import Outcome
from bench.diagnosis.tallies import as_good, closed, gap, really_worse, sign_test
from bench.diagnosis.told import Told


def test_the_sign_test_counts_coins():
    # Five of five heads: 1 / 32. Four or five of five: (5 + 1) / 32. A tie is not worse.
    assert sign_test([0, 0, 0, 0, 0], [1, 1, 1, 1, 1]) == 1 / 32
    assert sign_test([0, 0, 0, 0, 1], [1, 1, 1, 1, 1]) == 6 / 32
    assert sign_test([2, 2, 2, 2, 2], [1, 1, 1, 1, 1]) == 1.0
    assert sign_test([], []) == 1.0


def test_what_is_not_a_number_is_worse_than_any_number():
    assert sign_test([math.nan] * 5, [-100.0] * 5) == 1 / 32
    assert sign_test([-100.0] * 5, [math.nan] * 5) == 1.0


def test_a_fault_must_show_in_every_one_of_five_seeds_and_by_enough():
    twin = [0.9] * 5
    assert really_worse([0.5] * 5, twin)
    assert not really_worse([0.5] * 4 + [0.9], twin)
    assert not really_worse([0.5] * 4, [0.9] * 4)
    assert not really_worse([0.89] * 5, twin)
    assert really_worse([0.88 - 1e-9] * 5, twin)


def test_a_hopeless_fit_counts_as_minus_one():
    assert gap([-1e9, math.nan], [0.5, 0.5]) == 1.5


def test_the_share_closed_by_hand():
    assert closed([0.5, 0.5], [0.9, 0.9], [0.8, 0.9]) == pytest.approx(0.35 / 0.4)
    assert closed([0.5], [0.9], [0.4]) == pytest.approx(-0.25)


def test_a_healthy_run_may_be_a_little_worse_than_usual():
    # 400 rows: two standard errors are 0.05; of 25 rows and one seed 0.2.
    assert as_good([0.86], [0.9], 400) and not as_good([0.84], [0.9], 400)
    assert as_good([0.71], [0.9], 25) and not as_good([0.69], [0.9], 25)


def found(symptom, severity, *causes, since=math.nan):
    return Told(symptom, severity, "", causes, (), None, since)


def test_causes_are_those_of_grave_findings_in_their_order_each_once():
    outcome = Outcome(
        0.5,
        100,
        (
            found("short_run", "note", "too_few_epochs", since=0.0),
            found("a", "warning", "depth", "activation", since=0.4),
            found("b", "error", "activation", "loss", since=0.2),
        ),
        (),
        during=(("a", 0.4), ("b", 0.2)),
    )
    assert outcome.causes == ("depth", "activation", "loss")
    assert outcome.since == 0.2 and [one.symptom for one in outcome.grave] == ["a", "b"]
    assert outcome._replace(failed=("initial loss",)).since == 0.0


def test_a_run_without_a_grave_finding_is_never_detected():
    outcome = Outcome(0.5, 100, (found("healthy", "good"),), ())
    assert outcome.grave == () and outcome.causes == () and outcome.since == 1.0
