"""The trials of a search on disk: one line each, appended as they end, by whoever holds the run's lock."""

import json
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from thalweg.errors import InputError
from thalweg.files import read_limited, reason_of
from thalweg.runs.typed import named, writable
from thalweg.search.record import Proposal, TrialRecord

LIMIT = 2**30  # bytes of the file
FORMAT = 1


def read_trials(path: Path, identity: str) -> tuple[TrialRecord, ...]:
    """Read the trials that were kept.

    A last line that was cut short, by a kill or a full disk, is left out: its trial is trained again.

    Args:
        path: The file; one that is missing holds none.
        identity: Of the run.

    Returns:
        The trials in the order in which they ended.

    Raises:
        InputError: If the file cannot be read, is damaged before its last line, is of another run, or holds a trial
            twice.
    """
    if not path.exists():
        return ()
    *lines, last = read_limited(path, LIMIT).split(b"\n")
    del last  # what comes behind the last end of a line was never finished
    if not lines:
        return ()
    head = _plain(lines[0], f"{path}, line 1")
    if head != {"format": FORMAT, "run": identity}:
        raise InputError(f"{path} holds the trials of another run. Restore the file, or search anew.")
    records = [_record(_plain(line, f"{path}, line {k}"), f"{path}, line {k}") for k, line in enumerate(lines[1:], 2)]
    counted = Counter(record.number for record in records)
    twice = next((number for number, times in counted.items() if times > 1), None)
    if twice is not None:
        raise InputError(f"{path} holds trial {twice} twice. Restore the file, or search anew.")
    return tuple(records)


@contextmanager
def appending(path: Path, identity: str) -> Iterator[Any]:
    """Open the log to append trials; each is on the disk when the call returns.

    Args:
        path: The file; it is made if it is missing, and what is left of a line that was cut short is cut off.
        identity: Of the run.

    Yields:
        A function of a record, which appends it.

    Raises:
        InputError: If the file cannot be written: the disk is full, or the folder is gone or may not be written to.
    """
    try:
        # No link is followed: the directory may come from a stranger.
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
    except (OSError, ValueError) as error:
        raise _cannot(path, error) from None
    try:
        _begin(path, handle, identity)

        def append(record: TrialRecord) -> None:
            _write(path, handle, json.dumps(writable(record), allow_nan=False))

        yield append
    finally:
        os.close(handle)


def _begin(path: Path, handle: int, identity: str) -> None:
    try:
        content = os.pread(handle, LIMIT, 0)
        end = content.rfind(b"\n") + 1
        os.ftruncate(handle, end)
        os.lseek(handle, end, os.SEEK_SET)
    except OSError as error:
        raise _cannot(path, error) from None
    if not end:
        _write(path, handle, json.dumps({"format": FORMAT, "run": identity}))


def _write(path: Path, handle: int, line: str) -> None:
    """Append a line whole; where it cannot be, what was written of it is taken away again."""
    content = line.encode() + b"\n"
    try:
        before = os.lseek(handle, 0, os.SEEK_CUR)
        try:
            while content:
                content = content[os.write(handle, content) :]
            os.fsync(handle)
        except OSError:
            os.ftruncate(handle, before)
            os.lseek(handle, before, os.SEEK_SET)
            raise
    except OSError as error:
        raise _cannot(path, error) from None


def _cannot(path: Path, error: OSError | ValueError) -> InputError:
    return InputError(f"cannot write {path}: {reason_of(error)}. Free some space, or check the folder's permissions.")


def _plain(line: bytes, where: str) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        raise InputError(f"{where} is damaged. Restore the file, or search anew.") from None


def _record(plain: Any, where: str) -> TrialRecord:
    if not isinstance(plain, dict):
        raise InputError(f"{where} is damaged. Restore the file, or search anew.")
    proposal = named(plain.get("proposal"), Proposal, f"{where}: proposal")
    return named(plain, TrialRecord, where, proposal=proposal)
