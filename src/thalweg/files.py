"""Files written whole or not at all."""

import os
from pathlib import Path

from thalweg.errors import InputError


def write_whole(path: Path, content: bytes) -> None:
    """Write `content` so that `path` holds either its old content or all of the new, whatever happens.

    Args:
        path: The file; its folder exists.
        content: Every byte of it.

    Raises:
        InputError: If the disk is full or the place may not be written; the old file stays, no part is left.
    """
    part = path.with_name(path.name + ".part")
    try:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        _remove(part)
        raise InputError(
            f"cannot write {path}: {error.strerror or error}. Free some space or choose another place."
        ) from None


def read_limited(path: Path, limit: int) -> bytes:
    """Read a file of at most `limit` bytes.

    Args:
        path: The file.
        limit: Most bytes to accept.

    Returns:
        Its content.

    Raises:
        InputError: If it is missing, cannot be read, or is larger.
    """
    try:
        size = path.stat().st_size
        if size > limit:
            raise InputError(f"{path} has {size:,} bytes; at most {limit:,} are read here.")
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}.") from None


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove(part: Path) -> None:
    try:
        part.unlink(missing_ok=True)
    except OSError:
        return  # the same full or denied disk; the .part name tells what it is
