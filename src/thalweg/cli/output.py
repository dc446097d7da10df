"""Where an output may be written: over an older output, and over nothing that would be missed."""

import stat
from pathlib import Path

from thalweg.data.seal import LEDGER
from thalweg.errors import InputError


def place_of_output(out: Path, new: Path) -> Path:
    """Return the file that an output goes to; an older file there will be replaced.

    Args:
        out: As the user gave it. A link is followed, as a shell does.
        new: The input, a file or a folder; or the name of a built-in set.

    Returns:
        `out`, or what the link leads to.

    Raises:
        InputError: If that is a device or a pipe, the input, a file of a run, or the ledger of a folder of runs.
    """
    try:
        place = out.resolve() if out.is_symlink() else out
        folder = place.absolute().parent.resolve()
        found = place.lstat() if place.exists() else None
        taken = found is not None and new.exists() and place.samefile(new)
        inside = new.is_dir() and folder.is_relative_to(new.resolve())
    except (OSError, RuntimeError, ValueError):  # a ring of links, a name that no file can have
        return out  # the writer says why it cannot
    if found is not None and not (stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)):
        raise InputError(
            f"-o {out} is a device or a pipe, which would be replaced by a file. Choose a file, or leave out -o for "
            "standard output."
        )
    if taken and not inside:
        raise InputError(f"-o {out} is the file with the new rows, which would be lost. Choose another name.")
    if inside:
        raise InputError(f"-o {out} lies in the folder with the new rows. Choose another place.")
    if _is_run(folder) or (folder.name == "checkpoint" and _is_run(folder.parent)):
        raise InputError(
            f"-o {out} lies in a run directory, whose files are not to be written over. Choose another place."
        )
    if place.name in (LEDGER, f".{LEDGER}.lock"):
        raise InputError(f"-o {out} has the name of the file that counts openings of test parts. Choose another name.")
    return place


def _is_run(folder: Path) -> bool:
    return (folder / "experiment.json").exists()
