"""What was seen inside a network, on disk: `pictures.safetensors`."""

from pathlib import Path
from typing import Any

import numpy as np

from thalweg.archive import load, save
from thalweg.errors import InputError
from thalweg.runs.inside import Inside, Mistakes
from thalweg.runs.typed import named
from thalweg.runs.worst_errors import MOST_PIXELS, MOST_SHOWN

NAME = "pictures.safetensors"


def write_pictures(run: Path, inside: Inside, identity: str) -> None:
    """Write the pictures of a run.

    Args:
        run: The run directory.
        inside: What was seen.
        identity: Of the run, so that another run's pictures are not taken for its own.

    Raises:
        InputError: If the file cannot be written.
    """
    arrays: dict[str, np.ndarray] = {}
    facts: dict[str, Any] = {"run": identity}
    if inside.mistakes is not None:
        arrays["mistakes"] = inside.mistakes.pictures
        told = inside.mistakes._asdict()
        del told["pictures"]
        facts["mistakes"] = {**told, "rows": [mistake._asdict() for mistake in inside.mistakes.rows]}
    save(run / NAME, arrays, facts)


def read_pictures(run: Path, identity: str) -> Inside | None:
    """Read what `write_pictures` wrote.

    Args:
        run: The run directory.
        identity: Of the run.

    Returns:
        What was seen; None where there is no such file.

    Raises:
        InputError: If the file is damaged, of another run, or holds what no run has written.
    """
    path = run / NAME
    if not path.exists():
        return None
    arrays, facts = load(path)
    try:
        if facts.get("run") != identity:
            raise ValueError("it is of another run")
        return Inside(_mistakes(facts, arrays, str(path)))
    except (LookupError, ValueError) as error:
        detail = f"no {error}" if isinstance(error, LookupError) else str(error)
        raise InputError(f"{path} does not hold this run's pictures ({detail}). Remove it, or restore it.") from None


def _mistakes(facts: dict[str, Any], arrays: dict[str, np.ndarray], where: str) -> Mistakes | None:
    if "mistakes" not in facts:
        return None
    pictures = _pictures(arrays["mistakes"], MOST_SHOWN, MOST_PIXELS)
    found = named(facts["mistakes"], Mistakes, f"{where}: mistakes", pictures=pictures)
    if len(found.rows) != len(pictures) or not len(pictures) <= found.wrong <= found.among:
        raise ValueError("mistakes that do not add up")
    return found


def _pictures(array: np.ndarray, most: int, pixels: int) -> np.ndarray:
    """Refuse what is no batch of at most so many pictures of at most so many pixels a side."""
    shape = array.shape
    fits = array.dtype == np.uint8 and len(shape) == 4 and shape[0] <= most and shape[3] in (1, 3)
    if not fits or not all(1 <= side <= pixels for side in shape[1:3]):
        raise ValueError(f"an array {array.dtype} {shape} for pictures")
    return array
