"""The trained network that a run begins with, kept in the run: nothing hangs on the other one from then on."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from thalweg.archive import LIMIT
from thalweg.errors import InputError, said_of
from thalweg.files import read_limited, write_whole
from thalweg.functions import Function, by_name
from thalweg.runs.model import Model, load_network
from thalweg.runs.options import run_folder
from thalweg.runs.record import Record
from thalweg.runs.trained import read_trained

START = "start.safetensors"  # in a run, the other one's model, byte for byte


class TrainedStart(NamedTuple):
    """What a run begins with."""

    model: Model  # of an ensemble the first member
    content: bytes  # of its file
    digest: str  # hexadecimal SHA-256 of the content

    def write(self, run: Path) -> None:
        """Put it into a run; raises InputError if it cannot."""
        write_whole(run / START, self.content)


class TrainedRun(NamedTuple):
    """The run that a new one begins with the network of."""

    place: Path
    record: Record
    start: TrainedStart


def read_source(run: Any, parts: Sequence[Function]) -> TrainedRun:
    """Read the network that a new run is to begin with.

    Args:
        run: The run directory that the user named.
        parts: The user's own functions that it was made with, if any.

    Returns:
        The run.

    Raises:
        InputError: If it is no run directory, was never finished, or is damaged.
    """
    with said_of("--from"):
        place = run_folder(run)
        record, model = read_trained(place, parts)
        content = read_limited(place / "model.safetensors", LIMIT)
    start = TrainedStart(model._replace(others=()), content, hashlib.sha256(content).hexdigest())
    return TrainedRun(place, record, start)


def read_start(run: Path, digest: str, parts: Sequence[Function]) -> TrainedStart:
    """Read the network that a run began with.

    Args:
        run: The run directory.
        digest: That the run's record has.
        parts: The user's own functions that the run was made with, if any.

    Returns:
        The start.

    Raises:
        InputError: If the file is missing, damaged or another one.
    """
    path = run / START
    if not path.exists():
        raise InputError(f"{path} is missing. Restore the file, or make the run again.")
    content = read_limited(path, LIMIT)
    if hashlib.sha256(content).hexdigest() != digest:
        raise InputError(f"{path} is not what the run began with. Put back the run's own file, or make the run again.")
    return TrainedStart(load_network(path, by_name(parts)), content, digest)
