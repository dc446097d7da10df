"""From a finding to the change that is shown to help."""

from typing import Any, NamedTuple

from thalweg.diagnosis.attempts import Ground, make_attempts, same_program
from thalweg.diagnosis.case import Case
from thalweg.diagnosis.change import Change
from thalweg.diagnosis.explained import explained
from thalweg.diagnosis.finding import Finding
from thalweg.diagnosis.suspects import suspects
from thalweg.diagnosis.written import settings_between
from thalweg.experiment import Experiment
from thalweg.serialise import to_plain


class Repair(NamedTuple):
    """What was found while a run went on, and what was done about it."""

    symptom: str
    title: str
    evidence: str
    epoch: float  # at which it was certain
    change: str  # what was changed: "rate / 10"; "" where nothing that was tried did better
    cause: str  # in words
    settings: tuple[str, ...]  # the change as "path=value" each
    tried: tuple[str, ...]  # what trying it and others did, the best first
    back_to: float  # epoch that training went on from; 0 for a new beginning
    experiment: dict[str, Any]  # plain, from then on


def find_repair(finding: Finding, case: Case, ground: Ground, *, share: float) -> tuple[Repair, Experiment | None]:
    """Try what may be behind a finding, and choose what helps most.

    Args:
        finding: Certain, of a run that goes on.
        case: What is known of the run.
        ground: What it is made on.
        share: Of the run's estimated time so far that the tries may take; some seconds in any case.

    Returns:
        What was tried, and the experiment to go on with; None where nothing does clearly better.
    """
    # That a run which is not over would do better if it were longer is no repair.
    changes = [change for change in suspects(case) if change.cause != "too_few_epochs"]
    attempts = make_attempts(case, ground, changes, share=share)
    told = explained((finding,), case, changes, attempts)[0]
    best = next((attempt for attempt in told.attempts if attempt.helped), None)
    change = best and next(one for one in changes if (one.cause, one.text) == (best.cause, best.text))
    repair = Repair(
        symptom=finding.symptom,
        title=finding.title,
        evidence=finding.evidence,
        epoch=float(case.epoch[-1]),
        change=change.text if change else "",
        cause=change.said if change else "",
        settings=_settings(change) if change else (),
        tried=tuple(attempt.result for attempt in told.attempts),
        back_to=float(case.epoch[-1]),
        experiment=to_plain(change.experiment if change else case.experiment),
    )
    return repair, change.experiment if change else None


def anew(finding: Finding, case: Case) -> Repair:
    """Return what is to be done where a repaired run went on from weights that turned out not to be sound.

    Args:
        finding: Certain, after a repair that did not begin anew.
        case: What is known of the run.

    Returns:
        A new beginning with the experiment as it is.
    """
    return Repair(
        symptom=finding.symptom,
        title=finding.title,
        evidence=finding.evidence,
        epoch=float(case.epoch[-1]),
        change="a new beginning",
        cause="the weights that training had gone on from",
        settings=(),
        tried=(),
        back_to=0.0,
        experiment=to_plain(case.experiment),
    )


def repaired(repair: Repair) -> str:
    """Return what was done about a finding.

    Args:
        repair: What was found and done.

    Returns:
        A sentence without its full stop.
    """
    if not repair.change:
        nothing = "Nothing that was tried did clearly better" if repair.tried else "Nothing could be tried"
        return f"{nothing}, so all was left as it was"
    if not repair.tried:
        return "Repaired: training began anew, for what it had gone on from was not sound any more"
    back = f"went on from epoch {repair.back_to:.3g}" if repair.back_to else "began anew"
    return f"Repaired: {repair.tried[0]}. Training {back} with {' '.join(f'--set {one}' for one in repair.settings)}"


def goes_on(before: Experiment, after: Experiment) -> bool:
    """Say whether a network in training can go on with a changed experiment: one of other numbers of its steps.

    Args:
        before: As trained so far.
        after: The changed one.

    Returns:
        False where the network, its beginning or its inputs are others, so that training begins anew.
    """
    same = before.network == after.network and before.start == after.start
    return same and same_program(before, after)


def _settings(change: Change) -> tuple[str, ...]:
    return settings_between(change.before, change.experiment) if change.experiment is not None else ()
