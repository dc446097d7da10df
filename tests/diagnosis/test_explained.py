"""From tries to causes: what helped is likely, what did not is not, and chance is neither."""

import math

import numpy as np
import pytest

from tests.diagnosis.curves import EXPERIMENT, case, falling, history
from thalweg.checks.result import CheckResult
from thalweg.classic.baseline import Baseline
from thalweg.diagnosis.attempts import Attempts, Tried, key_of
from thalweg.diagnosis.by_rules import by_rules
from thalweg.diagnosis.change import LIKELY, POSSIBLE, SURE, Change
from thalweg.diagnosis.explained import explained
from thalweg.diagnosis.suspects import is_suspicious, suspects
from thalweg.losses.multiclass_hinge import MulticlassHinge
from thalweg.penalties.no_penalty import NoPenalty
from thalweg.preprocess.arrays import Standardize
from thalweg.spec import replaced
from thalweg.updates.adam import Adam

LINEAR = (Baseline("majority class", 0.1, 1000, 0.0), Baseline("linear", 0.9, 1000, 0.0))

CLOSE = (LINEAR[0], Baseline("linear", 0.55, 1000, 0.0))  # 3.2 standard errors of 0.016 above a score of 0.5


def change(cause, weight=LIKELY, **parts):
    return Change(
        cause, f"without {cause}", f"it is {cause}", "Mend it.", replaced(EXPERIMENT, **parts), EXPERIMENT, weight
    )


RATE = change("rate_too_high", update=Adam(1e-4))
PENALTY = change("penalty_too_strong", penalty=NoPenalty())
INPUTS = change("unscaled_inputs", SURE, preprocess=Standardize())
NOTHING = Change("labels_unrelated", "", "it is noise", "Look at it.", None, EXPERIMENT, POSSIBLE)


def tried(what, scores, losses=(1.0, 1.0, 1.0)):
    return Tried(what, 800, tuple(scores), tuple(losses))


def attempts(*changed, whole=True, before=(0.50, 0.51, 0.52)):
    return Attempts(whole, tried(None, before, (2.0, 2.0, 2.0)), changed)


def said(found, changes, made=None, *, score=0.5, baselines=LINEAR):
    """What is said of a run that did worse than a linear model."""
    made = history(falling(), score=np.full(21, score), training_score=np.full(21, 0.99)) if made is None else made
    seen = case(made, baselines=baselines)
    return explained(by_rules(seen), seen, changes, found)


def shares(finding):
    return {cause.name: cause.probability for cause in finding.causes}


def test_what_helped_is_the_cause_and_its_settings_are_offered():
    found = attempts(tried(RATE, (0.51, 0.50, 0.52)), tried(PENALTY, (0.93, 0.94, 0.95)))
    finding, *_ = said(found, (RATE, PENALTY))
    assert (finding.symptom, finding.cause) == ("worse_than_baseline", "it is penalty_too_strong")
    assert finding.setting == "--set penalty=no_penalty"
    assert finding.remedies[0].python == 'thalweg.fit(data, settings=["penalty=no_penalty"])'
    assert shares(finding)["penalty_too_strong"] > 0.9
    assert [attempt.helped for attempt in finding.attempts] == [True, False]
    # The means are (0.93 + 0.94 + 0.95) / 3 and (0.50 + 0.51 + 0.52) / 3.
    assert finding.attempts[0].result == (
        "without penalty_too_strong: validation accuracy 94.0% instead of 51.0%, training loss 1 instead of 2 "
        "(after 800 steps, 3 seeds)"
    )


def test_of_two_that_help_alike_what_was_measured_decides():
    found = attempts(tried(RATE, (0.93, 0.94, 0.95)), tried(INPUTS, (0.92, 0.93, 0.94)))
    finding, *_ = said(found, (INPUTS, RATE))
    assert [cause.name for cause in finding.causes] == ["unscaled_inputs", "rate_too_high"]
    assert shares(finding)["rate_too_high"] > 0.2
    # One that helps far more outweighs that.
    found = attempts(tried(RATE, (0.93, 0.94, 0.95)), tried(INPUTS, (0.63, 0.64, 0.65)))
    assert said(found, (INPUTS, RATE))[0].causes[0].name == "rate_too_high"


def test_shares_leave_room_for_what_nobody_thought_of():
    finding, *_ = said(attempts(tried(RATE, (0.93, 0.94, 0.95))), (RATE, PENALTY))
    assert 0.9 < sum(shares(finding).values()) < 1


def test_a_gain_within_chance_is_none():
    # One seed far up, the others as before: the mean is up by 0.1, its standard error over the seeds is 0.1.
    spread = attempts(tried(RATE, (0.80, 0.51, 0.52)))
    assert said(spread, (RATE,), baselines=CLOSE)[0].severity == "note"
    # Up by 0.03 of the 0.49 that was left to gain: too little to speak of.
    little = attempts(tried(RATE, (0.53, 0.54, 0.55)))
    assert said(little, (RATE,), baselines=CLOSE)[0].severity == "note"
    assert said(attempts(tried(RATE, (0.66, 0.67, 0.68))), (RATE,), baselines=CLOSE)[0].severity == "warning"


