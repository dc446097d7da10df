"""What a diagnosis came to on every run: kept on disk, for diagnosing may try things out."""

import gc
import json
import time
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import NamedTuple

import jax
from tests.faults.setups import Setup

from bench.diagnosis.jobs import Job
from bench.diagnosis.store import is_kept, read
from bench.diagnosis.told import Told, told, told_during
from thalweg.diagnosis.finding import GRAVE

CLEARED = 60  # runs after which compiled programs are let go, which would fill the memory


class Outcome(NamedTuple):
    """Of one run."""

    score: float
    rows: int  # validation rows
    found: tuple[Told, ...]
    failed: tuple[str, ...]  # checks before training that failed with a warning or an error
    seconds: float = 0.0  # that training took
    judging: float = 0.0  # seconds that the diagnosis took, tries and their compiling included
    during: tuple[tuple[str, float], ...] = ()  # symptoms told while it went on, and at which share of its steps

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
        """The share of the budget at which it is told: 0 by a failed check, 1 where only the end tells."""
        return 0.0 if self.failed else min((share for _, share in self.during), default=1.0)


def judge_all(
    folder: Path, jobs: Iterable[Job], diagnosed: Collection[Job], *, share: float, say: Callable[[str], None]
) -> None:
    """Diagnose the runs that are on disk, those anew that were diagnosed before.

    Args:
        folder: Runs are kept in it.
        jobs: Ordered by structure.
        diagnosed: Those of them that are; of the others the score is noted.
        share: Of a run's work that trying other settings may take.
        say: Gets a line a run that cannot be diagnosed.
    """
    for position, job in enumerate(jobs):
        if position % CLEARED == 0:
            jax.clear_caches()
            gc.collect()
        if not is_kept(folder, job.setup, job.seed):
            continue
        kept = read(folder, job.setup, job.seed)
        place = _place(folder, job.setup, job.seed)
        place.unlink(missing_ok=True)
        try:
            begin = time.perf_counter()
            found, during = (told(kept, share), told_during(kept)) if job in diagnosed else ((), ())
        except Exception as error:
            say(f"FAILED {job.setup.task} {job.setup.digest} {job.seed}: {type(error).__name__}: {error}")
            continue
        failed = tuple(check.name for check in kept.checks if not check.passed and check.severity in GRAVE)
        judging = time.perf_counter() - begin
        outcome = Outcome(kept.score, kept.validation_rows, found, failed, kept.seconds, judging, during)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(json.dumps(outcome._asdict() | {"found": [one._asdict() for one in found]}))


def outcome_of(folder: Path, setup: Setup, seed: int) -> Outcome | None:
    """Return what a run came to; None if it was not diagnosed."""
    place = _place(folder, setup, seed)
    if not place.exists():
        return None
    plain = json.loads(place.read_text())
    lists = ("causes", "settings", "attempts")
    found = tuple(Told(**{**one, **{name: tuple(one[name]) for name in lists}}) for one in plain["found"])
    during = tuple((symptom, share) for symptom, share in plain["during"])
    return Outcome(**{**plain, "found": found, "failed": tuple(plain["failed"]), "during": during})


def _place(folder: Path, setup: Setup, seed: int) -> Path:
    return folder / "outcomes" / f"{setup.digest}-{seed}.json"
