"""From suspected causes, and what trying them did, to findings that name the likeliest."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from thalweg.diagnosis.attempts import Attempts, Tried, key_of
from thalweg.diagnosis.case import Case
from thalweg.diagnosis.change import LIKELY, Change
from thalweg.diagnosis.finding import BESIDE, GRAVE, Attempt, Cause, Finding, Remedy
from thalweg.diagnosis.thresholds import (
    FAR_BEHIND,
    HELPED_ERRORS,
    HELPED_LOSS,
    HELPED_SHARE,
    HELPED_SPREADS,
    IDLE,
    UNKNOWN,
)
from thalweg.diagnosis.written import as_python, as_words, settings_between
from thalweg.train.scores import METRICS
from thalweg.wording import counted

_LIKE = 0.1  # gains, as shares of what was left to gain, that are about the same
_SHOWN = 5  # causes, remedies and attempts that a finding lists
# What may be as it should be all the same: where no change does better, it is no more than a note.
_SOFT = (
    "exploding_gradients",
    "hasty_stop",
    "late_start",
    "oscillating",
    "overfitting",
    "rate_too_high",
    "saturated_units",
    "stopped_early",
    "vanishing_gradients",
    "worse_than_baseline",
)
# Which causes a symptom speaks for, beside what was measured of each; those that are not named keep their weight.
_SPEAKS: dict[str, dict[str, float]] = {
    "alike_units": {"initial_weights": 5.0},
    "diverged": {"rate_too_high": 3.0, "unscaled_inputs": 3.0, "sum_reduction": 3.0, "activation": 2.0, "depth": 0.5}
    | dict.fromkeys(("rate_too_low", "too_few_epochs", "network_too_small", "penalty_too_strong", "overfitting"), 0.05),
    "rate_too_low": {"rate_too_low": 3.0, "schedule": 3.0, "clip_too_tight": 3.0, "rate_too_high": 0.05},
    "rate_too_high": {"rate_too_high": 3.0, "sum_reduction": 3.0, "rate_too_low": 0.05},
    "dead_units": {"initial_weights": 2.0, "rate_too_high": 2.0, "depth": 2.0, "rate_too_low": 0.1},
    "saturated_units": {"initial_weights": 3.0, "unscaled_inputs": 3.0, "activation": 3.0, "rate_too_high": 2.0},
    "vanishing_gradients": {"depth": 3.0, "activation": 3.0, "initial_weights": 2.0},
    "exploding_gradients": {"initial_weights": 3.0, "activation": 2.0, "depth": 2.0, "rate_too_high": 2.0},
    "overfitting": {"overfitting": 5.0, "network_too_small": 0.05, "penalty_too_strong": 0.05},
    "hasty_stop": {"patience_too_short": 5.0},
    "stopped_early": {"too_few_epochs": 5.0, "overfitting": 0.1},
}


class _Judged(NamedTuple):
    """A change with what trying it did."""

    change: Change
    attempt: Attempt | None
    weight: float


def explained(
    findings: tuple[Finding, ...], case: Case, changes: Sequence[Change], attempts: Attempts | None
) -> tuple[Finding, ...]:
    """Give findings their causes, remedies and what was tried.

    A change that did better by more than chance explains makes its cause likely, the more so the better it did, and
    one that did no better makes it unlikely. Where a change does better and nothing else stood out, that is a finding.

    Args:
        findings: Of the rules, the root of the others first.
        case: What is known of the run.
        changes: What could be otherwise.
        attempts: What was tried; None for nothing.

    Returns:
        The findings; where nothing that was tried does better, what may be as it should be is a note.
    """
    beside = tuple(finding for finding in findings if finding.symptom in BESIDE)
    others = tuple(finding for finding in findings if finding.symptom not in BESIDE)
    return (*beside, *_explained(others, case, changes, attempts))


def _explained(
    findings: tuple[Finding, ...], case: Case, changes: Sequence[Change], attempts: Attempts | None
) -> tuple[Finding, ...]:
    first = next((finding for finding in findings if finding.severity in GRAVE), None)
    judged = _judged(case, changes, attempts, first.symptom if first else "")
    helped = [one for one in judged if one.attempt is not None and one.attempt.helped]
    if first is None:
        others = (finding for finding in findings if finding.severity != "good")
        return (_improvable(judged, len(helped)), *others) if helped else findings
    rest = tuple(finding for finding in findings if finding is not first)
    if attempts is not None and attempts.whole and not helped and first.symptom in _SOFT and not _far_behind(case):
        return (_in_vain(first, judged), *rest)
    if not judged:
        return findings
    return (_caused(first, judged, also=tuple(f.symptom for f in rest if f.severity in GRAVE)), *rest)


def _far_behind(case: Case) -> bool:
    """Say whether the best simple model is better by so much that something is wrong, whatever did not help."""
    best = case.best_baseline
    return best is not None and case.sign * (best.score - case.score) > FAR_BEHIND * case.error(best.score)


def _judged(case: Case, changes: Sequence[Change], attempts: Attempts | None, symptom: str) -> list[_Judged]:
    speaks = _SPEAKS.get(symptom, {})
    tried, gains = {}, {}
    if attempts is not None:
        tried = {key_of(one.change): one for one in attempts.changed if one.change is not None}
        gains = {key: _gain(case, attempts.unchanged, one, whole=attempts.whole) for key, one in tried.items()}
        gains = _fair(gains)
    best = max(gains.values(), default=0.0)
    blur = _LIKE if attempts is None else _LIKE + _luck_of_gain(case, attempts)
    judged = []
    for change in changes:
        weight, attempt = change.weight * speaks.get(change.cause, 1.0), None
        if attempts is not None and key_of(change) in attempts.unfit:
            continue
        if attempts is not None and key_of(change) in tried:
            attempt = _attempt(case, attempts, change, tried[key_of(change)])
            near = math.exp(-(((best - gains[key_of(change)]) / blur) ** 2) / 2)
            weight *= near if attempt.helped else IDLE * near
        elif attempts is not None and change.experiment is not None:
            weight *= IDLE  # there was no time for it, or it does not fit
        judged.append(_Judged(change, attempt, weight))
    return sorted(judged, key=lambda one: -one.weight)


def _fair(gains: dict[tuple[str, str], float]) -> dict[tuple[str, str], float]:
    """Halve what a longer run gains where another change gains something, too: nearly any run gains by being longer."""
    others = max((gain for (cause, _), gain in gains.items() if cause != "too_few_epochs"), default=0.0)
    share = 0.5 if others > HELPED_SHARE else 1.0
    return {key: gain * (share if key[0] == "too_few_epochs" else 1.0) for key, gain in gains.items()}


def _luck_of_gain(case: Case, attempts: Attempts) -> float:
    """Return how far a gain may be off by the luck of the validation rows."""
    before = float(_scores(case, attempts.unchanged).mean())
    return min(1.0, case.error(case.sign * before) / _left(case, before))


def _gain(case: Case, before: Tried, after: Tried, *, whole: bool) -> float:
    """Return how much of what was left to gain a change gained, from 0 to 1: of the score, or of the training loss."""
    score = _score_gain(case, before, after)
    if not _comparable(case, after):
        return max(0.0, score)
    least, most = float(np.mean(after.losses)), float(np.mean(before.losses))
    loss = 1.0 if not math.isfinite(most) else (most - least) / max(abs(most), 1e-30)
    # A score that is worse outweighs a loss that is better: that is learning by heart.
    counts = score > -HELPED_SHARE and (not whole or _broke_down(case, before))
    return max(0.0, score, min(loss, 1.0) if counts else 0.0)


def _broke_down(case: Case, tried: Tried) -> bool:
    """Say whether training ended worse than it began from every seed: a good score on the way was luck then."""
    return min(tried.losses) > max(case.first, case.blind)


def _score_gain(case: Case, before: Tried, after: Tried) -> float:
    low, high = float(_scores(case, before).mean()), float(_scores(case, after).mean())
    return float(np.clip((high - low) / _left(case, low), -1.0, 1.0))


def _left(case: Case, score: float) -> float:
    """Return what is left to gain above a score of which more is better: shares and R² end at 1, errors at 0."""
    return max((1.0 if case.larger_is_better else 0.0) - score, 1e-12)


def _scores(case: Case, tried: Tried) -> np.ndarray:
    """Return scores of which more is better: what is no number, or worse than a blind guess, is as good as that."""
    scores, floor = np.asarray(tried.scores, float), case.sign * _blind(case)
    return np.maximum(np.where(np.isfinite(scores), case.sign * scores, floor), floor)


def _blind(case: Case) -> float:
    if case.blind_baseline is not None:
        return case.blind_baseline.score
    seen = case.validation_score[np.isfinite(case.validation_score)]
    return 0.0 if case.larger_is_better else float(seen.max(initial=1.0))


def _comparable(case: Case, after: Tried) -> bool:
    """Say whether a changed run's training loss is of the same kind."""
    changed = None if after.change is None else after.change.experiment
    return changed is not None and changed.loss == case.experiment.loss