def test_where_nothing_helps_what_may_be_well_is_a_note():
    vain = attempts(tried(RATE, (0.5, 0.5, 0.5)), tried(PENALTY, (0.4, 0.4, 0.4)))
    finding, *_ = said(vain, (RATE, PENALTY), baselines=CLOSE)
    assert (finding.symptom, finding.severity, finding.setting) == ("worse_than_baseline", "note", "")
    assert "2 changes of one thing did no better." in finding.evidence
    assert [attempt.helped for attempt in finding.attempts] == [False, False]


def test_a_run_far_behind_a_simple_model_is_not_well_although_nothing_helps():
    vain = attempts(tried(RATE, (0.5, 0.5, 0.5)))
    assert said(vain, (RATE,))[0].severity == "warning"  # 0.9 beside 0.5: 25 standard errors


def test_what_cannot_be_well_stays():
    dead = history(np.full(21, 2.3), score=np.full(21, 0.1), dead=(0.1, 1.0))
    finding, *_ = said(attempts(tried(RATE, (0.1, 0.1, 0.1)), before=(0.1, 0.1, 0.1)), (RATE,), dead)
    assert (finding.symptom, finding.severity) == ("dead_units", "error")
    assert [attempt.helped for attempt in finding.attempts] == [False]


def test_miniatures_that_do_not_help_acquit_nobody():
    finding, *_ = said(attempts(tried(RATE, (0.5, 0.5, 0.5), (2.0, 2.0, 2.0)), whole=False), (RATE,))
    assert finding.severity == "warning"


def test_in_a_miniature_the_loss_tells_where_scores_do_not_yet():
    lower = tried(RATE, (0.51, 0.51, 0.51), (0.9, 1.0, 1.1))
    assert said(attempts(lower, whole=False), (RATE,))[0].attempts[0].helped
    once = tried(RATE, (0.51, 0.51, 0.51), (0.9, 1.0, 1.9))
    assert not said(attempts(once, whole=False), (RATE,))[0].attempts[0].helped
    other = change("loss", loss=MulticlassHinge())
    assert (
        not said(attempts(tried(other, (0.51, 0.51, 0.51), (0.1, 0.1, 0.1)), whole=False), (other,))[0]
        .attempts[0]
        .helped
    )


def test_a_run_that_stood_out_by_nothing_is_told_what_does_better():
    made = history(falling(), score=np.full(21, 0.95), training_score=np.linspace(0.5, 0.99, 21))
    found = attempts(tried(PENALTY, (0.99, 0.99, 0.99)), before=(0.95, 0.95, 0.95))
    findings = said(found, (PENALTY,), made)
    assert [finding.symptom for finding in findings] == ["improvable"]
    assert findings[0].evidence == "Of 1 change of one thing each, 1 did better by more than chance explains."
    assert findings[0].severity == "warning"
    assert [f.symptom for f in said(None, (PENALTY,), made)] == ["healthy"]


def test_without_tries_the_signs_alone_are_weighed():
    finding, *_ = said(None, (INPUTS, RATE, PENALTY, NOTHING))
    # 0.9, 0.5, 0.5 and 0.15 of 2.05, and a twentieth of that for all else.
    assert shares(finding)["unscaled_inputs"] == pytest.approx(0.9 / (2.05 * 1.05))
    assert finding.attempts == ()


def test_what_cannot_be_tried_keeps_its_weight_beside_what_was_in_vain():
    finding, *_ = said(attempts(tried(RATE, (0.5, 0.5, 0.5), (2.0, 2.0, 2.0)), whole=False), (RATE, NOTHING))
    assert [cause.name for cause in finding.causes] == ["labels_unrelated", "rate_too_high"]
    assert finding.remedies[0].settings == ()


def test_runs_that_break_down_are_worse_than_any_score():
    nothing = (math.nan,) * 3
    broken = attempts(
        tried(RATE, (0.9, 0.9, 0.9), (0.2, 0.2, 0.2)), tried(PENALTY, nothing, (math.inf,) * 3), before=nothing
    )
    finding, *_ = said(broken, (RATE, PENALTY))
    assert [attempt.helped for attempt in finding.attempts] == [True, False]
    assert "validation accuracy 90.0% instead of none" in finding.attempts[0].result


def test_infinite_scores_are_as_bad_as_a_blind_guess():
    blind = (Baseline("mean", 10.0, 1000, 0.0),)
    made = history(falling(), score=np.full(21, 50.0))
    seen = case(made, metric="rmse", baselines=blind)
    found = attempts(tried(RATE, (2.0, 2.1, 2.2), (0.1, 0.1, 0.1)), before=(math.inf,) * 3)
    finding, *_ = explained(by_rules(seen), seen, (RATE,), found)
    assert finding.attempts[0].helped


