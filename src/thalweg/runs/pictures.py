"""What was seen inside a network, on disk: `pictures.safetensors`."""

from pathlib import Path
from typing import Any

import numpy as np

from thalweg.archive import load, save
from thalweg.errors import InputError
from thalweg.runs.inside import (
    MAP_SIDE,
    MISTAKE_SIDE,
    MOST_DRAWS,
    MOST_LAYERS,
    MOST_MAPS,
    MOST_MISTAKES,
    MOST_SHEET,
    MOST_UNITS,
    SHEET_SIDE,
    UNIT_SIDE,
    Example,
    FirstLayer,
    Inside,
    Maps,
    Mistakes,
    Sheet,
)
from thalweg.runs.picture_arrays import pictures_in
from thalweg.runs.stored_units import stored_retrieval, stored_units
from thalweg.runs.typed import named

NAME = "pictures.safetensors"
_OF_MAPS = (MOST_MAPS, MAP_SIDE)


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
    facts = {name: _told(part, name, arrays) for name, part in inside._asdict().items() if part}
    save(run / NAME, arrays, {"run": identity, **facts})


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
        told = (facts, arrays, str(path))
        seen = (_mistakes(*told), _first(*told), _example(*told), _sheet(*told))
        return Inside(*seen, stored_units(*told), stored_retrieval(*told))
    except (LookupError, TypeError, ValueError) as error:
        detail = f"no {error}" if isinstance(error, LookupError) else str(error)
        raise InputError(f"{path} does not hold this run's pictures ({detail}). Remove it, or restore it.") from None


def _mistakes(facts: dict[str, Any], arrays: dict[str, np.ndarray], where: str) -> Mistakes | None:
    if "mistakes" not in facts:
        return None
    pictures = pictures_in(arrays["mistakes.pictures"], MOST_MISTAKES, MISTAKE_SIDE)
    found = named(facts["mistakes"], Mistakes, f"{where}: mistakes", pictures=pictures)
    if len(found.rows) != len(pictures) or not len(pictures) <= found.wrong <= found.among:
        raise ValueError("mistakes that do not add up")
    return found


def _first(facts: dict[str, Any], arrays: dict[str, np.ndarray], where: str) -> FirstLayer | None:
    if "first" not in facts:
        return None
    pictures = pictures_in(arrays["first.pictures"], MOST_UNITS, UNIT_SIDE)
    found = named(facts["first"], FirstLayer, f"{where}: first", pictures=pictures)
    if not 1 <= len(pictures) <= found.among or len(found.classes) not in (0, len(pictures)):
        raise ValueError("a first layer that does not add up")
    return found


def _example(facts: dict[str, Any], arrays: dict[str, np.ndarray], where: str) -> Example | None:
    if "example" not in facts:
        return None
    told, where, path = facts["example"], f"{where}: example", "example.maps"
    image, saliency = (pictures_in(arrays[f"example.{name}"], 1, MISTAKE_SIDE) for name in ("image", "saliency"))
    cam = pictures_in(arrays["example.grad_cam"], 1, MISTAKE_SIDE) if "example.grad_cam" in arrays else None
    maps = tuple(
        named(of_layer, Maps, f"{where}.maps.{k}", pictures=pictures_in(arrays[f"{path}.{k}.pictures"], *_OF_MAPS))
        for k, of_layer in enumerate(told["maps"] if isinstance(told, dict) else ())
    )
    found = named(told, Example, where, image=image, saliency=saliency, grad_cam=cam, maps=maps)
    single = [picture for picture in (image, saliency, cam) if picture is not None]
    fits = all(len(picture) == 1 for picture in single) and all(p.shape[3] == 1 for p in single[1:])
    if not fits or len(maps) > min(found.map_layers, MOST_LAYERS):
        raise ValueError("an example that does not add up")
    if not all(1 <= len(m.pictures) <= m.among and m.pictures.shape[3] == 1 and m.silent <= m.among for m in maps):
        raise ValueError("maps that do not add up")
    return found


def _sheet(facts: dict[str, Any], arrays: dict[str, np.ndarray], where: str) -> Sheet | None:
    if "sheet" not in facts:
        return None
    pictures = pictures_in(arrays["sheet.pictures"], MOST_SHEET, SHEET_SIDE)
    draws = pictures_in(arrays["sheet.draws"], MOST_SHEET * MOST_DRAWS, SHEET_SIDE)
    found = named(facts["sheet"], Sheet, f"{where}: sheet", pictures=pictures, draws=draws)
    each = 1 <= len(pictures) == len(found.rows) <= found.among and len(draws) % len(pictures) == 0
    if not each or not 1 <= len(draws) // len(pictures) <= MOST_DRAWS:
        raise ValueError("a contact sheet that does not add up")
    return found


def _told(value: Any, path: str, arrays: dict[str, np.ndarray]) -> Any:
    """Return what JSON can hold of a value, and put its arrays among the others."""
    if isinstance(value, np.ndarray):
        arrays[path] = value
        return None
    if hasattr(value, "_asdict"):
        return {name: _told(item, f"{path}.{name}", arrays) for name, item in value._asdict().items()}
    return [_told(item, f"{path}.{k}", arrays) for k, item in enumerate(value)] if isinstance(value, tuple) else value