def _attempt(case: Case, attempts: Attempts, change: Change, after: Tried) -> Attempt:
    before = attempts.unchanged
    same = _comparable(case, after)
    losses = float(np.mean(before.losses)), float(np.mean(after.losses)) if same else math.nan
    seeds = min(len(before.scores), len(after.scores))
    said = (
        f"{change.text}: validation {METRICS[case.metric].title} {_mean(case, after)} instead of {_mean(case, before)}"
    )
    if same:
        said += f", training loss {losses[1]:.3g} instead of {losses[0]:.3g}"
    return Attempt(
        cause=change.cause,
        text=change.text,
        steps=after.steps,
        before=before.scores,
        after=after.scores,
        loss_before=losses[0],
        loss_after=losses[1],
        helped=_helped(case, attempts, after),
        result=f"{said} (after {counted(after.steps, 'step')}, {counted(seeds, 'seed')})",
    )


def _mean(case: Case, tried: Tried) -> str:
    return case.said(float(np.mean(tried.scores)))


def _helped(case: Case, attempts: Attempts, after: Tried) -> bool:
    """Say whether a change did better by more than chance, and by enough to speak of."""
    before = attempts.unchanged
    better, worse = _scores(case, after), _scores(case, before)
    gain = float(better.mean() - worse.mean())
    luck = HELPED_ERRORS * case.error(float(case.sign * better.mean()))
    if len(better) > 1 and len(worse) > 1:
        luck = max(luck, HELPED_SPREADS * math.hypot(_error(better), _error(worse)))
    if gain > luck and _score_gain(case, before, after) > HELPED_SHARE:
        return True
    if (attempts.whole and not _broke_down(case, before)) or not _comparable(case, after):
        return False
    # In miniature, scores have hardly begun to tell; the loss must then be lower from every seed.
    least, most = max(after.losses), min(before.losses)
    return gain > -luck and least < (1 - HELPED_LOSS) * most


