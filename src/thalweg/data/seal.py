"""The ledger of openings: how often the sealed test part of some data has been looked at.

A score on the test part is an honest forecast only as long as nothing was chosen by it. The ledger lies in the folder
of runs and is kept by the data's fingerprint, so that all runs on the same data share one count. It guards against
fooling oneself, not against tampering: who deletes the file starts counting anew.
"""

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from thalweg.errors import InputError
from thalweg.files import read_limited, write_whole

LEDGER = "test-openings.json"
LIMIT = 16 * 2**20  # bytes


def count_openings(folder: Path, fingerprint: str) -> int:
    """Count how often the test part of some data was opened.

    Args:
        folder: The folder that holds the runs; it need not exist yet.
        fingerprint: Of the data.

    Returns:
        The number of openings by all runs in the folder.

    Raises:
        InputError: If the ledger cannot be read or is damaged.
    """
    return len(_openings(_read(folder), fingerprint))


def check_opening(folder: Path, fingerprint: str, *, again: bool) -> None:
    """Refuse to open a test part that was opened before, unless told otherwise.

    Args:
        folder: The folder that holds the runs.
        fingerprint: Of the data.
        again: Whether the user asked for another opening.

    Raises:
        InputError: If it was opened before and `again` is false, or the ledger is damaged.
    """
    if not again:
        _refuse_second(folder, _openings(_read(folder), fingerprint))


def record_opening(folder: Path, *, fingerprint: str, run: str, when: str, again: bool = True) -> int:
    """Write an opening into the ledger; two processes at once each count.

    Args:
        folder: The folder that holds the runs; it exists.
        fingerprint: Of the data.
        run: Name of the run that opens.
        when: The time, in ISO 8601.
        again: If false, refuse a second opening here too: unlike `check_opening` before it, this cannot be overtaken
            by another process between looking and writing.

    Returns:
        The number of openings, this one included.

    Raises:
        InputError: If the ledger is damaged or cannot be written, or there was an opening and `again` is false.
    """
    with _locked(folder):
        entries = _read(folder)
        earlier = _openings(entries, fingerprint)
        if not again:
            _refuse_second(folder, earlier)
        entries.append({"fingerprint": fingerprint, "run": run, "when": when})
        text = json.dumps({"openings": entries}, indent=1) + "\n"
        write_whole(folder / LEDGER, text.encode())
    return len(earlier) + 1


def _refuse_second(folder: Path, earlier: list[dict[str, str]]) -> None:
    if earlier:
        times = "once" if len(earlier) == 1 else f"{len(earlier)} times"
        raise InputError(
            f"the sealed test part of these data was opened {times} before, last by run {earlier[-1]['run']!r} on "
            f"{earlier[-1]['when']} (see {folder / LEDGER}). What is chosen after seeing a test score makes the next "
            "one too good. Judge by the validation score, or open it once more with --again, which every report counts."
        )


def _openings(entries: list[dict[str, str]], fingerprint: str) -> list[dict[str, str]]:
    return [entry for entry in entries if entry["fingerprint"] == fingerprint]


def _read(folder: Path) -> list[dict[str, str]]:
    path = folder / LEDGER
    if not path.exists():
        return []
    content = read_limited(path, LIMIT)
    try:
        entries = json.loads(content)["openings"]
    except (ValueError, RecursionError, KeyError, TypeError):
        entries = None
    if not isinstance(entries, list) or not all(map(_is_entry, entries)):
        raise InputError(
            f"{path} is damaged: it should list the openings of sealed test parts. Move it away to count anew."
        )
    return entries


def _is_entry(entry: Any) -> bool:
    return isinstance(entry, dict) and all(isinstance(entry.get(name), str) for name in ("fingerprint", "run", "when"))


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    try:
        file = (folder / f".{LEDGER}.lock").open("ab")
    except OSError as error:
        raise InputError(
            f"cannot write in {folder}: {error.strerror or error}. Make it writable, for openings are counted there."
        ) from None
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)  # let go when the file is closed, and by the system if we are killed
        yield
