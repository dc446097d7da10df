"""Unpacked images kept in files, so that the next command maps them instead of unpacking the same files again.

An entry is one file, written whole or not at all: the pixels as they lie in memory, a text in JSON that says what they
are, the length of that text in 8 bytes, and the SHA-256 of all before in 32. The folder may be deleted at any time.
"""

import errno
import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np

VARIABLE = "THALWEG_IMAGE_CACHE"
MOST = 20 * 2**30  # bytes of all entries together
_ENTRY, _PART = ".images", ".part"
_TAIL = 8 + 32  # bytes behind the text
_CHUNK = 2**22
_OLD = 24 * 3600  # seconds after which an unfinished file is nobody's


class Filled(NamedTuple):
    """What was written into an entry."""

    rows: list[int]  # those that hold an image
    facts: dict[str, Any]  # JSON values to keep beside them
    lasting: bool  # whether to keep any of it


class Entry(NamedTuple):
    """Kept images."""

    pixels: np.ndarray  # (n, height, width, channels) uint8, mapped, read-only
    facts: Mapping[str, Any]  # JSON values, "shape" among them


def cache_folder() -> Path | None:
    """Return the folder of kept images, there or not; None if they are not to be kept.

    It is the one that the variable THALWEG_IMAGE_CACHE names, none if that is "off"; else thalweg/images in the
    user's cache folder.
    """
    chosen = os.environ.get(VARIABLE)
    if chosen is not None:
        return None if chosen.lower() in ("", "off") else Path(chosen)
    usual = os.environ.get("XDG_CACHE_HOME", "")
    try:
        return (Path(usual) if Path(usual).is_absolute() else Path.home() / ".cache") / "thalweg" / "images"
    except RuntimeError:  # nobody knows the user's home
        return None


def recall(folder: Path, key: str) -> Entry | None:
    """Return an entry; None if there is none or it is damaged, which removes it.

    Args:
        folder: Of kept images.
        key: Of the entry.

    Returns:
        The entry, every byte of which was held against its digest.
    """
    path = folder / f"{key}{_ENTRY}"
    try:
        if not path.is_file():
            return None
        with path.open("rb") as file:
            entry = _read(file)
        if entry is None:
            path.unlink()
            return None
        os.utime(path)  # used now: the one that was not used for longest goes first
    except OSError:
        return None
    return entry


def keep(
    folder: Path,
    key: str,
    rows: int,
    shape: tuple[int, int, int],
    fill: Callable[[Callable[[int, np.ndarray], None]], Filled],
) -> np.ndarray:
    """Write an entry and map it.

    Args:
        folder: Of kept images; made if it is not there.
        key: Of the entry.
        rows: Images at most.
        shape: Height, width and channels of each.
        fill: Gets a function that takes a row and its pixels, from any thread, and calls it for each image.

    Returns:
        (n, height, width, channels) uint8, mapped, read-only: the rows that hold an image. Where they are not to be
        kept, nothing but this array holds on to them.

    Raises:
        OSError: If the folder cannot be written or has not twice the space; no part is left.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    step = int(np.prod(shape))
    if 2 * rows * step > shutil.disk_usage(folder).free:  # runs need some, too
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    descriptor, name = tempfile.mkstemp(suffix=_PART, dir=folder)
    part = Path(name)
    try:
        with os.fdopen(descriptor, "r+b", buffering=0) as file:
            # Written, not stored into a map: where the disk is full that would end the process.
            good, facts, lasting = fill(lambda row, image: _write(descriptor, image.tobytes(), row * step))
            for place, row in enumerate(good):
                if place != row:
                    _write(descriptor, os.pread(descriptor, step, row * step), place * step)
            file.truncate(len(good) * step)
            text = json.dumps({**facts, "shape": [len(good), *shape]}).encode()
            _write(descriptor, text + len(text).to_bytes(8), len(good) * step)
            _write(descriptor, _digest(file, len(good) * step + len(text) + 8), len(good) * step + len(text) + 8)
            pixels = _mapped(file, (len(good), *shape))
        if lasting and good:
            part.replace(folder / f"{key}{_ENTRY}")
            _bound(folder, f"{key}{_ENTRY}")
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return pixels


def _read(file: BinaryIO) -> Entry | None:
    """Return a whole entry, or None."""
    size = os.fstat(file.fileno()).st_size
    if size < _TAIL:
        return None
    file.seek(size - _TAIL)
    length = int.from_bytes(file.read(8))
    digest = file.read(32)
    if length > size - _TAIL or _digest(file, size - 32) != digest:
        return None
    file.seek(size - _TAIL - length)
    facts = json.loads(file.read(length))
    shape = tuple(facts["shape"])
    return Entry(_mapped(file, shape), facts) if int(np.prod(shape)) == size - _TAIL - length else None


def _mapped(file: BinaryIO, shape: tuple[int, ...]) -> np.ndarray:
    if shape[0] == 0:
        return np.empty(shape, np.uint8)  # nothing cannot be mapped
    return np.asarray(np.memmap(file, np.uint8, "r", shape=shape))


def _digest(file: BinaryIO, length: int) -> bytes:
    """Return the digest of a file's first bytes."""
    file.seek(0)
    digest = hashlib.sha256()
    while length > 0 and (chunk := file.read(min(length, _CHUNK))):
        digest.update(chunk)
        length -= len(chunk)
    return digest.digest()


def _write(descriptor: int, content: bytes, place: int) -> None:
    while content:
        written = os.pwrite(descriptor, content, place)
        content, place = content[written:], place + written


def _bound(folder: Path, newest: str) -> None:
    """Remove what was not used for longest until all together is small enough, and what killed processes left."""
    with suppress(OSError):
        seen = [(path, path.stat()) for path in folder.iterdir() if path.suffix in (_ENTRY, _PART)]
        for path, found in seen:
            if path.suffix == _PART and found.st_mtime < time.time() - _OLD:
                path.unlink(missing_ok=True)
        entries = sorted((found.st_mtime, found.st_size, path) for path, found in seen if path.suffix == _ENTRY)
        total = sum(size for _, size, _ in entries)
        for _, size, path in entries:
            if total > MOST and path.name != newest:
                path.unlink(missing_ok=True)
                total -= size
