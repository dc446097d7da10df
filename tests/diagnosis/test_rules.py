"""Every rule on curves drawn by hand: where it must speak, and what is just not enough."""

import numpy as np
import pytest

from tests.diagnosis.curves import EXPERIMENT, case, falling, history
from thalweg.classic.baseline import Baseline
from thalweg.diagnosis.rules.dead_units import dead_units
from thalweg.diagnosis.rules.diverged import diverged
from thalweg.diagnosis.rules.healthy import healthy
from thalweg.diagnosis.rules.late_start import late_start
from thalweg.diagnosis.rules.learned_nothing import learned_nothing
from thalweg.diagnosis.rules.no_gap import no_gap
from thalweg.diagnosis.rules.oscillating import oscillating
from thalweg.diagnosis.rules.overfitting import overfitting
from thalweg.diagnosis.rules.rate_too_high import rate_too_high
from thalweg.diagnosis.rules.rate_too_low import rate_too_low
from thalweg.diagnosis.rules.saturated_units import saturated_units
from thalweg.diagnosis.rules.short_run import short_run
from thalweg.diagnosis.rules.stopped_early import stopped_early
from thalweg.diagnosis.rules.uneven_gradients import uneven_gradients
from thalweg.diagnosis.rules.worse_than_baseline import worse_than_baseline
from thalweg.diagnosis.settings import stronger_penalty
from thalweg.network.presets.dense import dense_network
from thalweg.penalties.elastic_net import ElasticNet
from thalweg.penalties.l1 import L1
from thalweg.penalties.l2 import L2
from thalweg.penalties.no_penalty import NoPenalty
from thalweg.spec import replaced
from thalweg.updates.adam import Adam
from thalweg.updates.adamw import AdamW
from thalweg.updates.lion import Lion
from thalweg.updates.sgd import SGD

ALL = (
    diverged, dead_units, rate_too_low, rate_too_high, learned_nothing, oscillating, late_start, worse_than_baseline,
    overfitting, stopped_early, no_gap, short_run, saturated_units, uneven_gradients,
)  # fmt: skip
GOOD_LINEAR = (Baseline("majority class", 0.1, 1000, 0.0), Baseline("linear", 0.9, 1000, 0.0))
POOR = {"score": np.full(21, 0.3)}
NOISE = np.random.default_rng(0).normal(size=41)


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.__name__)
def test_a_healthy_curve_troubles_no_rule(rule):
    made = history(falling(41), ratios=(2e-3, 1e-3), dead=(0.1, 0.2, 0.2), training_score=np.linspace(0.2, 0.96, 41))
    assert rule(case(made, baselines=GOOD_LINEAR[:1])) is None


def test_a_healthy_curve_is_called_healthy():
    finding = healthy(case(history(falling(41), ratios=(2e-3,))))
    assert (finding.symptom, finding.severity) == ("healthy", "good")
    assert "fell from 2.3 to 0.2" in finding.evidence
    assert "0.20% of their size" in finding.evidence
    assert finding.title == "The loss fell as it should"  # of the outcome nothing is said
    assert "size" not in healthy(case(history(falling(41)))).evidence
    assert healthy(case(history(np.full(10, 2.25)))) is None


def test_numbers_that_are_not_finite_name_tensor_and_step():
    ending = "the gradient of dense_1/w was no longer a finite number at step 17"
    finding = diverged(case(history([2.3, 2.2]), ending=ending))
    assert (finding.severity, finding.where) == ("error", "dense_1/w, step 17")
    assert finding.evidence == "The gradient of dense_1/w was no longer a finite number at step 17."
    assert finding.setting == "--set update.rate=0.001"
    assert "rate 0.01 is too high" in finding.cause
    first = diverged(case(history([2.3, 2.2]), ending=ending.replace("17", "0")))
    assert "initial weights" in first.cause


def test_a_loss_that_rises_for_good_has_diverged():
    curve = np.concatenate([falling(10), np.full(11, 2.5)])
    finding = diverged(case(history(curve)))
    assert (finding.severity, finding.setting) == ("error", "--set update.rate=0.001")
    assert "is 2.5 at the end" in finding.evidence
    curve[-1] = 0.3  # the last one is low again: no three in a row
    assert diverged(case(history(curve))) is None


