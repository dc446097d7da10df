"""One process at a time in a run directory."""

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from thalweg.errors import InputError

LOCK = ".lock"


@contextmanager
def locked(run: Path) -> Iterator[None]:
    """Hold a run directory's lock; the system lets go of it even when the process is killed.

    Args:
        run: The run directory.

    Yields:
        Nothing.

    Raises:
        InputError: If another process holds it, or the folder may not be written.
    """
    # No link is followed and no pipe waited for: the directory may come from a stranger.
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        handle = os.open(run / LOCK, flags, 0o666)
    except OSError as error:
        raise InputError(
            f"cannot write in {run}: {error.strerror or error}. Check its permissions, or choose another place."
        ) from None
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise InputError(f"{run / LOCK} is no file, so the run cannot be locked. Remove it.")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if isinstance(error, BlockingIOError):
                said = f"another process is at work in {run}. Wait for it, or choose another --out."
            else:
                said = f"cannot lock {run}: {error.strerror or error}. Put runs on a disk of this machine with --out."
            raise InputError(said) from None
        yield
    finally:
        os.close(handle)
