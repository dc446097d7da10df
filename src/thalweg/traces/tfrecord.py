"""Records one after the other in a file, each with its length and checksums.

length, 8 bytes, the lowest first | its check, 4 bytes | the record | its check, 4 bytes
"""

import stat
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from thalweg.errors import InputError
from thalweg.files import reason_of
from thalweg.traces.crc32c import masked_crc32c

LIMIT = 4 * 2**30  # bytes of a file
RECORD_LIMIT = 256 * 2**20  # bytes of a record
_HEAD, _FOOT = 12, 4


class Record(NamedTuple):
    """One record, or the place where a file ends within one."""

    offset: int  # of its length, from the file's beginning
    data: bytes
    whole: bool


def is_records(head: bytes) -> bool:
    """Say whether a file begins as one of records: with a length and its check.

    Args:
        head: At least its first 12 bytes, if it has so many.

    Returns:
        True or False.
    """
    return len(head) >= _HEAD and _checked(head[:8], head[8:_HEAD])


def read_records(path: Path) -> Iterator[Record]:
    """Give a file's records one by one.

    Args:
        path: The file; one that is being written may end within a record.

    Yields:
        The records; of a last one that is cut short the place, without data.

    Raises:
        InputError: If the file cannot be read, is no regular file, is larger than 4 GiB, tells of a record of more than
            256 MiB, or is damaged: the place is named.
    """
    try:
        with path.open("rb") as file:
            found = path.stat()
            if not stat.S_ISREG(found.st_mode):
                raise InputError(f"cannot read {path}: it is a folder or a device. Name a file.")
            if found.st_size > LIMIT:
                raise InputError(f"{path} has {found.st_size:,} bytes; at most {LIMIT:,} are read. Log less often.")
            offset = 0
            while offset < found.st_size:
                head = file.read(_HEAD)
                if len(head) < _HEAD:
                    yield Record(offset, b"", False)
                    return
                if not is_records(head):
                    raise InputError(_damaged(path, offset, "the check of a record's length is wrong"))
                (length,) = struct.unpack("<Q", head[:8])
                if length > RECORD_LIMIT:
                    raise InputError(
                        f"{path} tells at byte {offset:,} of a record of {length:,} bytes; at most {RECORD_LIMIT:,} "
                        "are read. Log no such large things beside the losses."
                    )
                end = offset + _HEAD + length + _FOOT
                if end > found.st_size:
                    yield Record(offset, b"", False)
                    return
                data = file.read(length)
                if not _checked(data, file.read(_FOOT)):
                    raise InputError(_damaged(path, offset, "the check of a record is wrong"))
                yield Record(offset, data, True)
                offset = end
    except (OSError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"cannot read {path}: {reason_of(error)}. Check its name and its permissions.") from None


def _checked(data: bytes, check: bytes) -> bool:
    return len(check) == _FOOT and struct.unpack("<I", check)[0] == masked_crc32c(data)


def _damaged(path: Path, offset: int, what: str) -> str:
    return f"{path} is damaged at byte {offset:,}: {what}. Use another copy of it, or cut it off there."