def test_near_zero_a_loss_may_double():
    assert diverged(case(history(np.concatenate([falling(40, end=1e-4), [1e-3] * 5])))) is None


def test_a_dead_layer_is_an_error():
    finding = dead_units(case(history(falling(), dead=(0.0, 0.5, 1.0))))
    assert (finding.severity, finding.where) == ("error", "activation_1")
    assert "100% of the units of activation_1" in finding.evidence
    assert finding.setting == "--set update.rate=0.001"
    assert dead_units(case(history(falling(), dead=(0.0, 0.9)), baselines=GOOD_LINEAR[:1])) is None


def test_a_layer_dead_from_the_start_is_the_initial_weights_fault():
    finding = dead_units(case(history(falling(), dead=(1.0, 1.0))))
    assert finding.cause == "the initial weights"
    assert finding.setting == ""


@pytest.mark.parametrize(("dead", "speaks"), [((0.1, 0.6), True), ((0.1, 0.45), False), ((0.5, 0.6), False)])
def test_many_dead_units_count_where_the_outcome_is_poor(dead, speaks):
    finding = dead_units(case(history(falling(), dead=dead, **POOR), baselines=GOOD_LINEAR))
    assert (finding is not None) is speaks
    if speaks:
        assert finding.severity == "warning"


def test_saturated_outputs_count_where_the_outcome_is_poor():
    born = saturated_units(case(history(falling(), saturated=(0.8, 0.6), **POOR), baselines=GOOD_LINEAR))
    assert (born.symptom, born.severity, born.where) == ("saturated_units", "warning", "activation_1")
    assert "60% of the outputs of activation_1 lie at an end of its range (80% before training)" in born.evidence
    assert born.cause == "first weights or inputs that are too large"
    grown = saturated_units(case(history(falling(), saturated=(0.1, 0.6), **POOR), baselines=GOOD_LINEAR))
    assert grown.cause == "steps that were too large for the weights"
    half = history(falling(), saturated=(0.8, 0.5), **POOR)
    assert saturated_units(case(half, baselines=GOOD_LINEAR)) is None
    assert saturated_units(case(history(falling(), saturated=(0.8, 0.6)), baselines=GOOD_LINEAR[:1])) is None


@pytest.mark.parametrize(
    ("gradients", "symptom", "where"),
    [((9e-7, 1e-2, 1e-3), "vanishing_gradients", "dense_1/w"), ((5.0, 1.0, 4e-3), "exploding_gradients", "dense_1/w")],
)
def test_gradients_that_differ_a_thousand_times_count_where_the_outcome_is_poor(gradients, symptom, where):
    made = history(falling(), ratios=(1e-3,) * 3, gradients=gradients, **POOR)
    finding = uneven_gradients(case(made, baselines=GOOD_LINEAR))
    assert (finding.symptom, finding.severity, finding.where) == (symptom, "warning", where)
    assert f"{min(gradients):.2g}" in finding.evidence and f"{max(gradients):.2g}" in finding.evidence
    fine = history(falling(), ratios=(1e-3,) * 3, gradients=gradients)
    assert uneven_gradients(case(fine, baselines=GOOD_LINEAR[:1])) is None
    cut = history(falling(), ratios=(1e-3,) * 3, gradients=(0.0, *gradients[1:]), **POOR)
    assert uneven_gradients(case(cut, baselines=GOOD_LINEAR)) is None
    nearer = tuple(max(gradient, 0.0011 * max(gradients)) for gradient in gradients)
    even = history(falling(), ratios=(1e-3,) * 3, gradients=nearer, **POOR)
    assert uneven_gradients(case(even, baselines=GOOD_LINEAR)) is None


