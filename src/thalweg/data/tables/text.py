"""From a file to clean UTF-8 text: unpacked within limits, decoded, with one kind of line end."""

import codecs
import gzip
import zlib
from pathlib import Path
from typing import NamedTuple

from thalweg.data.source import Remark
from thalweg.errors import InputError

LARGEST = 4 << 30  # bytes of text, unpacked
RATIO = 200  # most bytes unpacked for one packed byte, once past FREE; real tables stay below 100
FREE = 256 << 20  # bytes that any .gz file may unpack to, however well it was packed
_GZIP = b"\x1f\x8b"
_BINARY = {
    b"PK\x03\x04": "a zip archive or an Excel workbook",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"PAR1": "a Parquet file",
    b"%PDF": "a PDF file",
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"\x93NUMPY": "a NumPy array",
}


class Text(NamedTuple):
    """A file's text."""

    content: bytes  # UTF-8 without byte order mark; every line ends in one newline
    remarks: tuple[Remark, ...]


def read_text(path: Path) -> Text:
    """Read a text file, or the one packed in a .gz file.

    Args:
        path: The file; at most 4 GiB, packed or not.

    Returns:
        Its text as UTF-8. UTF-16 is told by its byte order mark; what is not UTF-8 is read as Latin-1, and said.

    Raises:
        InputError: If the file is missing, is a folder or a device, cannot be read, is empty, is too large (unpacked
            more than 4 GiB, or more than 256 MiB and 200 times its packed size), is a damaged .gz file, or is not text.
    """
    content = _read_bytes(path)
    if not content.strip():
        raise InputError(f"{path} is empty; a table with at least one row is wanted.")
    for magic, what in _BINARY.items():
        if content.startswith(magic):
            raise InputError(f"{path} is {what}, not text; save the table as .csv (or name it .parquet, .npz).")
    remarks = []
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        content = _decode_utf16(path, content)
    content = content.removeprefix(codecs.BOM_UTF8)
    if b"\0" in content:
        raise InputError(f"{path} is not text: it holds a zero byte. Wanted is a .csv, .tsv, .parquet or .npz file.")
    if not _is_utf8(content):
        content = content.decode("latin-1").encode()
        remarks.append(Remark("encoding", f"{path.name} is not UTF-8; it was read as Latin-1.", str(path)))
    if b"\r" in content:
        content = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return Text(content if content.endswith(b"\n") else content + b"\n", tuple(remarks))


def _read_bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise InputError(
                f"{path} is a folder, and not one of images in class folders, idx or CIFAR files; a table is one file, "
                f"such as {path}/table.csv."
            )
        if not path.exists():
            raise InputError(f"there is no file {path}; check the name and the folder.")
        if not path.is_file():
            raise InputError(f"{path} is not an ordinary file; write the table to one first.")
        size = path.stat().st_size
        if size > LARGEST:
            raise InputError(
                f"{path} has {size:,} bytes; at most {LARGEST:,} are read. Save it as Parquet, or split it."
            )
        with path.open("rb") as file:
            if file.read(2) == _GZIP:
                return _unpack(path, size)
            file.seek(0)
            return file.read()
    except OSError as error:
        raise InputError(
            f"cannot read {path}: {error.strerror or error}. Check its name and its permissions."
        ) from None


def _unpack(path: Path, size: int) -> bytes:
    limit = min(LARGEST, max(FREE, RATIO * size))
    parts, total = [], 0
    try:
        with gzip.open(path, "rb") as file:
            while part := file.read(1 << 24):  # 16 MiB at a time, so that a bomb is met before it fills the memory
                parts.append(part)
                total += len(part)
                if total > limit:
                    raise InputError(
                        f"{path} unpacks to more than {limit:,} bytes, the most read from {size:,}. If it is "
                        "what you think, unpack it and give that file."
                    )
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise InputError(f"{path} is a damaged .gz file; fetch it again, or unpack it yourself.") from None
    return b"".join(parts)


def _decode_utf16(path: Path, content: bytes) -> bytes:
    try:
        return content.decode("utf-16").encode()
    except UnicodeDecodeError:
        raise InputError(f"{path} begins like UTF-16 text but is not; save it as UTF-8.") from None


def _is_utf8(content: bytes) -> bool:
    try:
        return content.isascii() or bool(content.decode())
    except UnicodeDecodeError:
        return False
