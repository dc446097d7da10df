"""Units and retrieved images out of a run's file of pictures."""

from typing import Any

import numpy as np

from thalweg.runs.inside import (
    MOST_ASKED,
    MOST_EXCITING,
    MOST_LAYERS,
    MOST_NEAREST,
    MOST_VIEWED,
    NEAREST_SIDE,
    PATCH_SIDE,
    Retrieval,
    Unit,
    Units,
)
from thalweg.runs.picture_arrays import pictures_in
from thalweg.runs.typed import named


def stored_units(facts: dict[str, Any], arrays: dict[str, np.ndarray], where: str) -> tuple[Units, ...]:
    """Return what excites the units of a run's network.

    Args:
        facts: Of the file.
        arrays: Of the file.
        where: The file, for messages.

    Returns:
        A view a layer; () where there are none.

    Raises:
        InputError: If an entry has another type than it should have.
        LookupError: If something is missing.
        ValueError: If what is there does not add up.
    """
    layers = facts.get("units", [])
    if not isinstance(layers, list) or len(layers) > MOST_LAYERS:
        raise ValueError("units of no list of layers")
    return tuple(_layer(layer, arrays, f"units.{k}", where) for k, layer in enumerate(layers))


def _layer(told: Any, arrays: dict[str, np.ndarray], path: str, where: str) -> Units:
    units = told["units"] if isinstance(told, dict) else ()
    if len(units) > MOST_VIEWED:
        raise ValueError("too many units")
    found = tuple(_unit(unit, arrays, f"{path}.units.{k}", where) for k, unit in enumerate(units))
    layer = named(told, Units, f"{where}: {path}", units=found)
    if not len(found) <= layer.among or not 0 <= layer.silent <= layer.among:
        raise ValueError("units that do not add up")
    return layer


def _unit(told: Any, arrays: dict[str, np.ndarray], path: str, where: str) -> Unit:
    patches = pictures_in(arrays[f"{path}.patches"], MOST_EXCITING, PATCH_SIDE)
    made = pictures_in(arrays[f"{path}.made"], 1, PATCH_SIDE) if f"{path}.made" in arrays else None
    unit = named(told, Unit, f"{where}: {path}", patches=patches, made=made)
    if not len(unit.rows) == len(unit.values) == len(patches) >= 1 or (made is not None and len(made) != 1):
        raise ValueError("a unit that does not add up")
    return unit


def stored_retrieval(facts: dict[str, Any], arrays: dict[str, np.ndarray], where: str) -> Retrieval | None:
    """Return the images that lie nearest to others.

    Args:
        facts: Of the file.
        arrays: Of the file.
        where: The file, for messages.

    Returns:
        What was retrieved; None where there is nothing.

    Raises:
        InputError: If an entry has another type than it should have.
        LookupError: If something is missing.
        ValueError: If what is there does not add up.
    """
    if "retrieval" not in facts:
        return None
    sizes = {"asked": MOST_ASKED} | dict.fromkeys(("learned_pictures", "plain_pictures"), MOST_ASKED * MOST_NEAREST)
    pictures = {name: pictures_in(arrays[f"retrieval.{name}"], most, NEAREST_SIDE) for name, most in sizes.items()}
    found = named(facts["retrieval"], Retrieval, f"{where}: retrieval", **pictures)
    for nearest, shown in ((found.learned, found.learned_pictures), (found.plain, found.plain_pictures)):
        counts = {len(near.rows) for near in nearest} | {len(near.classes) for near in nearest}
        if len(nearest) != len(found.asked) or len(counts) != 1 or len(shown) != len(nearest) * counts.pop():
            raise ValueError("retrieved images that do not add up")
    return found
