"""A study held against the numbers derived for seed 0."""

import math

import pytest
from tests.lab.example import moved, study

from thalweg.lab.derived import compared, disagreements


def test_a_study_with_the_derived_numbers_agrees():
    made = study()
    assert disagreements(made) == ()
    assert all(row.agrees and row.loss == row.derived for rows in compared(made) for row in rows)
    assert [[row.step for row in rows] for rows in compared(made)] == [
        [0, 10, 170, 180, 190],
        [0, 1000, 2000, 3000, 9000],
    ]


@pytest.mark.parametrize(
    ("place", "step", "precision", "allowed"),
    [
        (0, 170, "float64", 1e-6),
        (1, 3000, "float64", 1e-6),
        (1, 9000, "float64", 2e-4),
        (0, 190, "float32", 2e-3),
        (1, 0, "float32", 2e-3),
        (1, 1000, "float32", 1.5e-2),
    ],
)
def test_a_loss_may_be_off_by_rounding_and_no_more(place, step, precision, allowed):
    assert disagreements(study(losses=moved(place, step, 0.99 * allowed), precision=precision)) == ()
    (said,) = disagreements(study(losses=moved(place, step, -1.01 * allowed), precision=precision))
    assert f"at step {step} is" in said


def test_what_disagrees_is_said_with_both_numbers():
    assert disagreements(study(losses=moved(1, 2000, 0.001))) == (
        "The loss of the network of 100 ReLU units at step 2000 is 0.267441, not 0.266441.",
    )


def test_a_loss_that_is_no_number_disagrees():
    assert len(disagreements(study(losses=moved(0, 10, math.nan)))) == 1


@pytest.mark.parametrize("accuracy", [(0.49, 0.98), (148 / 300, 0.96), (148 / 300, 1.0)])
def test_an_accuracy_outside_its_range_is_said(accuracy):
    (said,) = disagreements(study(accuracy=accuracy))
    assert said.startswith("The accuracy of the ") and "not in [" in said


def test_a_network_that_was_not_trained_to_the_end_may_have_any_accuracy():
    assert disagreements(study(accuracy=(148 / 300, 0.5), epochs=(200, 3050))) == ()


def test_another_seed_is_held_against_nothing():
    made = study(seed=1, losses=moved(0, 10, 1.0), accuracy=(0.1, 0.1))
    assert disagreements(made) == ()
    assert all(row.derived is None and row.agrees for rows in compared(made) for row in rows)
