"""What a trace of another program's run can show, and what it cannot."""

import math

import numpy as np

from thalweg.diagnosis.by_rules import by_rules
from thalweg.diagnosis.case import SHARES, Case
from thalweg.diagnosis.finding import GRAVE, Cause, Finding
from thalweg.diagnosis.thresholds import GUESSED, GUESSED_R2
from thalweg.traces.looks import at_evaluations
from thalweg.traces.scores import SCORES
from thalweg.traces.trace import ALL, Trace

_WEIGHTS = ("w", "weight", "weights", "kernel", "embeddings")  # last part of the name of a tensor that is no bias
# Of what a symptom mostly came, where nothing is known but the curves.
_MOSTLY: dict[str, tuple[tuple[str, str, float], ...]] = {
    "diverged": (
        ("rate_too_high", "the learning rate is too high", 0.5),
        ("unscaled_inputs", "the inputs are not scaled", 0.2),
        ("initial_weights", "the first weights are too large", 0.1),
    ),
    "rate_too_high": (("rate_too_high", "the learning rate is too high", 0.8),),
    "rate_too_low": (
        ("rate_too_low", "the learning rate is too low", 0.6),
        ("schedule", "the schedule takes the rate away too soon", 0.1),
        ("frozen_layers", "layers do not learn", 0.1),
    ),
    "dead_units": (
        ("rate_too_high", "the learning rate is too high", 0.5),
        ("initial_weights", "the first weights do not suit", 0.3),
    ),
    "vanishing_gradients": (
        ("depth", "many layers one after the other, with no normalisation and no shortcut", 0.4),
        ("activation", "saturating activations let little of the gradient through", 0.3),
        ("initial_weights", "the first weights are too small", 0.2),
    ),
    "saturated_units": (
        ("initial_weights", "the first weights are too large", 0.4),
        ("unscaled_inputs", "the inputs are not scaled", 0.3),
        ("rate_too_high", "the learning rate is too high", 0.1),
    ),
    "exploding_gradients": (
        ("initial_weights", "the first weights are too large", 0.5),
        ("activation", "activations grow without bound", 0.2),
    ),
    "learned_nothing": (
        ("rate_too_high", "the learning rate is too high", 0.25),
        ("initial_weights", "the first weights are all alike, or too small", 0.2),
        ("activation", "saturating activations let no gradient through", 0.2),
        ("labels_unrelated", "rows and labels do not belong together", 0.15),
    ),
    "oscillating": (
        ("rate_too_high", "the learning rate is too high", 0.6),
        ("batch_too_small", "the batch is too small", 0.3),
    ),
    "late_start": (
        ("initial_weights", "the first weights are too small", 0.4),
        ("activation", "saturating activations let little of the gradient through", 0.3),
    ),
    "overfitting": (("overfitting", "many parameters, few rows, little penalty", 0.9),),
    "stopped_early": (("too_few_epochs", "too few epochs", 0.9),),
}


def diagnose_trace(trace: Trace) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
    """Say what a trace shows to be wrong, and what it cannot show.

    Nothing is tried, for the network and its data are not at hand. What a score may be off by is told by how it goes
    up and down from one evaluation to the next.

    Args:
        trace: As `traces.read` gives it.

    Returns:
        (findings, the gravest first; sentences on what could not be judged).
    """
    case = case_of_trace(trace)
    findings = (_caused(finding) for finding in by_rules(case) if not _is_late(finding, case))
    return tuple(findings), tuple(_limits(trace, case))


def _is_late(finding: Finding, case: Case) -> bool:
    """Say whether a finding takes for a blind guess's loss what may be that of a network already trained.

    A log begins after an epoch, or in the middle of a run that was taken up again: a first loss that is hardly lowered
    tells nothing then, unless scores are near those of a guess.
    """
    guessing = case.score < (GUESSED if case.metric in SHARES else GUESSED_R2) if case.larger_is_better else True
    return finding.symptom == "learned_nothing" and not (math.isfinite(case.score) and guessing)


