"""A check before training that says all there is to say of a problem."""

from typing import NamedTuple

from thalweg.checks.result import CheckResult
from thalweg.diagnosis.finding import Finding


class Told(NamedTuple):
    """What a finding adds to a check's own words."""

    symptom: str
    title: str
    why: str


def told_by_check(check: CheckResult, told: Told, cause: str) -> Finding:
    """Make a finding of a check that failed.

    Args:
        check: Gives severity, evidence, remedy and place.
        told: The rest but the cause.
        cause: In a few words.

    Returns:
        The finding.
    """
    return Finding(
        symptom=told.symptom,
        severity=check.severity,
        title=told.title,
        evidence=check.text,
        why=told.why,
        cause=cause,
        remedy=check.advice,
        where=check.where,
    )