def test_which_gradient_lies_nearer_to_the_input_the_network_tells():
    # Records are sorted by name, so that dense_10 comes before dense_2.
    deep = replaced(EXPERIMENT, network=dense_network(10, hidden=(3,) * 9))
    gradients = (1e-2, *[1e-3] * 8, 1e-6)  # of dense_1 to dense_10
    made = history(falling(), ratios=(1e-3,) * 10, gradients=gradients, **POOR)
    seen = case(made, baselines=GOOD_LINEAR, experiment=deep)
    assert list(seen.gradients) == [f"dense_{k}/w" for k in range(1, 11)]
    finding = uneven_gradients(seen)
    assert (finding.symptom, finding.where) == ("exploding_gradients", "dense_1/w")


@pytest.mark.parametrize(
    ("ratio", "setting"), [(0.02, "--set update.rate=0.001"), (0.5, "--set update.rate=0.0001"), (0.009, None)]
)
def test_large_steps_and_a_poor_outcome_mean_a_rate_too_high(ratio, setting):
    made = history(np.full(21, 2.0), ratios=(ratio,), **POOR)
    finding = rate_too_high(case(made, baselines=GOOD_LINEAR))
    assert (finding and finding.setting) == setting
    assert rate_too_high(case(history(falling(), ratios=(ratio,)), baselines=GOOD_LINEAR[:1])) is None


def test_without_baselines_poor_means_near_a_blind_guess():
    made = history(np.full(21, 2.0), ratios=(0.02,))
    assert rate_too_high(case(made)) is not None
    assert rate_too_high(case(history(np.full(21, 1.5), ratios=(0.02,)))) is None


def test_a_loss_that_shoots_up_means_a_rate_too_high():
    curve = falling()
    curve[1:3] = 50.0
    finding = rate_too_high(case(history(curve)))
    assert "rose from 2.3 to 50" in finding.evidence
    curve[2] = 2.0
    assert rate_too_high(case(history(curve))) is None  # once is luck


def test_a_straight_line_with_tiny_steps_means_a_rate_too_low():
    line = np.linspace(2.3, 2.1, 21)
    finding = rate_too_low(case(history(line, ratios=(1e-6, 1e-6))))
    assert finding.setting == "--set update.rate=10"  # a thousand times
    assert "from 2.3 to 2.11 until epoch 20" in finding.evidence
    vanishing = history(line, ratios=(1e-6, 1e-6), gradients=(1e-7, 1e-2))
    assert rate_too_low(case(vanishing)) is None  # the gradient is lost on the way: not the rate
    assert rate_too_low(case(history(np.linspace(2.3, 1.0, 21), ratios=(1e-6,)))) is None  # it gets there
    assert rate_too_low(case(history(falling(end=1.3), ratios=(5e-5,)))) is None  # bent: it has converged


def test_a_rate_too_low_shows_without_monitors():
    assert rate_too_low(case(history(np.linspace(2.3, 2.2, 21)))).setting == "--set update.rate=0.1"
    assert rate_too_low(case(history(np.linspace(2.3, 1.9, 21)))) is None
    assert rate_too_low(case(history(2.25 + 0.05 * NOISE))) is None


def test_nothing_learned_is_a_warning_unless_nobody_learns_anything():
    flat = history(np.full(10, 2.29), score=np.full(10, 0.1))
    finding = learned_nothing(case(flat, baselines=GOOD_LINEAR))
    assert (finding.severity, "A simple model (linear) scores 90.0%." in finding.evidence) == ("warning", True)
    hopeless = (Baseline("majority class", 0.1, 1000, 0.0), Baseline("linear", 0.11, 1000, 0.0))
    assert learned_nothing(case(flat, baselines=hopeless)).severity == "note"
    assert learned_nothing(case(flat)).severity == "warning"
    assert learned_nothing(case(history(np.linspace(2.3, 2.1, 10)))) is None


def test_a_slow_loss_is_not_nothing_learned_where_the_score_says_otherwise():
    flat = history(np.full(10, 2.29), score=np.full(10, 0.3))
    assert learned_nothing(case(flat, baselines=GOOD_LINEAR)) is None
    within = history(np.full(10, 2.29), score=np.full(10, 0.12))  # three standard errors are 0.031
    assert learned_nothing(case(within, baselines=GOOD_LINEAR)) is not None


