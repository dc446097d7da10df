"""Go through many runs in one process: train those that are not on disk yet."""

import gc
from collections.abc import Callable, Collection, Iterable
from pathlib import Path

import jax

from bench.diagnosis.jobs import Job, structure
from bench.diagnosis.store import is_kept, write
from bench.diagnosis.training import trained
from thalweg.classic.baseline import Baseline
from thalweg.serialise import to_plain

STRUCTURES = 8  # after so many the compiled programs are let go, which would fill the memory


def train_all(folder: Path, jobs: Iterable[Job], checked: Collection[Job] = (), *, say: Callable[[str], None]) -> None:
    """Train what is missing.

    Args:
        folder: Runs are kept in it.
        jobs: Ordered by structure.
        checked: Those whose data and network are checked before.
        say: Gets a line a run.
    """
    known: dict[str, tuple[Baseline, ...]] = {}
    seen: list[str] = []
    for job in jobs:
        if is_kept(folder, job.setup, job.seed, checked=job in checked):
            continue
        if structure(job.setup) not in seen:
            seen.append(structure(job.setup))
            if len(seen) % STRUCTURES == 0:
                jax.clear_caches()
                gc.collect()
        key = _scored_on(job)
        try:
            kept = trained(job.setup, job.seed, checked=job in checked, known=known.get(key))
        except Exception as error:  # one that cannot be trained is told, and the others go on
            say(f"FAILED {job.setup.task} {job.setup.digest} {job.seed}: {type(error).__name__}: {error}")
            continue
        known[key] = kept.baselines
        write(folder, kept)
        say(f"{kept.seconds:6.1f} s  {kept.score:8.3f}  {job.setup.task} {job.setup.digest} {job.seed}: {kept.ending}")


def _scored_on(job: Job) -> str:
    """Tell apart what simple models score differently on."""
    setup = job.setup
    change = setup.change.__name__ if setup.change else ""
    # A loss may have the targets in their own unit.
    parts = (to_plain(setup.experiment.preprocess), type(setup.experiment.loss).__name__)
    return f"{setup.task} {change} {setup.metric} {job.seed} {parts}"
