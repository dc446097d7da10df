"""From what a run left behind to findings in plain words."""

from collections.abc import Callable

from thalweg.checks.result import CheckResult
from thalweg.classic.baseline import Baseline
from thalweg.diagnosis.attempts import Attempts, Ground, make_attempts
from thalweg.diagnosis.by_rules import LATE, by_rules
from thalweg.diagnosis.case import Case, read_case
from thalweg.diagnosis.explained import explained
from thalweg.diagnosis.false_alarms import false_alarms
from thalweg.diagnosis.finding import GRAVE, Finding, is_trouble
from thalweg.diagnosis.since import first_seen
from thalweg.diagnosis.suspects import TELLING, is_suspicious, suspects
from thalweg.experiment import Experiment
from thalweg.train.history import History


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
    class_weight: str = "",
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
        class_weight: "balanced" where every class counts the same in training.
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
        class_weight=class_weight,
    )
    return _completed(explained(by_rules(case), case, suspects(case), attempts), case, attempts)


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
    return _completed(findings, case, attempts)


def _completed(findings: tuple[Finding, ...], case: Case, attempts: Attempts | None) -> tuple[Finding, ...]:
    """Say of the gravest finding from when on it could be seen, and of each how often it is wrong."""
    if attempts is not None:  # as it was measured
        findings = tuple(
            one._replace(false_alarms=false_alarms(one.symptom)) if one.severity in GRAVE else one for one in findings
        )
    place = next((k for k, finding in enumerate(findings) if is_trouble(finding)), None)
    if place is None:
        return findings
    first = findings[place]
    # What is learned too well, or for too short a time, no check before training could tell.
    told = first.symptom not in LATE and any(map(case.failed, TELLING))
    dated = first._replace(since=first_seen(case, by_rules, told_before=told))
    return (*findings[:place], dated, *findings[place + 1 :])
