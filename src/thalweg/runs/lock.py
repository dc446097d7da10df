"""One process at a time in a run directory."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from thalweg.errors import InputError


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
    try:
        file = (run / ".lock").open("ab")
    except OSError as error:
        raise InputError(
            f"cannot write in {run}: {error.strerror or error}. Choose another place with --out."
        ) from None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InputError(f"another process is at work in {run}. Wait for it, or choose another --out.") from None
        yield
