"""Train faulty runs again with what the diagnosis said to try first."""

from pathlib import Path

from tests.faults.setups import Setup

from bench.diagnosis.jobs import Chosen, Job, ordered
from bench.diagnosis.outcomes import Outcome, outcome_of
from bench.diagnosis.store import experiment_of, is_kept, read
from bench.diagnosis.verdicts import counted


def remedied(setup: Setup, outcome: Outcome) -> Setup | None:
    """Return a setup with the first remedy of the first finding above a note; None where there is none to train."""
    plain = next((one.experiment for one in outcome.grave[:1]), None)
    return setup._replace(experiment=experiment_of(plain)) if plain else None


def remedy_jobs(folder: Path, chosen: Chosen) -> list[Job]:
    """Return what is to be trained: of the faults that count and that an experiment can mend, every seed."""
    found = {}
    for fault in counted(folder, chosen):
        for seed in range(chosen.diagnosed) if fault.mendable else ():
            outcome = outcome_of(folder, fault.faulty, seed)
            setup = remedied(fault.faulty, outcome) if outcome else None
            if setup is not None:
                found[Job(setup, seed)] = None
    return ordered(found)


def remedied_score(folder: Path, setup: Setup, seed: int, outcome: Outcome) -> float:
    """Return the score with the first remedy; the old one where there is none, or it was not trained."""
    better = remedied(setup, outcome)
    if better is None or not is_kept(folder, better, seed):
        return outcome.score
    return read(folder, better, seed).score
