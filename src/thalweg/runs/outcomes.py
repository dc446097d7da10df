"""A run's results on disk: `result.json` and `findings.json`, beside them `history.parquet` and the pictures."""

from pathlib import Path
from typing import NamedTuple

from thalweg.checks.result import CheckResult
from thalweg.diagnosis.finding import Finding
from thalweg.errors import InputError
from thalweg.runs.ensemble.record import MOST_MEMBERS
from thalweg.runs.ensemble.summary import EnsembleSummary
from thalweg.runs.folds_summary import folds_sound
from thalweg.runs.histories import write_history
from thalweg.runs.inside import Inside
from thalweg.runs.outcome import Outcome
from thalweg.runs.pictures import write_pictures
from thalweg.runs.record import read_json, write_json
from thalweg.runs.typed import named, writable
from thalweg.train.history import History
from thalweg.train.scores import AFTERWARDS, METRICS

_PARTS = ("training", "validation", "test")
_SEVERITIES = ("good", "note", "warning", "error")


class _Found(NamedTuple):
    """What `findings.json` holds."""

    checks: tuple[CheckResult, ...]
    findings: tuple[Finding, ...]


def write_outcome(run: Path, outcome: Outcome, identity: str) -> None:
    """Write what a run came to; numbers that are not finite become null.

    `result.json` comes last: where it lies, all of the run is there.

    Args:
        run: The run directory.
        outcome: The outcome; its history and its pictures are written beside it.
        identity: Of the run.

    Raises:
        InputError: If a file cannot be written.
    """
    plain = outcome._asdict()
    for beside in ("history", "inside"):
        del plain[beside]
    found = {name: plain.pop(name) for name in _Found._fields}
    write_json(run / "findings.json", writable(found))
    if outcome.history.evaluations:  # none are at hand where both the checkpoints and the table were removed
        write_history(run / "history.parquet", outcome.history, identity)
    if outcome.inside is not None:
        write_pictures(run, outcome.inside, identity)
    write_json(run / "result.json", writable(plain))


def read_outcome(run: Path, history: History, inside: Inside | None = None) -> Outcome:
    """Read what `write_outcome` wrote.

    Args:
        run: The run directory.
        history: From the run's checkpoint, which is the original, or its table.
        inside: From the run's pictures, if there are any.

    Returns:
        The outcome; numbers that were null are NaN.

    Raises:
        InputError: If a file is missing, damaged or of another shape.
    """
    path, beside = run / "result.json", run / "findings.json"
    found = named(read_json(beside), _Found, str(beside))
    outcome = named(read_json(path), Outcome, str(path), history=history, inside=inside, **found._asdict())
    wrong = _wrong(outcome)
    if wrong:
        raise InputError(f"{path} has a wrong entry {wrong!r}. Restore the file, or make the run again.")
    return outcome


def _wrong(outcome: Outcome) -> str:
    """Return the name of an entry that has the right type and cannot be right; "" if all may be."""
    comparison, classes = outcome.comparison, len(outcome.data.classes)
    found = (*outcome.checks, *outcome.findings, *outcome.remarks)
    sound = {
        "task": outcome.task in ("classes", "regression", "attributes"),
        "metric": outcome.metric in METRICS,
        "status": outcome.status in ("finished", "diverged", "interrupted"),
        "scores": bool(outcome.scores)
        and all(s.metric in (*METRICS, *AFTERWARDS) and s.part in _PARTS for s in outcome.scores),
        "severity": all(item.severity in _SEVERITIES for item in found),
        "data": all(part in _PARTS for part, _ in outcome.data.rows),
        "work": len(outcome.work) in (0, len(outcome.layers))
        and all(row.output_bytes >= 0 and (row.multiply_adds or 0) >= 0 for row in outcome.work),
        "receptive_fields": len(outcome.receptive_fields) in (0, len(outcome.layers)),
        "memory": min(outcome.memory.values(), default=0) >= 0,
        "seeds": {"seed", "split_seed"} <= set(outcome.seeds),
        "search": outcome.search is None
        or (
            outcome.search.metric in METRICS
            and bool(outcome.search.finalists)
            and all(one.scores for one in outcome.search.finalists)
        ),
        "folds": outcome.folds is None or folds_sound(outcome.folds, outcome.metric),
        "ensemble": outcome.ensemble is None or _ensemble_sound(outcome.ensemble, outcome.metric),
        "comparison": comparison is None
        or (
            comparison.part in _PARTS
            and len(comparison.truth) == len(comparison.predicted)
            and len(comparison.confusion) == classes
            and all(len(row) == classes and min(row) >= 0 for row in comparison.confusion)
            and len(comparison.answers) == len(outcome.data.attributes)
            and all(min(counts) >= 0 for counts in comparison.answers)
        ),
    }
    return next((name for name, fine in sound.items() if not fine), "")


def _ensemble_sound(ensemble: EnsembleSummary, metric: str) -> bool:
    gains = all(one.gain.metric == metric and one.part in _PARTS for one in ensemble.gains)
    members = 0 <= ensemble.best < len(ensemble.members) <= MOST_MEMBERS
    return ensemble.metric == metric and bool(ensemble.gains) and gains and members
