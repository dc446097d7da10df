"""From what a run left behind to findings in plain words."""

from collections.abc import Callable

import numpy as np

from thalweg.checks.result import CheckResult
from thalweg.classic.baseline import Baseline
from thalweg.diagnosis.attempts import Attempts, Ground, make_attempts
from thalweg.diagnosis.case import Case, read_case
from thalweg.diagnosis.causes.inputs import inputs
from thalweg.diagnosis.explained import explained
from thalweg.diagnosis.finding import GRAVE, Finding
from thalweg.diagnosis.rules.broken_part import broken_part
from thalweg.diagnosis.rules.dead_units import dead_units
from thalweg.diagnosis.rules.diverged import diverged
from thalweg.diagnosis.rules.healthy import healthy
from thalweg.diagnosis.rules.late_start import late_start
from thalweg.diagnosis.rules.learned_nothing import learned_nothing
from thalweg.diagnosis.rules.no_gap import no_gap
from thalweg.diagnosis.rules.nothing_generalises import nothing_generalises
from thalweg.diagnosis.rules.oscillating import oscillating
from thalweg.diagnosis.rules.overfitting import overfitting
from thalweg.diagnosis.rules.rare_class import rare_class
from thalweg.diagnosis.rules.rate_too_high import rate_too_high
from thalweg.diagnosis.rules.rate_too_low import rate_too_low
from thalweg.diagnosis.rules.short_run import short_run
from thalweg.diagnosis.rules.stopped_early import stopped_early
from thalweg.diagnosis.rules.worse_than_baseline import worse_than_baseline
from thalweg.diagnosis.since import first_seen
from thalweg.diagnosis.suspects import TELLING, is_suspicious, suspects
from thalweg.diagnosis.written import as_words, settings_between
from thalweg.experiment import Experiment
from thalweg.train.history import History

Rule = Callable[[Case], Finding | None]

# Each of these explains those after it, so only the first that speaks is heard: one finding, not three.
CURVE: tuple[Rule, ...] = (
    broken_part,
    diverged,
    dead_units,
    rate_too_low,
    rate_too_high,
    short_run,
    learned_nothing,
    oscillating,
    late_start,
    worse_than_baseline,
)
LATE = ("nothing_generalises", "rare_class_missed", "overfitting", "stopped_early")
OUTCOME: tuple[Rule, ...] = (nothing_generalises, rare_class, overfitting, stopped_early)


def diagnose(
    history: History,
    *,
    checks: tuple[CheckResult, ...],
    experiment: Experiment,
    task: str,
    metric: str,
    ending: str,
    baselines: tuple[Baseline, ...],
    validation_rows: int,
    attempts: Attempts | None = None,
) -> tuple[Finding, ...]:
    """Say what went wrong in a run, or that nothing did.

    Args:
        history: At least one evaluation; the monitors' records where there are any.
        checks: Results of the checks before training; () for none.
        experiment: What was trained, with its numbers.
        task: "classes", "regression" or "attributes".
        metric: A name in `train.scores.METRICS`; the scores of history and baselines are in it.
        ending: Why training ended, as the loop gives it.
        baselines: Simple models on the same rows; () for none.
        validation_rows: How many rows the validation scores rest on.
        attempts: What trying other settings did; None where nothing was tried.

    Returns:
        The most serious problem of the training curve first, then what else is worth knowing. Of symptoms that
        follow from one another only the first is given. Where nothing is above a note, one finding is "good".

    Source: CS231n notes, "Neural Networks Part 3", "Babysitting the learning process".
    """
    case = read_case(
        history,
        checks=checks,
        experiment=experiment,
        task=task,
        metric=metric,
        ending=ending,
        baselines=baselines,
        validation_rows=validation_rows,
    )
    return _dated(explained(by_rules(case), case, suspects(case), attempts), case)


def confirmed(
    case: Case, ground: Ground, *, share: float, say: Callable[[str], None] | None = None
) -> tuple[Finding, ...]:
    """Say what went wrong in a run, trying what could be otherwise where something is suspected.

    Args:
        case: What is known of the run.
        ground: What it was made on.
        share: Of the run's estimated time that the tries may take; 0 for none.
        say: Gets a line before anything is tried.

    Returns:
        As `diagnose`, with what was tried and what it did.
    """
    found, changes = by_rules(case), suspects(case)
    suspicious = share > 0 and is_suspicious(case, found, changes)
    if suspicious and say is not None:
        say("something is suspected: trying what may be behind it, in short runs with one thing changed each")
    attempts = make_attempts(case, ground, changes, share=share) if suspicious else None
    findings = explained(found, case, changes, attempts)
    if attempts is not None and say is not None and not any(a.helped for f in findings for a in f.attempts):
        say("nothing that was tried does clearly better")
    return _dated(findings, case)


def _dated(findings: tuple[Finding, ...], case: Case) -> tuple[Finding, ...]:
    """Say of the gravest finding from when on it could be seen."""
    place = next((k for k, finding in enumerate(findings) if finding.severity in GRAVE), None)
    if place is None:
        return findings
    first = findings[place]
    # What is learned too well, or for too short a time, no check before training could tell.
    told = first.symptom not in LATE and any(map(case.failed, TELLING))
    dated = first._replace(since=first_seen(case, by_rules, told_before=told))
    return (*findings[:place], dated, *findings[place + 1 :])


def by_rules(case: Case) -> tuple[Finding, ...]:
    """Return what the rules say of a run, with the first cause that each of them thinks of.

    Args:
        case: What is known of the run.

    Returns:
        As `diagnose`, without the ranked causes.
    """
    # A diverged run's curves hold infinities; a rule that compares them is simply not met.
    with np.errstate(invalid="ignore", over="ignore"):
        curve = _first(CURVE, case)
        findings = [] if curve is None else [_rooted(curve, case)]
        judged = bool(np.isfinite(case.validation_loss).any())
        if judged and (curve is None or curve.severity not in GRAVE):
            findings += [finding for rule in OUTCOME if (finding := rule(case)) is not None]
        if not any(finding.severity in GRAVE for finding in findings):
            findings += [finding for rule in (healthy, no_gap) if (finding := rule(case)) is not None]
    return tuple(findings)


def _first(rules: tuple[Rule, ...], case: Case) -> Finding | None:
    return next((finding for rule in rules if (finding := rule(case)) is not None), None)


def _rooted(finding: Finding, case: Case) -> Finding:
    """Name the inputs as the cause where a check found them unscaled: all else follows from that."""
    change = next(inputs(case), None) if case.experiment is not None and finding.severity in GRAVE else None
    if change is None or change.experiment is None:
        return finding
    check = case.checks["scaled inputs"]
    return finding._replace(
        symptom="unscaled_inputs",
        evidence=f"{check.text} {finding.evidence}",
        cause=f"{change.said}; it showed as: {finding.title.lower()}",
        remedy=change.remedy,
        setting=as_words(settings_between(change.before, change.experiment)),
        where=check.where,
    )
