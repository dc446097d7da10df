"""What is certain while a run goes on: not after one bad look, and the same whether it was interrupted or not."""

import numpy as np
import pytest

from tests.diagnosis.curves import EXPERIMENT, falling, history
from tests.diagnosis.test_causes import failed
from thalweg.checks.initial_loss import initial_loss
from thalweg.classic.baseline import Baseline
from thalweg.diagnosis.during import look
from thalweg.diagnosis.on_finding import STOPPED_BY, TO_REPAIR, OnFinding
from thalweg.diagnosis.reader import Reader
from thalweg.train.controllers import Continue, Mark, Pause, Progress, Stop

TOTAL = 400  # steps, ten an epoch
RISEN = np.concatenate([np.linspace(2.3, 1.5, 10), np.full(31, 6.0)])  # high from epoch 10 on


def reader(*, checks=(), baselines=(), asked=None):
    def known():
        if asked is not None:
            asked.append(1)
        return baselines

    return Reader((initial_loss(2.3, 2.3), *checks), EXPERIMENT, "classes", "accuracy", 1000, known)


def told(curve, *, total=TOTAL, upto=None, known=None, **more):
    """The epochs at which something is warned of, and those at which it is certain."""
    made, known = history(curve, **more), known or reader()
    looks = {e.epoch: look(made.until(e.step), total, known) for e in made.evaluations[:upto]}
    warned = [epoch for epoch, seen in looks.items() if seen and seen.finding]
    return warned, [epoch for epoch in warned if looks[epoch].certain]


def test_trouble_is_certain_after_three_looks_in_a_row():
    # The last three of at least four losses must be high: at epochs 10, 11 and 12.
    warned, certain = told(RISEN)
    assert (warned[0], certain[0]) == (12.0, 14.0)
    assert certain == warned[2:]


def test_what_goes_away_in_between_begins_anew():
    curve = RISEN.copy()
    curve[14:16] = 1.4
    warned, certain = told(curve)
    assert warned[:3] == [12.0, 13.0, 18.0] and certain[0] == 20.0


def test_a_healthy_run_is_told_nothing_of():
    assert told(falling(41)) == ([], [])


def test_looks_are_fifty_at_most_however_many_evaluations_there_are():
    curve = np.concatenate([falling(60), np.full(141, 6.0)])
    made = history(curve)
    looks = [e.epoch for e in made.evaluations if look(made.until(e.step), 2000, reader())]
    assert looks == [4.0 * k for k in range(51)]
    assert told(curve, total=2000)[1][0] == 72.0  # the third of 64, 68 and 72


def test_what_a_check_told_of_a_part_is_certain_before_training():
    seen = look(history(falling()).until(0), TOTAL, reader(checks=(failed("gradient", "error"),)))
    assert seen.certain and seen.finding.symptom == "wrong_gradient"


def test_a_number_that_is_no_longer_finite_is_certain_at_once():
    made = history([2.3, np.inf], score=[0.1, 0.1])
    seen = look(made, TOTAL, reader(), "dense_1/w was no longer a finite number at step 9")
    assert seen.certain and seen.finding.symptom == "diverged"
    assert look(made, TOTAL, reader()) == (None, False)  # nothing is known of why the loss is not finite


def test_another_ending_is_no_reason_to_hurry():
    seen = look(history(RISEN[:13]), TOTAL, reader(), "no better validation score for 5 epochs")
    assert seen.finding is not None and not seen.certain


def test_simple_models_are_fitted_for_what_would_be_certain_alone_and_may_acquit():
    flat = np.full(41, 2.3)
    guess = Baseline("majority class", 0.1, 1000, 0.0)
    nothing, asked = Baseline("linear", 0.1, 1000, 0.0), []
    given = {"score": np.full(41, 0.1)}
    warned, certain = told(flat, known=reader(baselines=(guess, nothing), asked=asked), **given)
    assert warned and not certain  # no simple model does better: it is a note
    assert len(asked) == len([epoch for epoch in warned if epoch >= 16.0])
    better, asked = Baseline("linear", 0.9, 1000, 0.0), []
    # A loss that does not move may only be slow to begin: two fifths of the 40 epochs are waited for.
    assert told(flat, known=reader(baselines=(guess, better), asked=asked), **given)[1][0] == 16.0
    before = len(asked)
    assert told(falling(41), known=reader(asked=asked))[1] == [] and len(asked) == before


def progress(made, *, evaluated=True, ending=""):
    step = made.evaluations[-1].step
    return Progress(made, None, step / 10, step, TOTAL, evaluated, 1.0, 0.0, 1.0, "accuracy", (ending,))


def decisions(curve, act, handled=()):
    said, made = [], history(curve)
    controller = OnFinding(reader(), act, lambda *seen: said.append(seen), handled)
    found = [controller.decide(progress(made.until(e.step))) for e in made.evaluations]
    return found, [(finding.symptom, where.epoch) for finding, where in said]


def test_a_finding_is_told_once():
    found, said = decisions(RISEN, "warn")
    assert said == [("diverged", 14.0)]
    assert set(map(type, found)) == {Continue}


def test_a_finding_stops_a_run():
    found, said = decisions(RISEN, "stop")
    assert found[14] == Stop(f"{STOPPED_BY} (the training loss rose and stayed up)")
    assert said == [("diverged", 14.0)]


def test_a_repair_leaves_the_loop_and_healthy_moments_are_marked():
    found, said = decisions(RISEN, "repair")
    assert found[:12] == [Mark()] * 12  # at 12 the rule warns, at 14 it is certain
    assert found[12:15] == [Continue(), Continue(), Pause(TO_REPAIR)]
    assert said == [("diverged", 14.0)]


def test_a_moment_without_a_finite_loss_is_not_marked():
    made = history([2.3, 1.9, np.nan, 1.7])
    controller = OnFinding(reader(), "repair", lambda *seen: None)
    assert [controller.decide(progress(made.until(10 * k))) for k in range(4)] == [Mark(), Mark(), Continue(), Mark()]


@pytest.mark.parametrize("act", ["warn", "stop", "repair"])
def test_what_was_handled_is_left_alone(act):
    found, said = decisions(RISEN, act, handled=("diverged",))
    assert said == [] and not any(isinstance(one, Stop | Pause) for one in found)


def test_a_controller_waits_for_an_evaluation():
    controller = OnFinding(reader(), "stop", lambda *seen: None)
    assert controller.decide(progress(history(RISEN), evaluated=False)) == Continue()
    assert isinstance(controller.decide(progress(history(RISEN))), Stop)