def test_a_loss_that_still_falls_is_not_stuck():
    made = history(np.linspace(2.3, 1.9, 21), ratios=(0.05,), **POOR)
    assert rate_too_high(case(made, baselines=GOOD_LINEAR)) is None
    swings = history(np.linspace(2.0, 1.9, 21) + 0.1 * np.resize([1, -1], 21), ratios=(0.05,), **POOR)
    assert rate_too_high(case(swings, baselines=GOOD_LINEAR)) is not None


def test_a_short_run_is_told_so_with_the_epochs_to_make():
    made = case(history([2.3, 2.0, 1.7, 1.4]), baselines=GOOD_LINEAR)
    finding = short_run(made)
    assert (finding.symptom, finding.severity, finding.title) == ("short_run", "note", "The run was short")
    assert finding.evidence == "The run made 30 steps; the loss was still falling."
    assert finding.setting == "--set training.epochs=134"  # 40 epochs of 30 steps in all: 100 steps
    assert "too few to tell" in short_run(case(history([2.3, 2.3, 2.3]))).evidence
    assert short_run(case(history(falling(6)))) is None  # 50 steps
    assert short_run(case(history([2.3, 0.1], score=[0.1, 1.0]))) is None  # done already


@pytest.mark.parametrize(("patience", "severity"), [(1, "warning"), (4, "warning"), (5, "note"), (20, "note")])
def test_a_short_run_that_little_patience_ended_is_a_warning(patience, severity):
    impatient = replaced(EXPERIMENT, training=replaced(EXPERIMENT.training, patience=patience, epochs=40))
    ending = f"no better validation score for {patience} epochs"
    finding = short_run(case(history([2.3, 2.3, 2.2]), ending=ending, experiment=impatient))
    assert (finding.severity, finding.remedy) == (severity, "Give it more patience.")
    assert finding.symptom == ("hasty_stop" if severity == "warning" else "short_run")
    assert ("patience" in finding.cause) == (severity == "warning")
    learned = case(history([2.3, 0.9, 0.8]), ending=ending, experiment=impatient)
    assert short_run(learned).severity == "note"
    brief = replaced(EXPERIMENT, training=replaced(EXPERIMENT.training, patience=1, epochs=2))  # it was as good as over
    assert short_run(case(history([2.3, 2.3, 2.2]), ending=ending, experiment=brief)).severity == "note"


@pytest.mark.parametrize(
    ("ending", "remedy"),
    [
        ("the time budget of 10 s is spent", "Give it a longer time budget."),
        ("no better validation score for 20 epochs", "Give it more patience."),
    ],
)
def test_a_run_that_something_else_cut_short_is_not_sent_to_more_epochs(ending, remedy):
    finding = short_run(case(history([2.3, 2.0]), ending=ending))
    assert (finding.remedy, finding.setting) == (remedy, "")


@pytest.mark.parametrize(
    ("rule", "setting"),
    [
        (SGD(1e30), "0.1"),
        (SGD(11.0), "0.1"),
        (SGD(9.0), "0.9"),
        (Adam(2.0), "0.001"),
        (Adam(0.9), "0.09"),
        (Lion(5.0), f"{Lion().rate:g}"),
        (AdamW(5.0), "0.001"),
    ],
)
def test_a_part_of_an_absurd_rate_is_not_advised(rule, setting):
    ending = "dense_1/w was no longer a finite number at step 17"
    finding = diverged(case(history([2.3, 2.2]), ending=ending, experiment=replaced(EXPERIMENT, update=rule)))
    assert finding.setting == f"--set update.rate={setting}"
    assert finding.remedy == f"Lower the rate to {setting}."


def test_a_swing_at_the_start_is_no_divergence():
    assert diverged(case(history([2.3, 5.0, 5.0, 5.0]))) is None
    assert diverged(case(history([2.3, 9.0, 9.0, 9.0]))).symptom == "diverged"


