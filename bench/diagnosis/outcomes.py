"""What a diagnosis came to on every run: kept on disk, for diagnosing may try things out."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from tests.faults.setups import Setup

from bench.diagnosis.jobs import Job
from bench.diagnosis.store import is_kept, read
from bench.diagnosis.told import GRAVE, Told, told


class Outcome(NamedTuple):
    """Of one run."""

    score: float
    rows: int  # validation rows
    found: tuple[Told, ...]
    failed: tuple[str, ...]  # checks before training that failed with a warning or an error
    seconds: float = 0.0  # that training took

    @property
    def grave(self) -> tuple[Told, ...]:
        """The findings above a note."""
        return tuple(finding for finding in self.found if finding.severity in GRAVE)

    @property
    def causes(self) -> tuple[str, ...]:
        """The causes named by findings above a note, in the order in which they are read, each once."""
        return tuple(dict.fromkeys(cause for finding in self.grave for cause in finding.causes))

    @property
    def since(self) -> float:
        """The share of the budget at which the first finding above a note begins."""
        return min((finding.since for finding in self.grave), default=1.0)


def judge_all(folder: Path, jobs: Iterable[Job], *, say: Callable[[str], None]) -> None:
    """Diagnose the runs that are on disk, those anew that were diagnosed before."""
    for job in jobs:
        if not is_kept(folder, job.setup, job.seed):
            continue
        kept = read(folder, job.setup, job.seed)
        try:
            found = told(kept)
        except Exception as error:
            say(f"FAILED {job.setup.task} {job.setup.digest} {job.seed}: {type(error).__name__}: {error}")
            continue
        failed = tuple(check.name for check in kept.checks if not check.passed and check.severity in GRAVE)
        outcome = Outcome(kept.score, kept.validation_rows, found, failed, kept.seconds)
        place = _place(folder, job.setup, job.seed)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(json.dumps(outcome._asdict() | {"found": [one._asdict() for one in found]}))


def outcome_of(folder: Path, setup: Setup, seed: int) -> Outcome | None:
    """Return what a run came to; None if it was not diagnosed."""
    place = _place(folder, setup, seed)
    if not place.exists():
        return None
    plain = json.loads(place.read_text())
    found = tuple(
        Told(**{**one, "causes": tuple(one["causes"]), "settings": tuple(one["settings"])}) for one in plain["found"]
    )
    return Outcome(**{**plain, "found": found, "failed": tuple(plain["failed"])})


def _place(folder: Path, setup: Setup, seed: int) -> Path:
    return folder / "outcomes" / f"{setup.digest}-{seed}.json"
