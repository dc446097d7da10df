"""Many image files as pixels of one size, several at a time, each handed on as soon as it is there."""

import os
import warnings
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path
from threading import Lock

import numpy as np

from thalweg.data.images.decode import Header, Refusal, decode

Put = Callable[[int, np.ndarray], None]  # takes a row and its pixels (height, width, channels); called by threads
_LARGE = 2**24  # pixels; of larger images one is unpacked at a time, for each can take a gigabyte meanwhile
_BLOCK = 64  # files that a thread takes at once


def unpack(
    files: Sequence[Path], headers: Sequence[Header], shape: tuple[int, int, int], put: Put
) -> Mapping[int, Refusal]:
    """Unpack image files.

    Args:
        files: Those whose headers were found good.
        headers: Theirs.
        shape: Height, width and channels of the result, for each.
        put: Takes the pixels of each row; what it raises ends all.

    Returns:
        The rows whose files could not be unpacked.
    """
    height, width, channels = shape
    large = Lock()

    def one(row: int) -> Refusal | None:
        with large if headers[row].height * headers[row].width > _LARGE else nullcontext():
            found = decode(files[row], height, width, grey=channels == 1)
        if isinstance(found, Refusal):
            return found
        put(row, found)
        return None

    def block(start: int) -> list[Refusal | None]:
        return [one(row) for row in range(start, min(start + _BLOCK, len(files)))]

    # Decoders warn of what they mend; set for all threads at once, for the setting is not one thread's own.
    with warnings.catch_warnings(action="ignore"), ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as pool:
        refused = [found for blocks in pool.map(block, range(0, len(files), _BLOCK)) for found in blocks]
    return {row: found for row, found in enumerate(refused) if found is not None}


def unpack_in_memory(
    files: Sequence[Path], headers: Sequence[Header], shape: tuple[int, int, int]
) -> tuple[np.ndarray, Mapping[int, Refusal]]:
    """Unpack image files into an array.

    Args:
        files: Those whose headers were found good.
        headers: Theirs.
        shape: Height, width and channels of the result, for each.

    Returns:
        (pixels (n, height, width, channels) uint8 of the n that could be unpacked, the rows that could not).
    """
    pixels = np.empty((len(files), *shape), np.uint8)
    refused = unpack(files, headers, shape, pixels.__setitem__)
    good = [row for row in range(len(files)) if row not in refused]
    for place, row in enumerate(good):  # moved up one by one: a second array of all would take as much again
        if place != row:
            pixels[place] = pixels[row]
    return pixels[: len(good)], refused
