"""Which event files in a folder are those of one run."""

from pathlib import Path

from thalweg.errors import InputError
from thalweg.files import reason_of
from thalweg.traces.names import is_part

MARK = "tfevents"
MOST_FILES = 1000
DEEPEST = 3  # of folders in folders


def event_files(folder: Path) -> list[tuple[str, Path]]:
    """Return the event files of the run that a folder holds.

    Args:
        folder: The folder. Of those in it, those that are named for a part of the data, such as train and validation,
            belong to its run. Where it holds nothing but one folder with a run, that one is taken.

    Returns:
        (folder's name or "", file), by name, which begins with the time; [] where there are none.

    Raises:
        InputError: If there are several runs, more than 1,000 files, or the folder cannot be read.
    """
    return _found(folder, DEEPEST)


def _found(folder: Path, depth: int) -> list[tuple[str, Path]]:
    own, below = _listed(folder)
    found = [("", file) for file in own]
    found += [(inner.name, file) for inner in below if is_part(inner.name) for file in _listed(inner)[0]]
    if len(found) > MOST_FILES:
        raise InputError(
            f"{folder} holds {len(found):,} event files; at most {MOST_FILES:,} are read. Name one of them."
        )
    if found:
        return found
    runs = [inner for inner in below if _holds_events(inner, depth - 1)]
    if len(runs) > 1:
        names = ", ".join(run.name for run in runs[:10]) + (f" and {len(runs) - 10:,} more" if len(runs) > 10 else "")
        raise InputError(f"{folder} holds several runs: {names}. Name one, such as {runs[0]}.")
    return _found(runs[0], depth - 1) if runs else []


def _holds_events(folder: Path, depth: int) -> bool:
    own, below = _listed(folder)
    return bool(own) or (depth > 0 and any(_holds_events(inner, depth - 1) for inner in below))


def _listed(folder: Path) -> tuple[list[Path], list[Path]]:
    """Return (event files, folders), both by name."""
    try:
        inside = sorted(folder.iterdir())
        files = [path for path in inside if MARK in path.name and path.is_file()]
        return files, [path for path in inside if path.is_dir()]
    except (OSError, ValueError) as error:
        raise InputError(f"cannot read {folder}: {reason_of(error)}. Check its name and its permissions.") from None
