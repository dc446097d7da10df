"""A run's record and model together, held against each other."""

from collections.abc import Sequence
from pathlib import Path

from thalweg.catalogue import KINDS
from thalweg.errors import InputError
from thalweg.functions import Function, by_name
from thalweg.runs.model import Model, load_model
from thalweg.runs.record import Record, read_record
from thalweg.serialise import from_plain
from thalweg.train.completed import same_but_completed


def read_trained(run: Path, parts: Sequence[Function] = ()) -> tuple[Record, Model]:
    """Read a trained run; can run nothing but this library's own parts and what is handed in.

    Args:
        run: The run directory.
        parts: The user's own functions that the run was made with, if any.

    Returns:
        (record, model).

    Raises:
        InputError: If it is no run directory, was never finished, is damaged, or holds another run's model.
    """
    record, path = read_record(run), run / "model.safetensors"
    if not path.exists():
        if (run / "result.json").exists():
            raise InputError(f"{path} is missing. Restore the file, or make the run again.")
        raise InputError(f"{run} was not brought to its end. Go on with it: thalweg resume {run}.")
    given = by_name(parts)
    model = load_model(path, given)
    asked = from_plain(record.final, "experiment", KINDS, given=given)
    if model.run != record.identity or not same_but_completed(asked, model.experiment):
        raise InputError(f"{path} is of another run. Put back the run's own file, or make the run again.")
    return record, model
