"""Real tries: from the run's own start, the same ones every time, and only where something is suspected."""

import numpy as np

from tests.checks.prepared import experiment_for
from tests.diagnosis.runs import made, source
from thalweg.diagnosis.attempts import make_attempts, prepared_for
from thalweg.diagnosis.case import read_case
from thalweg.diagnosis.diagnose import confirmed
from thalweg.diagnosis.false_alarms import false_alarms
from thalweg.diagnosis.suspects import suspects
from thalweg.experiment import Training
from thalweg.losses.regression_by_classification import RegressionByClassification
from thalweg.network.presets.dense import dense_network
from thalweg.schedules.reduce_on_plateau import ReduceOnPlateau
from thalweg.updates.adam import Adam

FEW = Training(batch=32, epochs=20)


def trained(name, **parts):
    """What is known of a small run without monitors, and what it was made on."""
    given, ground, state = made(source(name), monitors=False, **({"training": FEW} | parts))
    return read_case(state.history, **given), ground


def test_a_rate_far_too_low_is_found_by_raising_it():
    case, ground = trained("iris", update=Adam(1e-5))
    finding, *_ = confirmed(case, ground, share=0.1)
    assert finding.causes[0].name == "rate_too_low"
    best = finding.attempts[0]
    assert best.helped
    assert finding.false_alarms == false_alarms(finding.symptom)
    assert len(best.before) == len(best.after) == 3
    # The unchanged run was made again from its own start: what it came to is the run's own score.
    assert best.before[0] == case.score


def test_bins_are_filled_in_from_the_rows_when_others_are_tried():
    coarse = {"loss": RegressionByClassification(2), "network": dense_network(2, hidden=(8,))}
    case, ground = trained("diabetes", **coarse)
    (change,) = (change for change in suspects(case) if change.text == "20 bins")
    assert len(prepared_for(ground, change.experiment).experiment.loss.edges) == 19
    finer = next(one for one in make_attempts(case, ground, (change,), share=0.1).changed if one.change == change)
    assert all(np.isfinite(finer.scores))


def test_the_same_run_is_followed_by_the_same_tries():
    case, ground = trained("iris", update=Adam(1e-7), network=dense_network(3, hidden=(4,)))
    one, other = (make_attempts(case, ground, suspects(case), share=0.1) for _ in range(2))
    assert one == other
    assert one is not None
    assert one.whole
    assert {tried.steps for tried in one.changed if tried.change.cause != "too_few_epochs"} == {case.steps}


def test_nothing_is_tried_of_a_run_that_is_well_or_where_no_time_is_given():
    case, ground = trained("iris", update=Adam(0.01))
    findings = confirmed(case, ground, share=0.1)
    assert [finding.attempts for finding in findings if finding.attempts] == []
    assert make_attempts(case, ground, suspects(case), share=0.0) is None
    assert make_attempts(case, ground, (), share=0.1) is None
    begun = case.until(1)._replace(ending="the time budget of 1 s is spent")
    assert begun.steps == 0
    assert make_attempts(begun, ground, suspects(case), share=0.1) is None


def test_at_the_beginning_of_a_run_that_goes_on_it_is_tried_as_it_is_planned():
    case, ground = trained("iris", update=Adam(1e-5))
    begun = case.until(1)
    assert (begun.steps, begun.ending) == (0, "")
    tried = make_attempts(begun, ground, suspects(case), share=0.1)
    assert tried is not None and tried.whole and tried.unchanged.steps == case.planned
    assert max(max(one.scores) for one in tried.changed) > 0.8


def test_tries_are_as_long_as_what_was_run_and_not_as_what_was_planned():
    case, ground = trained("iris", update=Adam(1e-5))
    cut = case.until(5)._replace(ending="the time budget of 1 s is spent")
    tries = make_attempts(cut, ground, suspects(cut), share=0.1)
    assert tries is not None
    assert tries.unchanged.steps == cut.steps == case.steps // 5


def test_a_change_that_does_not_fit_the_data_is_left_out():
    case, ground = trained("iris", update=Adam(1e-7))
    change = suspects(case)[0]
    unfit = change._replace(cause="loss", text="unfit", experiment=experiment_for(source("diabetes")))
    tries = make_attempts(case, ground, (unfit, change), share=0.1)
    assert tries is not None
    assert [tried.change for tried in tries.changed] == [change]
    assert tries.unfit == (("loss", "unfit"),)
    assert np.isfinite(tries.unchanged.scores).all()


def test_the_unchanged_run_is_steered_as_the_run_was():
    plateau = Training(batch=32, epochs=20, plateau=ReduceOnPlateau(factor=0.01, patience=2.0))
    case, ground = trained("iris", update=Adam(0.05), training=plateau)
    steady, _ = trained("iris", update=Adam(0.05))
    assert steady.last != case.last  # the rate was reduced
    tries = make_attempts(case, ground, suspects(case), share=0.1)
    assert tries is not None
    assert tries.unchanged.losses[0] == case.training_loss[-1]
