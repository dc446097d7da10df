"""The runs of a folder at a glance, read from their small files alone."""

import fcntl
from pathlib import Path
from typing import Any, NamedTuple

from thalweg.errors import InputError
from thalweg.runs.place import list_runs
from thalweg.runs.record import Record, read_json, read_record
from thalweg.train.scores import METRICS


class Listed(NamedTuple):
    """One run of a folder."""

    run: Path
    data: str
    metric: str
    validation: float | None  # score; None where there is none
    test: float | None
    status: str  # "finished", "diverged", "running", "unfinished" or "damaged"
    created: str
    comparable: tuple[str, ...]  # runs with the same were judged by one metric on the same rows


def listed_runs(folder: Path) -> list[Listed]:
    """List the runs directly below a folder, the oldest first.

    Args:
        folder: The folder of runs.

    Returns:
        A run each; one that cannot be read is called damaged.
    """
    return sorted(map(_listed, list_runs(folder)), key=lambda run: (run.created, run.run.name))


def best_runs(runs: list[Listed]) -> list[Listed]:
    """Return the best of each set of runs that can be compared, by validation score.

    Args:
        runs: From `listed_runs`.

    Returns:
        A run for each data set, split and metric.
    """
    best: dict[tuple[str, ...], Listed] = {}
    for run in runs:
        if run.validation is None or run.status != "finished":
            continue
        known = best.get(run.comparable)
        sign = 1.0 if METRICS[run.metric].larger_is_better else -1.0
        if known is None or known.validation is None or sign * run.validation > sign * known.validation:
            best[run.comparable] = run
    return list(best.values())


def _listed(run: Path) -> Listed:
    try:
        record = read_record(run)
        result = read_json(run / "result.json") if (run / "result.json").exists() else {}
        scores = {part: _score(result, part, record.metric) for part in ("validation", "test")}
        status = str(result["status"]) if result else "running" if _at_work(run) else "unfinished"
    except (InputError, KeyError, TypeError, AttributeError):
        return Listed(run, "", "", None, None, "damaged", "", ())
    comparable = (record.fingerprint, str(record.split_seed), record.metric)
    return Listed(
        run, _data(record), record.metric, **scores, status=status, created=record.created, comparable=comparable
    )


def _score(result: dict[str, Any], part: str, metric: str) -> float | None:
    found = (s["value"] for s in result.get("scores", ()) if s["part"] == part and s["metric"] == metric)
    value = next(found, None)
    return None if value is None else float(value)


def _data(record: Record) -> str:
    return Path(record.data).name or "(in memory)"


def _at_work(run: Path) -> bool:
    """Say whether a process holds the run's lock."""
    try:
        with (run / ".lock").open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False
