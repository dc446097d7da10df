"""A finished run's outcome, read back from its directory."""

from pathlib import Path

from thalweg.catalogue import KINDS
from thalweg.data.seal import count_openings
from thalweg.errors import InputError
from thalweg.runs.histories import read_history
from thalweg.runs.outcome import Outcome
from thalweg.runs.outcomes import read_outcome
from thalweg.runs.pictures import read_pictures
from thalweg.runs.record import read_record
from thalweg.serialise import from_plain
from thalweg.train.checkpoint import load_history
from thalweg.train.history import History


def read_run_outcome(run: Path) -> Outcome:
    """Return what a run came to.

    Args:
        run: The run directory.

    Returns:
        The outcome; its history comes from `history.parquet` where the checkpoints were removed, and is empty where
        that was removed too; without its file of pictures there are none. The openings of its test part are counted as
        of now.

    Raises:
        InputError: If it is no run directory, was never finished, is damaged, or holds another run's result.
    """
    record, path = read_record(run), run / "result.json"
    if not path.exists():
        raise InputError(f"{run} was not brought to its end. Go on with it: thalweg resume {run}.")
    outcome = read_outcome(run, _history(run, record.identity), read_pictures(run, record.identity))
    told = (outcome.experiment, outcome.data.fingerprint, outcome.metric, outcome.seeds)
    seeds = {"seed": record.seed, "split_seed": record.split_seed}
    if told != (record.final, record.fingerprint, record.metric, seeds):
        raise InputError(f"{path} is of another run. Put back the run's own file, or make the run again.")
    from_plain(record.final, "experiment", KINDS, given=None)  # refuses what no version of this program has written
    return outcome._replace(openings=count_openings(run.resolve().parent, record.sealed))


def _history(run: Path, identity: str) -> History:
    """Return the curves; a finished run may be thinned out to save space, first of all of its checkpoints."""
    checkpoints, table = run / "checkpoint", run / "history.parquet"
    if checkpoints.exists():
        return load_history(checkpoints, identity)
    return read_history(table, identity) if table.exists() else History()
