"""A finished run's outcome, read back from its directory."""

from pathlib import Path

from thalweg.errors import InputError
from thalweg.runs.outcome import Outcome
from thalweg.runs.outcomes import read_outcome
from thalweg.runs.record import read_record
from thalweg.train.checkpoint import load_history


def read_run_outcome(run: Path) -> Outcome:
    """Return what a run came to.

    Args:
        run: The run directory.

    Returns:
        The outcome, with its history.

    Raises:
        InputError: If it is no run directory, was never finished, or is damaged.
    """
    read_record(run)
    if not (run / "result.json").is_file():
        raise InputError(f"{run} was not brought to its end. Go on with it: thalweg resume {run}.")
    return read_outcome(run, load_history(run / "checkpoint"))