def test_what_only_reaches_a_blind_guess_is_no_cure_beside_one_that_learns():
    blind = (Baseline("mean", 0.0, 1000, 0.0), Baseline("linear", 0.9, 1000, 0.0))
    seen = case(history(falling(), score=np.full(21, -3000.0)), metric="r2", baselines=blind)
    found = attempts(tried(RATE, (-0.01, 0.0, -0.02)), tried(PENALTY, (0.94, 0.95, 0.96)), before=(-3000.0,) * 3)
    finding, *_ = explained(by_rules(seen), seen, (RATE, PENALTY), found)
    assert {attempt.cause: attempt.helped for attempt in finding.attempts} == {
        "penalty_too_strong": True,
        "rate_too_high": False,
    }
    assert shares(finding)["penalty_too_strong"] > 0.9


def test_a_rule_that_knows_better_than_any_setting_keeps_its_words():
    check = CheckResult("class balance", 39.0, 0.0, 0.0, "", False, "note", "One is rare.", "Look at it.")
    blind = (Baseline("majority class", 0.25, 1000, 0.0),)
    seen = case(
        history(falling(), score=np.full(21, 0.7)), metric="balanced_accuracy", baselines=blind, checks=(check,)
    )
    finding = next(f for f in explained(by_rules(seen), seen, suspects(seen), None) if f.symptom == "rare_class_missed")
    assert (finding.remedy, finding.setting) == ("Let every class weigh the same.", "--class-weight balanced")
    assert finding.causes[0].name == "class_imbalance"


def test_a_run_cut_off_by_its_time_is_sent_for_more_time():
    made = history(np.linspace(2.3, 0.8, 31), score=np.linspace(0.5, 0.8, 31))
    seen = case(made, ending="the time budget of 10 s is spent")
    finding, *_ = explained(by_rules(seen), seen, suspects(seen), None)
    assert (finding.symptom, finding.remedy, finding.setting) == ("stopped_early", "Give it a longer time budget.", "")
    assert finding.causes[0].name == "too_little_time"


def test_guesses_do_not_outweigh_what_a_rule_thought_of():
    seen = case(history(falling(), score=np.full(21, 0.5)), baselines=LINEAR)
    (rule,) = (f for f in by_rules(seen) if f.symptom == "worse_than_baseline")
    finding, *_ = explained(by_rules(seen), seen, (RATE._replace(weight=POSSIBLE),), None)
    assert (finding.cause, finding.setting) == (rule.cause, rule.setting)
    assert finding.causes[0].name == "rate_too_high"


def test_what_does_not_fit_the_data_is_not_offered():
    found = attempts(tried(PENALTY, (0.93, 0.94, 0.95)))._replace(unfit=(key_of(RATE),))
    finding, *_ = said(found, (RATE, PENALTY))
    assert [cause.name for cause in finding.causes] == ["penalty_too_strong"]


def judged(name):
    return CheckResult(name, 1.0, 0.0, 0.0, "", False, "warning", "It was seen.", "Mend them.", "")


@pytest.mark.parametrize(
    ("name", "symptom"),
    [
        ("rows differ", "copied_rows"),
        ("constant columns", "constant_columns"),
        ("validation rows unseen", "shared_rows"),
    ],
)
def test_data_that_no_curve_shows_to_be_bad_are_a_finding(name, symptom):
    (finding, *_) = by_rules(case(history(falling()), checks=(judged(name),)))
    assert (finding.symptom, finding.severity, finding.evidence) == (symptom, "warning", "It was seen.")
    assert finding.remedy == "Mend them."


def test_bad_data_come_before_the_settings_that_help_somewhat():
    seen = case(history(falling()), checks=(judged("constant columns"),))
    found = attempts(tried(RATE, (0.93, 0.94, 0.95)))
    finding, *_ = explained(by_rules(seen), seen, (*suspects(seen), RATE), found)
    assert finding.symptom == "constant_columns" and finding.causes[0].name == "bad_data"


@pytest.mark.parametrize("name", ["validation rows unseen", "test rows unseen"])
def test_rows_that_were_trained_on_are_told_first_and_explain_no_other_symptom(name):
    """No setting is tried for their sake, and nothing else that is said hides them."""
    seen = case(history(falling()), checks=(judged(name),))
    assert not is_suspicious(seen, by_rules(seen), ())
    found = explained(by_rules(seen), seen, (RATE,), attempts(tried(RATE, (0.93, 0.94, 0.95))))
    assert [finding.symptom for finding in found][:2] == ["shared_rows", "improvable"]
    assert found[0].causes == ()
    grave = case(history(np.full(21, 2.3), score=np.full(21, 0.1)), checks=(judged(name),), baselines=LINEAR)
    told = explained(by_rules(grave), grave, (RATE,), attempts(tried(RATE, (0.93, 0.94, 0.95))))
    assert [finding.symptom for finding in told] == ["shared_rows", "learned_nothing"]
    assert told[1].also == ()
