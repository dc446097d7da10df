"""Where runs live: names, new directories, the runs of a folder."""

import re
import shutil
from pathlib import Path

from thalweg.errors import InputError
from thalweg.runs.lock import locked
from thalweg.runs.record import read_record


def new_run(name: str, out: Path | None, runs: Path) -> Path:
    """Make an empty run directory.

    Args:
        name: Of the data; the default directory is `<runs>/<name>-<n>` with the first free n.
        out: The directory the user wants; None for the default.
        runs: The folder of runs.

    Returns:
        The directory, made.

    Raises:
        InputError: If it exists and is not empty, or cannot be made.
    """
    try:
        if out is not None:
            if out.exists() and (not out.is_dir() or any(out.iterdir())):
                raise InputError(
                    f"{out} is there already. Choose another --out, or remove it first: thalweg runs delete {out}."
                )
            out.mkdir(parents=True, exist_ok=True)
            return out
        stem = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.") or "run"
        for number in range(1, 1_000_000):
            place = runs / f"{stem}-{number}"
            if not place.exists():
                place.mkdir(parents=True)
                return place
        raise InputError(f"{runs} is full of runs called {stem}. Choose a name with --out.")
    except OSError as error:
        raise InputError(f"cannot make a run directory: {error.strerror or error} ({error.filename}).") from None


def list_runs(runs: Path) -> list[Path]:
    """Return the run directories directly below a folder, by name; none if the folder is missing."""
    if not runs.is_dir():
        return []
    return sorted(place for place in runs.iterdir() if (place / "experiment.json").is_file())


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
