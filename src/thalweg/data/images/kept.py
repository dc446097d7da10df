"""Unpacked images from where they were kept, or unpacked now and kept."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from thalweg.data.images.cache import Entry, Filled, cache_folder, keep, recall
from thalweg.data.images.contents import Contents, are_unchanged, look_at
from thalweg.data.images.decode import Header, Refusal, read_header
from thalweg.data.images.unpack import Put, unpack, unpack_in_memory
from thalweg.files import reason_of

# Fewer and smaller files are unpacked in about half a second, which is not worth the space.
MANY = 1000  # files
MUCH = 16 * 2**20  # bytes of them all
Shape = tuple[int, int, int]  # height, width, channels


class Unpacked(NamedTuple):
    """Image files at one size."""

    pixels: np.ndarray  # (n, height, width, channels) uint8 of the n usable files
    headers: Sequence[Header | Refusal]  # of every file
    bad: Mapping[int, str]  # why each other file cannot be used
    unkept: str = ""  # the folder that they could not be kept in, and why not


def unpacked(files: Sequence[Path], request: str, settle: Callable[[Sequence[Header | Refusal]], Shape]) -> Unpacked:
    """Return what image files hold, as it was kept or as it is.

    Args:
        files: The files.
        request: What is asked for, in words; the same words and the same contents give the same pixels.
        settle: Gives height, width and channels of the result from the headers of all files; may raise.

    Returns:
        The images, the same bits either way.
    """
    folder = cache_folder() if _are_worth_it(files) else None
    if folder is None:
        return _in_memory(files, settle)
    contents = look_at(files, request)
    entry = recall(folder, contents.key)
    if entry is not None:
        return _as_kept(entry)
    headers = [read_header(file) for file in files]
    shape = settle(headers)
    try:
        return _kept(folder, contents, files, headers, shape)
    except OSError as error:
        return _in_memory(files, lambda _: shape, headers)._replace(unkept=f"{folder} ({reason_of(error)})")


def _are_worth_it(files: Sequence[Path]) -> bool:
    if len(files) >= MANY:
        return True
    try:
        return sum(file.stat().st_size for file in files) >= MUCH
    except (OSError, ValueError):  # said of that file when it is opened
        return False


def _in_memory(
    files: Sequence[Path],
    settle: Callable[[Sequence[Header | Refusal]], Shape],
    headers: Sequence[Header | Refusal] | None = None,
) -> Unpacked:
    headers = [read_header(file) for file in files] if headers is None else headers
    shape = settle(headers)
    places = _usable(headers)
    pixels, refused = unpack_in_memory([files[k] for k in places], _good(headers), shape)
    return Unpacked(pixels, headers, _bad(headers, places, refused))


def _kept(
    folder: Path, contents: Contents, files: Sequence[Path], headers: Sequence[Header | Refusal], shape: Shape
) -> Unpacked:
    places, bad = _usable(headers), {}

    def fill(put: Put) -> Filled:
        refused = unpack([files[k] for k in places], _good(headers), shape, put)
        bad.update(_bad(headers, places, refused))
        # What could not be read is part of the key as such; a failure that came or went since is not.
        passing = [isinstance(header, Refusal) and not header.lasting for header in headers]
        lasting = passing == [*contents.unread] and all(one.lasting for one in refused.values())
        facts = {"headers": [_plain(header) for header in headers], "bad": [*bad.items()]}
        rows = [row for row in range(len(places)) if row not in refused]
        return Filled(rows, facts, lasting and are_unchanged(files, contents))

    pixels = keep(folder, contents.key, len(places), shape, fill)
    return Unpacked(pixels, headers, bad)


def _as_kept(entry: Entry) -> Unpacked:
    headers = [Header(*told) if isinstance(told, list) else Refusal(told) for told in entry.facts["headers"]]
    return Unpacked(entry.pixels, headers, {place: why for place, why in entry.facts["bad"]})


def _plain(header: Header | Refusal) -> Any:
    return header.why if isinstance(header, Refusal) else [*header]


def _usable(headers: Sequence[Header | Refusal]) -> list[int]:
    return [k for k, header in enumerate(headers) if isinstance(header, Header)]


def _good(headers: Sequence[Header | Refusal]) -> list[Header]:
    return [header for header in headers if isinstance(header, Header)]


def _bad(headers: Sequence[Header | Refusal], places: Sequence[int], refused: Mapping[int, Refusal]) -> dict[int, str]:
    early = {k: header.why for k, header in enumerate(headers) if isinstance(header, Refusal)}
    return early | {places[row]: one.why for row, one in refused.items()}
