"""What was seen inside a network, on disk: `pictures.safetensors`."""

from pathlib import Path
from typing import Any

import numpy as np

from thalweg.archive import load, save
from thalweg.errors import InputError
from thalweg.runs.inside import (
    MISTAKE_SIDE,
    MOST_MISTAKES,
    MOST_UNITS,
    UNIT_SIDE,
    FirstLayer,
    Inside,
    Mistakes,
)
from thalweg.runs.typed import named

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
    for name, part in inside._asdict().items():
        if part is not None:
            arrays[name] = part.pictures
            facts[name] = {field: _plain(value) for field, value in part._asdict().items() if field != "pictures"}
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
        return Inside(_mistakes(facts, arrays, str(path)), _first(facts, arrays, str(path)))
    except (LookupError, ValueError) as error:
        detail = f"no {error}" if isinstance(error, LookupError) else str(error)
        raise InputError(f"{path} does not hold this run's pictures ({detail}). Remove it, or restore it.") from None


def _mistakes(facts: dict[str, Any], arrays: dict[str, np.ndarray], where: str) -> Mistakes | None:
    if "mistakes" not in facts:
        return None
    pictures = _pictures(arrays["mistakes"], MOST_MISTAKES, MISTAKE_SIDE)
    found = named(facts["mistakes"], Mistakes, f"{where}: mistakes", pictures=pictures)
    if len(found.rows) != len(pictures) or not len(pictures) <= found.wrong <= found.among:
        raise ValueError("mistakes that do not add up")
    return found


def _first(facts: dict[str, Any], arrays: dict[str, np.ndarray], where: str) -> FirstLayer | None:
    if "first" not in facts:
        return None
    pictures = _pictures(arrays["first"], MOST_UNITS, UNIT_SIDE)
    found = named(facts["first"], FirstLayer, f"{where}: first", pictures=pictures)
    if not 1 <= len(pictures) <= found.among or len(found.classes) not in (0, len(pictures)):
        raise ValueError("a first layer that does not add up")
    return found


def _plain(value: Any) -> Any:
    if hasattr(value, "_asdict"):
        return {name: _plain(item) for name, item in value._asdict().items()}
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def _pictures(array: np.ndarray, most: int, pixels: int) -> np.ndarray:
    """Refuse what is no batch of at most so many pictures of at most so many pixels a side."""
    shape = array.shape
    fits = array.dtype == np.uint8 and len(shape) == 4 and shape[0] <= most and shape[3] in (1, 3)
    if not fits or not all(1 <= side <= pixels for side in shape[1:3]):
        raise ValueError(f"an array {array.dtype} {shape} for pictures")
    return array
