"""Findings and checks, in the order they should be read."""

from thalweg.checks.result import CheckResult
from thalweg.diagnosis.finding import Finding

SEVERITIES = ("error", "warning", "note", "good")
# Shape and word carry the meaning; colour only repeats it.
MARKS = {"error": "✕", "warning": "!", "note": "i", "good": "✓"}
REPAIRED = "↻"


def ordered_findings(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Return findings with the gravest first; those of one severity keep their order."""
    return tuple(sorted(findings, key=lambda finding: _rank(finding.severity)))


def ordered_checks(checks: tuple[CheckResult, ...]) -> tuple[CheckResult, ...]:
    """Return checks with the failed ones first, the gravest of them before the others."""
    return tuple(sorted(checks, key=lambda check: len(SEVERITIES) if check.passed else _rank(check.severity)))


def _rank(severity: str) -> int:
    return SEVERITIES.index(severity) if severity in SEVERITIES else len(SEVERITIES)
