"""What the rules say of a run, with the first cause that each of them thinks of."""

from collections.abc import Callable

import numpy as np

from thalweg.diagnosis.case import Case
from thalweg.diagnosis.causes.inputs import inputs
from thalweg.diagnosis.finding import GRAVE, Finding
from thalweg.diagnosis.rules.bad_data import bad_data
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
from thalweg.diagnosis.rules.saturated_units import saturated_units
from thalweg.diagnosis.rules.shared_rows import shared_rows
from thalweg.diagnosis.rules.short_run import short_run
from thalweg.diagnosis.rules.stopped_early import stopped_early
from thalweg.diagnosis.rules.uneven_gradients import uneven_gradients
from thalweg.diagnosis.rules.worse_than_baseline import worse_than_baseline
from thalweg.diagnosis.written import as_words, settings_between

Rule = Callable[[Case], Finding | None]

# Each of these explains those after it, so only the first that speaks is heard: one finding, not three. These are told
# while a run goes on, too: their trouble is there for good as soon as it lasts.
DURING: tuple[Rule, ...] = (
    broken_part,
    diverged,
    dead_units,
    saturated_units,
    uneven_gradients,
    rate_too_low,
    rate_too_high,
    short_run,
    learned_nothing,
    oscillating,
)
CURVE: tuple[Rule, ...] = (*DURING, late_start, worse_than_baseline)  # the last two judge what a whole run came to
LATE = ("nothing_generalises", "rare_class_missed", "overfitting", "stopped_early")
OUTCOME: tuple[Rule, ...] = (bad_data, nothing_generalises, rare_class, overfitting, stopped_early)


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
    shared = shared_rows(case)  # which puts all scores in question, and explains none of the others
    return (*(() if shared is None else (shared,)), *findings)


def while_training(case: Case) -> Finding | None:
    """Return what the rules warn of in a run that is not at its end.

    Args:
        case: What is known by now.

    Returns:
        The finding, above a note; None where there is none yet.
    """
    with np.errstate(invalid="ignore", over="ignore"):
        found = _first(DURING, case)
        return _rooted(found, case) if found is not None and found.severity in GRAVE else None


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