def case_of_trace(trace: Trace) -> Case:
    """Gather what the rules look at from a trace.

    Args:
        trace: Any.

    Returns:
        The case; without an experiment, checks and simple models.
    """
    seen = at_evaluations(trace)
    loss = seen.training_loss if seen.recorded["training_loss"].any() else seen.validation_loss
    broken = _first_broken(trace)
    rows = np.isfinite(loss) if broken else np.ones(len(loss), bool)
    if not rows.any():
        rows = np.ones(len(loss), bool)
    larger = SCORES[trace.metric].larger_is_better if trace.metric else True
    score = seen.validation_score[rows]
    judged = score if np.isfinite(score).any() else -seen.validation_loss[rows] * (1.0 if larger else -1.0)
    best = int(np.nanargmax(judged if larger else -judged)) if np.isfinite(judged).any() else len(judged) - 1
    ratios = [float(np.nanmedian(v)) for v in _weights(trace, "update_ratio").values() if np.isfinite(v).any()]
    slopes = {n: float(np.nanmedian(v)) for n, v in _weights(trace, "gradient_norm").items() if np.isfinite(v).any()}
    return Case(
        experiment=None,
        task="classes" if trace.metric in ("accuracy", "balanced_accuracy", "") else "regression",
        metric=trace.metric or "accuracy",
        larger_is_better=larger,
        ending=broken or "all epochs were trained",
        checks={},
        baselines=(),
        validation_rows=0,
        epoch=seen.epoch[rows],
        step=seen.step[rows].astype(float),
        training_loss=loss[rows],
        training_score=seen.training_score[rows],
        validation_loss=seen.validation_loss[rows],
        validation_score=score,
        best=best,
        rate=float(np.nanmax(trace.rate)) if np.isfinite(trace.rate).any() else math.nan,
        ratio=float(np.median(ratios)) if ratios else math.nan,
        gradients=slopes if len(slopes) > 1 else {},
        penalty=math.nan,
        probe_step=np.zeros(0, int),
        dead=_layers(trace, "dead_share"),
        saturated=_layers(trace, "saturated_share"),
    )


def _layers(trace: Trace, measure: str) -> dict[str, np.ndarray]:
    return {name: values for name, values in trace.tensors.get(measure, {}).items() if name != ALL}


def _first_broken(trace: Trace) -> str:
    """Return the ending of a run whose loss was recorded and is no finite number; "" of any other."""
    for name in ("training_loss", "batch_loss", "validation_loss"):
        bad = trace.recorded[name] & ~np.isfinite(trace.curve(name))
        if bad.any():
            row = int(np.flatnonzero(bad)[0])
            known = math.isfinite(trace.step[row])
            place = f"step {trace.step[row]:.0f}" if known else f"epoch {trace.epoch[row]:.0f}"
            return f"the {name.replace('_', ' ')} was no longer a finite number at {place}"
    return ""


def _weights(trace: Trace, measure: str) -> dict[str, np.ndarray]:
    """Return what was measured of weights; of all tensors where no name tells a weight."""
    measured = {name: values for name, values in trace.tensors.get(measure, {}).items() if name != ALL}
    named = {n: v for n, v in measured.items() if n.replace("/", ".").rpartition(".")[2].partition(":")[0] in _WEIGHTS}
    return named or measured


def _caused(finding: Finding) -> Finding:
    if finding.severity not in GRAVE:
        return finding
    mostly = _MOSTLY.get(finding.symptom, ())
    return finding._replace(setting="", causes=tuple(Cause(name, text, share) for name, text, share in mostly))


def _limits(trace: Trace, case: Case) -> list[str]:
    said = []
    if not np.isfinite(case.validation_loss).any():
        said.append("No validation loss is recorded, so that overfitting and stopping too early cannot be told.")
    if math.isnan(case.ratio):
        said.append("No updates are recorded, so that the learning rate is judged by the curve alone.")
    if not case.dead:
        said.append("No activations are recorded, so that dead units cannot be told.")
    if not case.gradients:
        said.append("No gradients by layer are recorded, so that gradients that vanish cannot be told.")
    said.append("Data, network and loss are not at hand: nothing was checked before training, and nothing was tried.")
    return said
