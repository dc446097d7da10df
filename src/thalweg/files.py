"""Files written whole or not at all, and files read that somebody else may have put there."""

import errno
import os
import stat
from pathlib import Path

from thalweg.errors import InputError


def write_whole(path: Path, content: bytes) -> None:
    """Write `content` so that `path` holds either its old content or all of the new, whatever happens.

    Args:
        path: The file; its folder exists. A link in its place is replaced, not followed.
        content: Every byte of it.

    Raises:
        InputError: If the disk is full, or the place is a folder, in no folder or may not be written; the old
            file stays, no part is left.
    """
    if not path.name:
        raise InputError(f"cannot write {path}: it names no file. Choose another place.")
    part = path.with_name(f"{path.name}.part")
    try:
        part.unlink(missing_ok=True)  # left by a killed process
        with part.open("xb") as file:  # x: a link that somebody put there is not followed
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        _sync_folder(path.parent)
    except (OSError, ValueError) as error:
        raise InputError(f"cannot write {path}: {reason_of(error)}. {_advice(error)} another place.") from None
    finally:
        _remove(part)


def read_limited(path: Path, limit: int) -> bytes:
    """Read a regular file of at most `limit` bytes.

    Args:
        path: The file.
        limit: Most bytes to accept.

    Returns:
        Its content.

    Raises:
        InputError: If it is missing, cannot be read, is larger, or is no regular file: a pipe would wait and a
            device would never end.
    """
    try:
        found = path.stat()
        usable = stat.S_ISREG(found.st_mode) and found.st_size <= limit
        content = _read(path, found.st_size) if usable else b""
    except (OSError, ValueError) as error:
        raise InputError(f"cannot read {path}: {reason_of(error)}. Check its name and its permissions.") from None
    if not stat.S_ISREG(found.st_mode):
        raise InputError(f"cannot read {path}: it is a folder or a device. Name a file.")
    if found.st_size > limit:
        raise InputError(f"{path} has {found.st_size:,} bytes; at most {limit:,} are read here. Use a smaller file.")
    return content


def make_folder(folder: Path) -> None:
    """Make a folder, in one that is there; nothing is done where it is there already.

    Args:
        folder: The folder.

    Raises:
        InputError: If it cannot be made.
    """
    try:
        folder.mkdir(exist_ok=True)
    except (OSError, ValueError) as error:
        raise InputError(f"cannot make {folder}: {reason_of(error)}. Choose another place.") from None


def reason_of(error: OSError | ValueError) -> str:
    """Say why a place cannot be used, in words that are the same under every Python.

    Args:
        error: What opening, making or looking at it raised; a ValueError is about its name.

    Returns:
        The system's words, or that no file can have the name.

    Example:
        >>> reason_of(ValueError("embedded null byte"))
        'no file can have this name'
    """
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return "no file can have this name"


def _advice(error: OSError | ValueError) -> str:
    """Say what to do about a place that cannot be written, in front of "another place"."""
    number = error.errno if isinstance(error, OSError) else None
    if number in (errno.ENOSPC, errno.EDQUOT):
        return "Free some space or choose"
    if number == errno.ENOENT:
        return "Make its folder first, or choose"
    return "Name a file in it, or choose" if number == errno.EISDIR else "Choose"


def _read(path: Path, size: int) -> bytes:
    with path.open("rb") as file:
        return file.read(size)  # no more than was seen, should it grow meanwhile


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove(part: Path) -> None:
    try:
        part.unlink(missing_ok=True)
    except (OSError, ValueError):
        return  # the same full or denied disk; the .part name tells what it is