def test_swings_of_a_tenth_are_oscillation():
    zigzag = 1.0 + 0.15 * np.resize([1, -1], 31)
    finding = oscillating(case(history(zigzag)))
    assert finding.setting == "--set update.rate=0.003"
    assert "turned at 100% of the evaluations, by 0.3 each time" in finding.evidence
    assert oscillating(case(history(1.0 + 0.1 * np.resize([1, -1], 31)))) is None
    assert oscillating(case(history(np.linspace(30, 1, 31)))) is None
    assert oscillating(case(history(zigzag[:12]))) is None  # too few to say


def test_a_long_flat_beginning_is_a_late_start():
    curve = np.concatenate([np.full(8, 2.3), falling(13)])
    finding = late_start(case(history(curve)))
    assert (finding.severity, finding.where) == ("warning", "until epoch 8")
    assert late_start(case(history(curve[6:]))) is None
    assert late_start(case(history(np.concatenate([np.full(8, 2.3), falling(13, end=1.5)])))) is None


@pytest.mark.parametrize(
    ("rises", "wide", "severity"),
    [(True, True, "warning"), (True, False, "note"), (False, True, "note"), (False, False, None)],
)
def test_overfitting_needs_the_rise_and_the_gap(rises, wide, severity):
    training = falling(31, end=0.01)
    validation = np.concatenate([falling(11, end=0.5), np.linspace(0.6, 1.2, 20)]) if rises else falling(31, end=0.5)
    score = np.linspace(0.3, 0.8, 31)
    made = history(training, validation, score=score, training_score=score + (0.15 if wide else 0.05))
    finding = overfitting(case(made))
    assert (finding and finding.severity) == severity
    if rises:
        assert finding.where == "from epoch 10"
    if severity:
        assert finding.setting == "--set penalty.strength=0.001"


def test_a_rise_within_the_luck_of_the_rows_is_none():
    validation = np.concatenate([falling(11, end=0.5), np.linspace(0.6, 0.75, 20)])
    made = history(falling(31, end=0.01), validation, score=np.linspace(0.3, 0.8, 31))
    assert overfitting(case(made, rows=1000)) is not None
    assert overfitting(case(made, rows=50)) is None


def test_a_last_evaluation_back_down_ends_the_rise():
    validation = np.concatenate([falling(11, end=0.5), np.linspace(0.8, 1.2, 19), [0.55]])
    assert overfitting(case(history(falling(31, end=0.01), validation, score=np.linspace(0.3, 0.8, 31)))) is None


def test_a_rise_of_both_losses_is_not_overfitting():
    validation = np.concatenate([falling(11, end=0.5), np.linspace(0.6, 1.2, 20)])
    made = history(validation * 0.9, validation, score=np.linspace(0.3, 0.8, 31))
    assert overfitting(case(made)) is None


def test_the_first_penalty_is_offered_where_there_is_none():
    made = history(falling(31), score=np.linspace(0.3, 0.8, 31), training_score=np.linspace(0.5, 1.0, 31))
    finding = overfitting(case(made, experiment=replaced(EXPERIMENT, penalty=NoPenalty())))
    assert finding.setting == "--set penalty=l2 --set penalty.strength=0.001"


@pytest.mark.parametrize(
    ("penalty", "setting"),
    [
        (L1(0.01), "--set penalty.strength=0.1"),
        (ElasticNet(0.01, 0.002), "--set penalty.sizes=0.1 --set penalty.squares=0.02"),
        (ElasticNet(0.0, 0.002), "--set penalty.squares=0.02"),
        (L2(0.0), "--set penalty.strength=0.001"),
    ],
)
def test_a_penalty_is_strengthened_and_not_replaced(penalty, setting):
    assert stronger_penalty(case(history([2.3, 2.2]), experiment=replaced(EXPERIMENT, penalty=penalty))) == setting


@pytest.mark.parametrize(
    ("ending", "end_score", "severity"),
    [
        ("all epochs were trained", 0.8, "warning"),
        ("the time budget of 10 s is spent", 0.8, "warning"),
        ("all epochs were trained", 0.51, "note"),
        ("no better validation score for 20 epochs", 0.8, None),
        ("all epochs were trained", 0.995, None),
    ],
)
def test_a_loss_still_falling_at_the_end(ending, end_score, severity):
    made = history(np.linspace(2.3, 0.8, 31), score=np.linspace(0.5, end_score, 31))
    finding = stopped_early(case(made, ending=ending))
    assert (finding and finding.severity) == severity
    if severity:
        assert finding.setting == ("--set training.epochs=80" if "epochs" in ending else "")


