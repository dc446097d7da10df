"""Which faults and which healthy runs count."""

from pathlib import Path

from tests.faults.healthy import Healthy
from tests.faults.setups import Fault, Setup

from bench.diagnosis.jobs import Chosen, seeds_of
from bench.diagnosis.outcomes import Outcome, outcome_of
from bench.diagnosis.tallies import LEAST_SEEDS, as_good, really_worse


def outcomes(folder: Path, setup: Setup, seeds: range | tuple[int, ...]) -> list[Outcome]:
    """Return what all seeds of a setup came to; [] if one is missing."""
    found = [outcome_of(folder, setup, seed) for seed in seeds]
    return [] if None in found else [one for one in found if one is not None]


def is_sound(folder: Path, setup: Setup, seeds: range | tuple[int, ...]) -> bool:
    """Say whether a run that ought to be healthy is about as good as the task's usual one on the same data.

    It is not where it would count as a fault, were the usual one its twin.
    """
    mine, usual = (outcomes(folder, one, seeds) for one in (setup, setup.usual))
    if not mine or not usual:
        return False
    scores, others = [m.score for m in mine], [u.score for u in usual]
    return as_good(scores, others, mine[0].rows) and not really_worse(scores, others)


def shows(folder: Path, fault: Fault, seeds: int) -> bool:
    """Say whether a faulty run is really worse than its twin, and that is sound."""
    faulty, twin = (outcomes(folder, setup, range(seeds)) for setup in (fault.faulty, fault.twin))
    worse = bool(faulty and twin) and really_worse([one.score for one in faulty], [one.score for one in twin])
    return worse and is_sound(folder, fault.twin, range(seeds))


def counted(folder: Path, chosen: Chosen) -> tuple[Fault, ...]:
    """Return the faults that show."""
    return tuple(fault for fault in chosen.faults if shows(folder, fault, chosen.seeds))


def is_healthy(folder: Path, one: Healthy, seeds: int) -> bool:
    """Say whether a healthy run is as good as it ought to be: on its own seeds, and on as many as show a fault."""
    return all(is_sound(folder, one.setup, tuple(some)) for some in (seeds_of(one, seeds), range(LEAST_SEEDS)))
