"""What a feature map learns from the training rows: nothing but the form of an example."""

from typing import Any, NamedTuple

import numpy as np

from thalweg.data.source import Remark
from thalweg.errors import InputError, shown


class MapFit(NamedTuple):
    """What a feature map knows of the examples it was fitted to."""

    shape: tuple[int, ...]  # of one example
    names: tuple[str, ...] = ()  # of the outputs; not kept in files
    remarks: tuple[Remark, ...] = ()


def pack(fitted: MapFit) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """Return no arrays, and the shape as a fact, for a file."""
    return {}, {"shape": list(fitted.shape)}


def unpack(arrays: dict[str, np.ndarray], facts: dict[str, Any]) -> MapFit:
    """Return what `pack` was given, without its names.

    Args:
        arrays: Not needed; every preprocessing is unpacked by the same call.
        facts: What `pack` gave.

    Returns:
        The shape.

    Raises:
        InputError: If it is missing, or none.
    """
    shape = facts.get("shape")
    if not isinstance(shape, list) or not shape or not all(type(size) is int and size > 0 for size in shape):
        raise InputError(f"a fitted feature map needs the shape of an example; got {shown(shape)}. Train the run anew.")
    return MapFit(tuple(shape))