def test_a_curve_that_has_levelled_off_was_not_stopped_early():
    assert stopped_early(case(history(falling(31), score=np.linspace(0.5, 0.8, 31)))) is None
    rising_again = np.concatenate([np.linspace(2.3, 0.5, 20), np.linspace(0.5, 1.0, 11)])
    assert stopped_early(case(history(rising_again, score=np.linspace(0.5, 0.8, 31)))) is None


def test_a_fall_that_only_makes_up_for_a_rise_is_no_reason_to_go_on():
    curve = np.concatenate([np.linspace(2.3, 0.5, 15), np.linspace(2.0, 1.0, 16)])
    assert stopped_early(case(history(curve, score=np.linspace(0.5, 0.8, 31)))) is None


def test_a_simple_model_must_be_better_by_two_standard_errors():
    made = history(falling(), score=np.full(21, 0.87))
    # sqrt(0.9 * 0.1 / 1000) = 0.0095 and sqrt(0.87 * 0.13 / 1000) = 0.0106: together 0.0143, twice that is 0.0285.
    finding = worse_than_baseline(case(made, baselines=GOOD_LINEAR))
    assert finding.severity == "warning"
    assert finding.evidence == ("The network's validation accuracy is 87.0%, that of a simple model (linear) 90.0%.")
    close = history(falling(), score=np.full(21, 0.88))
    assert worse_than_baseline(case(close, baselines=GOOD_LINEAR)).severity == "note"
    assert worse_than_baseline(case(made, baselines=GOOD_LINEAR, rows=100)).severity == "note"
    left_out = (Baseline("linear", float("nan"), 0, 0.0, "left out"),)
    assert worse_than_baseline(case(made, baselines=left_out)) is None


@pytest.mark.parametrize(("score", "speaks"), [(0.89, True), (0.9, True), (0.901, False)])
def test_a_simple_model_that_does_as_well_is_worth_a_note(score, speaks):
    neighbours = (Baseline("k nearest neighbours (k = 5)", 0.9, 1000, 0.0),)
    finding = worse_than_baseline(case(history(falling(), score=np.full(21, score)), baselines=neighbours))
    assert (finding is not None) is speaks
    if finding:
        assert (finding.symptom, finding.severity, finding.setting) == ("no_better_than_baseline", "note", "")
        assert "(k nearest neighbours) 90.0%, on 1,000 rows." in finding.evidence


def test_scores_are_read_as_in_the_verdict():
    curve = history(falling())
    shares = [case(curve).said(score) for score in (0.0, 0.876, 1.0)]
    assert shares == ["0%", "87.6%", "100%"]
    assert case(curve, metric="rmse").said(12.3456) == "12.3"


def test_for_errors_less_is_better():
    score = np.full(21, 3.0)
    low, high = (Baseline("linear", value, 1000, 0.0) for value in (2.0, 4.0))
    assert worse_than_baseline(case(history(falling(), score=score), metric="rmse", baselines=(low,))) is not None
    assert worse_than_baseline(case(history(falling(), score=score), metric="rmse", baselines=(high,))) is None


def test_no_gap_and_something_to_gain_leave_room():
    score = np.linspace(0.3, 0.8, 21)
    assert no_gap(case(history(falling(), score=score, training_score=score + 0.005))).severity == "note"
    assert no_gap(case(history(falling(), score=score, training_score=score + 0.03))) is None
    high = np.linspace(0.3, 0.97, 21)
    assert no_gap(case(history(falling(), score=high, training_score=high))) is None


@pytest.mark.parametrize("rows", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.__name__)
def test_a_short_run_is_no_trouble(rule, rows):
    finding = rule(case(history(falling(21)[:rows], score=np.linspace(0.2, 0.5, rows)), baselines=GOOD_LINEAR[:1]))
    assert finding is None or finding.symptom in ("short_run", "no_gap")
