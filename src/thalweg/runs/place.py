"""Where runs live: names, new directories, the runs of a folder."""

import re
import shlex
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from thalweg.errors import InputError
from thalweg.files import reason_of
from thalweg.runs.lock import LOCK, locked
from thalweg.runs.record import read_record

# What a run writes into its directory, `write_whole`'s parts of them left by a kill included.
_WRITTEN = (
    "experiment.json", "split.safetensors", "schema.json", "seal.json", "model.safetensors", "findings.json",
    "result.json", "history.parquet", "pictures.safetensors", "report.html", "trials.jsonl", "trials.parquet",
    "folds.json", "start.safetensors",
)  # fmt: skip
FOLDS = "folds.json"  # what came of cross-validation
TRIALS = "trials.jsonl"  # of a search, one after the other
# What a run killed before its record may leave.
_HARDLY_BEGUN = {LOCK, "experiment.json.part", "start.safetensors", "start.safetensors.part"}


class Place(NamedTuple):
    """A new run's directory."""

    run: Path
    made: tuple[Path, ...]  # the folders that were made for it, the innermost first


def new_run(name: str, out: Path | None, runs: Path) -> Place:
    """Make an empty run directory.

    Args:
        name: Of the data; the default directory is `<runs>/<name>-<n>` with the first free n.
        out: The directory the user wants; None for the default.
        runs: The folder of runs.

    Returns:
        The directory, and what was made for it.

    Raises:
        InputError: If it exists and is not empty, or cannot be made.
    """
    try:
        if out is not None:
            if out.exists() and not _vacant(out):
                a_run = (out / "experiment.json").is_file()
                way = f"Remove it first (thalweg runs delete {shlex.quote(str(out))}), or choose" if a_run else "Choose"
                raise InputError(f"{out} is there already. {way} another --out.")
            return _made(out, exist_ok=True)
        stem = re.sub(r"[^A-Za-z0-9._-]+", "-", name)[:100].strip("-.") or "run"
        for number in range(1, 1_000_000):
            place = runs / f"{stem}-{number}"
            if not place.exists():
                try:
                    return _made(place, exist_ok=False)
                except FileExistsError:
                    if not place.is_dir():
                        raise
                    continue  # another process was faster
        raise InputError(f"{runs} is full of runs called {stem}. Choose a name with --out.")
    except (OSError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(
            f"cannot make the run directory {out or runs}: {reason_of(error)}. Choose another --out."
        ) from None


@contextmanager
def claimed(place: Place) -> Iterator[None]:
    """Hold a new run's directory; what fails before the first checkpoint leaves nothing behind.

    Then its own files are taken away again, and the folders made for it if they are empty: what somebody else has
    put there stays, and so does a folder that was there before. With a checkpoint the run can be resumed.

    Args:
        place: From `new_run`.

    Yields:
        Nothing.

    Raises:
        InputError: If another process is at work in the directory or has been, or it cannot be written.
    """
    try:
        with locked(place.run):
            if not _vacant(place.run):
                raise InputError(f"another process has made a run in {place.run}. Choose another --out.")
            try:
                yield
            except InputError as error:
                if not resumable(place.run):
                    raise
                said = f"{error} What was trained so far is saved; go on with: thalweg resume {place.run}."
                raise InputError(said) from None
            finally:
                if not resumable(place.run):
                    _empty(place.run)
    finally:
        for folder in place.made:
            _try(folder.rmdir)


def has_checkpoint(run: Path) -> bool:
    """Say whether training of a run was ever saved."""
    return any((run / "checkpoint").glob("*.safetensors"))


def resumable(run: Path) -> bool:
    """Say whether there is something to go on from: a checkpoint, or trials of a search."""
    return has_checkpoint(run) or (run / TRIALS).is_file()


def clear_parts(run: Path) -> None:
    """Remove what a killed process left of files that it was writing."""
    for part in (*run.glob("*.part"), *(run / "checkpoint").glob("*.part"), *(run / "members").glob("*.part")):
        _try(part.unlink)


def list_runs(runs: Path) -> list[Path]:
    """Return the run directories directly below a folder, by name; none if the folder is missing.

    Args:
        runs: The folder.

    Returns:
        The directories.

    Raises:
        InputError: If the folder may not be looked into.
    """
    try:
        if not runs.is_dir():
            return []
        return sorted(place for place in runs.iterdir() if (place / "experiment.json").is_file())
    except OSError as error:
        raise InputError(f"cannot look into {runs}: {error.strerror or error}. Check its permissions.") from None


def delete_run(run: Path) -> None:
    """Remove a run directory, and nothing that is not one.

    Args:
        run: The run directory.

    Raises:
        InputError: If it is no run directory, another process is at work in it, or it cannot be removed.
    """
    read_record(run)
    with locked(run):
        try:
            shutil.rmtree(run)
        except OSError as error:
            raise InputError(f"cannot remove {run}: {error.strerror or error}.") from None


def _vacant(run: Path) -> bool:
    return run.is_dir() and {entry.name for entry in run.iterdir()} <= _HARDLY_BEGUN


def _empty(run: Path) -> None:
    for name in _WRITTEN:
        _try((run / name).unlink)
        _try((run / f"{name}.part").unlink)
    for part in (run / "checkpoint").glob("*.part"):
        _try(part.unlink)
    _try((run / "checkpoint").rmdir)
    _try((run / LOCK).unlink)


def _made(run: Path, *, exist_ok: bool) -> Place:
    missing = [folder for folder in (run, *run.parents) if not folder.exists()]
    made: list[Path] = []
    try:
        for folder in reversed(missing[1:]):
            folder.mkdir(exist_ok=True)
            made.insert(0, folder)
        run.mkdir(exist_ok=exist_ok)
    except OSError:
        for folder in made:
            _try(folder.rmdir)
        raise
    return Place(run, (run, *made) if run in missing else tuple(made))


def _try(removal: Callable[[], Any]) -> None:
    """Remove something if it can be: what is missing is gone, and what may not be removed must stay."""
    try:
        removal()
    except OSError:
        return
