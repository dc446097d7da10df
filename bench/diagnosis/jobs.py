"""What is to be trained, ordered so that runs of one structure follow one another and share compiled programs."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import jax
from tests.faults.catalogue import FAULTS
from tests.faults.healthy import Healthy, ordinary
from tests.faults.odd import ODD
from tests.faults.setups import Fault, Setup
from tests.faults.tasks import present

from bench.diagnosis.tallies import LEAST_SEEDS
from thalweg.train.state import learner_of

# Faulty runs with their twins, healthy ones that look ill, and the other healthy ones.
GROUPS = ("faults", "odd", "ordinary")


class Job(NamedTuple):
    """One run."""

    setup: Setup
    seed: int


class Chosen(NamedTuple):
    """What of the catalogue is asked for, and can be had."""

    faults: tuple[Fault, ...]
    odd: tuple[Healthy, ...]
    healthy: tuple[Healthy, ...]
    seeds: int
    judged: int = 0  # of these seeds, those whose runs are checked and diagnosed; 0 for all

    @property
    def diagnosed(self) -> int:
        """How many of the seeds are checked and diagnosed; of the others only the score counts."""
        return min(self.judged or self.seeds, self.seeds)

    def diagnosed_jobs(self) -> set[Job]:
        """Return the runs that are diagnosed; of the others, which show what is a fault, the score is enough."""
        some = range(self.diagnosed)
        found = {Job(setup, seed) for f in self.faults for setup in (f.faulty, f.twin) for seed in some}
        found |= {Job(one.setup, seed) for one in self.odd for seed in seeds_of(one, self.diagnosed)}
        return found | {Job(one.setup, seed) for one in self.healthy for seed in seeds_of(one, self.diagnosed)}

    def jobs(self) -> list[Job]:
        """Return all runs that it takes, each once, ordered."""
        seeds = range(self.seeds)
        found = {
            Job(setup, seed): None for f in self.faults for setup in (f.faulty, f.twin, f.twin.usual) for seed in seeds
        }
        for one in (*self.odd, *self.healthy):
            for seed in {*seeds_of(one, self.seeds), *range(LEAST_SEEDS)}:
                found |= {Job(one.setup, seed): None, Job(one.setup.usual, seed): None}
        return ordered(found)


def chosen(
    half: str = "", seeds: int = 5, only: Sequence[str] = (), judged: int = 0, groups: Sequence[str] = GROUPS
) -> Chosen:
    """Choose.

    Args:
        half: "tuning", "test", or "" for both.
        seeds: How many of each faulty run, each twin and each healthy run that looks ill.
        only: Words; what has none of them in its name is left out. () for all.
        judged: How many of the seeds are checked and diagnosed; 0 for all.
        groups: Of `GROUPS`; what is in none of them is left out.

    Returns:
        What there are data for.
    """

    def wanted(name: str, setup: Setup) -> bool:
        named = not only or any(word in name for word in only)
        return named and half in ("", setup.half) and present(setup.task)

    faults = tuple(f for f in FAULTS if wanted(f.name, f.faulty) and "faults" in groups)
    odd = tuple(h for h in ODD if wanted(h.name, h.setup) and "odd" in groups)
    healthy = tuple(h for h in ordinary() if wanted(h.name, h.setup) and "ordinary" in groups)
    return Chosen(faults, odd, healthy, seeds, judged)


def seeds_of(one: Healthy, seeds: int) -> Iterable[int]:
    """Return a healthy run's seeds."""
    return one.seeds or range(seeds)


def structure(setup: Setup) -> str:
    """Tell apart what shares no compiled program."""
    change = setup.change.__name__ if setup.change else ""
    tree = jax.tree.structure(learner_of(setup.experiment))
    return f"{setup.task} {change} {setup.experiment.training.batch} {tree}"


def ordered(jobs: Iterable[Job]) -> list[Job]:
    """Put runs of one structure together."""
    return sorted(jobs, key=lambda job: (structure(job.setup), job.setup.digest, job.seed))


def share(jobs: Sequence[Job], part: int, parts: int) -> list[Job]:
    """Return one worker's jobs: whole structures, every `parts`-th."""
    structures = list(dict.fromkeys(structure(job.setup) for job in jobs))
    mine = set(structures[part::parts])
    return [job for job in jobs if structure(job.setup) in mine]