def _error(values: np.ndarray) -> float:
    return float(values.std(ddof=1) / math.sqrt(len(values)))


def _caused(finding: Finding, judged: Sequence[_Judged], *, also: tuple[str, ...] = ()) -> Finding:
    """Name the likeliest cause as the finding's, and the others behind it."""
    by_cause: dict[str, list[_Judged]] = {}
    for one in judged:
        by_cause.setdefault(one.change.cause, []).append(one)
    whole = (1 + UNKNOWN) * sum(ones[0].weight for ones in by_cause.values())
    shares = {name: ones[0].weight / max(whole, 1e-30) for name, ones in by_cause.items()}  # the likeliest comes first
    order = sorted(by_cause, key=lambda name: -shares[name])[:_SHOWN]
    best = by_cause[order[0]][0]
    attempts = [one.attempt for one in sorted(judged, key=_success) if one.attempt is not None]
    found = finding._replace(
        causes=tuple(Cause(name, by_cause[name][0].change.said, shares[name]) for name in order),
        remedies=tuple(_remedy(by_cause[name][0].change, finding) for name in order),
        attempts=tuple(attempts[:_SHOWN]),
        also=also,
    )
    if best.change.experiment is None:  # no setting helps: what to do, the rule says
        told = best.change.said.lower() in found.evidence.lower()  # as a check's own words are, which need no repeating
        return found if told else found._replace(cause=best.change.said)
    if finding.cause and not (best.attempt is not None and best.attempt.helped) and best.change.weight < LIKELY:
        return found  # nothing is so likely that it outweighs what the rule thought of
    settings = found.remedies[0].settings
    return found._replace(cause=best.change.said, remedy=best.change.remedy, setting=as_words(settings))


def _success(one: _Judged) -> tuple[bool, float]:
    return not (one.attempt is not None and one.attempt.helped), -one.weight


def _remedy(change: Change, finding: Finding) -> Remedy:
    if change.experiment is None:
        return Remedy(change.remedy or finding.remedy, (), "")
    settings = settings_between(change.before, change.experiment)
    return Remedy(change.remedy, settings, as_python(settings))


def _improvable(judged: Sequence[_Judged], helped: int) -> Finding:
    tried = sum(one.attempt is not None for one in judged)
    finding = Finding(
        symptom="improvable",
        severity="warning",
        title="A change of one thing does clearly better",
        evidence=f"Of {counted(tried, 'change')} of one thing each, {helped} did better by more than chance explains.",
        why="The run is held back by something that can be changed.",
        cause="",
        remedy="",
    )
    return _caused(finding, judged)


def _in_vain(finding: Finding, judged: Sequence[_Judged]) -> Finding:
    attempts = [one.attempt for one in judged if one.attempt is not None]
    told = finding._replace(
        severity="note",
        evidence=f"{finding.evidence} {counted(len(attempts), 'change')} of one thing did no better.",
        attempts=tuple(attempts[:_SHOWN]),
    )
    if finding.symptom != "worse_than_baseline":
        return told
    return told._replace(
        cause="nothing that was tried: the data may hold no more, or a simple model may suit them better",
        remedy="Compare on more rows, or use the simple model.",
        setting="",
    )
