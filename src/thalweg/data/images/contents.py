"""What image files hold, as one key: the same files, asked for in the same way, have the same key.

Names and times are no part of it, so a copied or renamed folder has the key of the first, and a changed file another.
"""

import hashlib
import os
import stat
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from PIL import ImageFile, __version__, features

from thalweg.data.images.decode import RULE
from thalweg.files import reason_of

_DECODERS = ("jpg", "webp", "libtiff", "zlib")


class Contents(NamedTuple):
    """What files held when they were looked at."""

    key: str  # hexadecimal SHA-256
    unread: tuple[bool, ...]  # which could not be read
    states: tuple[tuple[int, ...], ...]  # of each what tells a later change of it


def look_at(files: Sequence[Path], wanted: str) -> Contents:
    """Read files to their ends, several at a time.

    Args:
        files: In an order that is part of the key.
        wanted: What is asked of them.

    Returns:
        The key of their contents and of all that turns them into pixels; a file that cannot be read counts as the
        reason why.
    """
    with ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as pool:
        found = [one for start in range(0, len(files), 1024) for one in pool.map(_digest, files[start : start + 1024])]
    decoders = [features.version(name) for name in _DECODERS]
    digest = hashlib.sha256(repr((RULE, __version__, decoders, ImageFile.LOAD_TRUNCATED_IMAGES, wanted)).encode())
    for content, _ in found:
        digest.update(content)
    return Contents(digest.hexdigest(), tuple(not state for _, state in found), tuple(state for _, state in found))


def are_unchanged(files: Sequence[Path], contents: Contents) -> bool:
    """Say whether files still are what they were when they were looked at, by their sizes and times."""
    return all(_state(file) == state for file, state in zip(files, contents.states, strict=True) if state)


def _digest(file: Path) -> tuple[bytes, tuple[int, ...]]:
    state = _state(file)
    try:
        if not state:
            file.stat()
            return b"no file".ljust(32), ()
        with file.open("rb") as content:
            return hashlib.file_digest(content, "sha256").digest(), state
    except (OSError, ValueError) as error:
        return hashlib.sha256(f"unread: {reason_of(error)}".encode()).digest(), ()


def _state(file: Path) -> tuple[int, ...]:
    """Return what changes when a file is written; () for what is no file, such as a pipe, which would never end."""
    try:
        found = file.stat()
    except (OSError, ValueError):
        return ()
    return (found.st_ino, found.st_size, found.st_mtime_ns) if stat.S_ISREG(found.st_mode) else ()
