"""What a program is told of a run: the JSON objects' common parts."""

from pathlib import Path
from typing import Any

from thalweg.checks.result import CheckResult
from thalweg.cli.ending import plain
from thalweg.data.source import Remark
from thalweg.runs.outcome import Outcome, Score
from thalweg.runs.search_record import SearchSummary


def run_facts(run: Path, outcome: Outcome) -> dict[str, Any]:
    """Return what a run came to.

    Args:
        run: The run directory.
        outcome: Of the run.

    Returns:
        Plain values; the score is the test part's where that was opened, else the validation part's.
    """
    return plain(
        {
            "run": str(run),
            "task": outcome.task,
            **score_facts(outcome.metric, outcome.scores),
            "status": outcome.status,
            "ending": outcome.ending,
            "best_epoch": outcome.best_epoch,
            "baselines": outcome.baselines,
            "findings": outcome.findings,
            "repairs": outcome.repairs,
            "checks": outcome.checks,
            "remarks": outcome.remarks,
            "parameters": sum(count for _, _, count in outcome.layers),
            "openings": outcome.openings,
            "seconds": outcome.seconds,
            "compile_seconds": outcome.compile_seconds,
            "examples_per_second": outcome.examples_per_second,
            "report": str(run / "report.html"),
            **({"search": search_facts(outcome.search)} if outcome.search else {}),
            **({"folds": outcome.folds} if outcome.folds else {}),
            **({"ensemble": outcome.ensemble} if outcome.ensemble else {}),
        }
    )


def search_facts(search: SearchSummary) -> dict[str, Any]:
    """Return what a search came to: how much was tried, the best and its lead, ranges it may have to leave."""
    best = search.finalists[0]
    return {
        "strategy": search.strategy,
        "trials": len(search.trials),
        "failed": sum(trial.failed for trial in search.trials),
        "epochs": sum(trial.epochs for trial in search.trials),
        "best": best,
        "difference": search.difference,
        "interval": [search.low, search.high],
        "edges": search.edges,
    }


def score_facts(metric: str, scores: tuple[Score, ...]) -> dict[str, Any]:
    """Return the score by a metric, with the others beside it.

    Args:
        metric: The one that counts.
        scores: Of one part or more, the most telling part first.

    Returns:
        `metric`, `score`, `interval`, `part`, `rows` and `scores`.
    """
    head = next((score for score in scores if score.metric == metric), None)
    found = head or Score(metric, float("nan"), float("nan"), float("nan"), "", 0)
    return {
        "metric": metric,
        "score": found.value,
        "interval": [found.low, found.high],
        "part": found.part,
        "rows": found.rows,
        "scores": scores,
    }


def check_findings(checks: tuple[CheckResult, ...]) -> list[dict[str, Any]]:
    """Return the checks that did not pass, as findings."""
    return [
        {
            "symptom": check.name,
            "cause": check.text,
            "remedy": check.advice,
            "severity": check.severity,
            "where": check.where,
        }
        for check in checks
        if not check.passed
    ]


def remark_line(remark: Remark) -> str:
    """Return a remark as a line, a warning being called one."""
    return f"warning: {remark.text}" if remark.severity == "warning" else remark.text
