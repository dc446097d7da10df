"""From when on trouble could be seen: not from one bad look, and from the start where a check told."""

import math

import numpy as np

from tests.diagnosis.curves import EXPERIMENT, case, falling, history
from tests.diagnosis.test_causes import failed
from thalweg.diagnosis.by_rules import by_rules
from thalweg.diagnosis.diagnose import diagnose
from thalweg.diagnosis.since import first_seen


def seen(made, *, told_before=False, **more):
    return first_seen(case(made, **more), by_rules, told_before=told_before)


def test_a_loss_that_rises_for_good_is_seen_three_evaluations_later():
    curve = np.concatenate([np.linspace(2.3, 1.5, 20), np.full(21, 5.0)])
    # At epoch 20 it jumps; the last three must be high, which they are after epoch 22.
    assert seen(history(curve)) == 22.0


def test_what_goes_away_again_does_not_count():
    curve = np.concatenate([np.linspace(2.3, 1.5, 10), np.full(5, 5.0), np.linspace(1.5, 1.0, 5), np.full(21, 6.0)])
    assert seen(history(curve)) == 22.0


def test_a_check_tells_before_training():
    assert seen(history(falling()), told_before=True) == 0.0


def test_a_healthy_run_and_one_whose_end_alone_tells_have_no_beginning():
    assert math.isnan(seen(history(falling(41))))
    ending = "dense_1/w was no longer a finite number at step 405"
    assert math.isnan(seen(history(falling(41)), ending=ending))


def test_losses_that_were_never_finite_have_no_curve_to_judge():
    made = history(np.full(6, np.nan), score=np.full(6, 0.1))
    assert math.isnan(seen(made, ending="the loss was no longer a finite number at step 0"))


def test_a_case_cut_short_knows_what_was_known_then():
    made = history(falling(21), score=np.concatenate([np.linspace(0.1, 0.9, 11), np.linspace(0.8, 0.95, 10)]))
    whole = case(made)
    early = whole.until(15)
    assert (whole.best, early.best, early.ending, len(early.epoch)) == (20, 10, "", 15)
    assert early.score == 0.9


def test_dead_units_are_those_of_looks_so_far():
    made = history(falling(21), dead=(0.0, 0.0, 1.0))  # looked at after 0, 100 and 200 steps, ten an epoch
    whole = case(made, checks=(failed("units alive"),))
    assert whole.until(15).dead["activation_1"].tolist() == [0.0, 0.0]
    assert whole.until(21).dead["activation_1"].tolist() == [0.0, 0.0, 1.0]


def test_a_check_dates_what_it_could_tell_and_nothing_else():
    failing = (failed("learning rate"),)
    risen = history(np.concatenate([np.linspace(2.3, 1.5, 20), np.full(21, 5.0)]))
    given = {"experiment": EXPERIMENT, "task": "classes", "metric": "accuracy", "ending": "all epochs were trained"}
    given |= {"baselines": (), "validation_rows": 1000}
    assert diagnose(risen, checks=failing, **given)[0].since == 0.0
    assert diagnose(risen, checks=(), **given)[0].since == 22.0
    early = history(np.linspace(2.3, 0.8, 31), score=np.linspace(0.5, 0.8, 31))
    (found,) = (f for f in diagnose(early, checks=failing, **given) if f.symptom == "stopped_early")
    assert math.isnan(found.since)


def test_shared_rows_date_nothing_that_a_curve_shows_later():
    curve = np.concatenate([np.linspace(2.3, 1.5, 20), np.full(21, 5.0)])
    shared = failed("validation rows unseen")
    assert seen(history(curve), checks=(shared,)) == 22.0
    found = diagnose(
        history(curve),
        checks=(shared,),
        experiment=EXPERIMENT,
        task="classes",
        metric="accuracy",
        ending="all epochs were trained",
        baselines=(),
        validation_rows=1000,
    )
    assert [finding.symptom for finding in found[:2]] == ["shared_rows", "diverged"]
    assert math.isnan(found[0].since) and found[1].since == 22.0
