"""What a run came to, in lines for a terminal."""

import shlex
from pathlib import Path

from thalweg.checks.result import CheckResult
from thalweg.cli.voice import columns
from thalweg.diagnosis.finding import Finding
from thalweg.diagnosis.repair import Repair, repaired
from thalweg.report.ensemble import gain_lines
from thalweg.report.experiment import new_rows
from thalweg.report.findings import MARKS, REPAIRED, ordered_checks, ordered_findings
from thalweg.report.numbers import amount, metric_of, scored
from thalweg.report.text import ended
from thalweg.report.verdict import interval, mirrored, verdict
from thalweg.runs.outcome import Outcome, Score
from thalweg.wording import counted


def verdict_lines(outcome: Outcome) -> list[str]:
    """Return the verdict on a run and what was found.

    Args:
        outcome: Of the run.

    Returns:
        Lines; the first is the verdict in one sentence.
    """
    judged = verdict(outcome)
    compared = [(f"  {row.name}", row.score, row.difference, row.fitted) for row in judged.models]
    others = [(f"  {metric}", score, part) for metric, score, part in judged.others]
    return [
        judged.sentence,
        *(columns(compared) if compared else []),
        *(columns(others) if others else []),
        *gain_lines(outcome.ensemble, "test"),
        *judged.details,
        *map(repair_line, outcome.repairs),
        *finding_lines(outcome.findings),
    ]


def place_lines(run: Path) -> list[str]:
    """Return where a run and its report are.

    Args:
        run: The run directory.

    Returns:
        A line each.
    """
    return [f"run: {run}", f"report: {run / 'report.html'}"]


def score_lines(scores: tuple[Score, ...]) -> list[str]:
    """Return scores with their intervals.

    Args:
        scores: On some part.

    Returns:
        A line each.
    """
    return columns([(metric_of(s.metric).title, scored(s.metric, s.value), interval(s), _rows(s)) for s in scores])


def finding_lines(findings: tuple[Finding, ...]) -> list[str]:
    """Return findings, the gravest first.

    Args:
        findings: Of a run, whoever trained it.

    Returns:
        A line each.
    """
    lines = []
    for finding in ordered_findings(findings):
        said = [f"{MARKS.get(finding.severity, '-')} {ended(finding.title)}", ended(finding.evidence)]
        if finding.severity != "good":
            said += [f"Likely cause: {ended(finding.cause)}", _tried(finding), ended(finding.remedy)]
            said.append(_to_try(finding.setting))
        lines.append(" ".join(filter(None, said)))
    return lines


def repair_line(repair: Repair) -> str:
    """Return what was found while a run went on, and what was done about it.

    Args:
        repair: Of the run.

    Returns:
        A line.
    """
    seen = f"At epoch {amount(repair.epoch)}: {ended(repair.title)} {ended(repair.evidence)}"
    return f"{REPAIRED} {seen} {ended(repaired(repair))}"


def check_lines(checks: tuple[CheckResult, ...]) -> list[str]:
    """Return the results of checks, those that did not pass first.

    Args:
        checks: The results.

    Returns:
        A line each.
    """
    lines = []
    for check in ordered_checks(checks):
        mark = "-" if not check.judged else MARKS["good"] if check.passed else MARKS.get(check.severity, "-")
        lines.append(f"{mark} {check.name}: {check.text}" + ("" if check.passed else f" {check.advice}"))
    return lines


def _tried(finding: Finding) -> str:
    """Say what the change did that helped most, or that none did."""
    if not finding.attempts:
        return ""
    best = finding.attempts[0]
    return ended(f"Tried: {best.result}") if best.helped else "None of the changes tried did better."


def _to_try(setting: str) -> str:
    # No full stop: it would be copied with the setting.
    return setting and f"To try it, run fit again with {setting}"


def next_lines(run: Path, outcome: Outcome, plugins: str) -> list[str]:
    """Return what to type next.

    Args:
        run: The run directory.
        outcome: Of the run.
        plugins: The options that hand in the user's own functions; "" for none.

    Returns:
        A line a command.
    """
    name = shlex.quote(str(run))
    lines = [f"next: thalweg predict {name} {new_rows(outcome)} -o out.csv{plugins}"]
    if outcome.scores and not any(score.part == "test" for score in outcome.scores):
        lines.append(f"      thalweg evaluate {name} --test{plugins}   (once everything is decided)")
    return lines


def _rows(score: Score) -> str:
    where = f"on {counted(score.rows, 'row')} of the {score.part}" + (" part" if score.part != "file" else "")
    return where + mirrored(score)
