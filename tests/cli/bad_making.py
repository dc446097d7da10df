"""What a bad input is, and the small good and bad files that the tables of them are made with."""

import gzip
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

Make = Callable[[Path], object]
JUNK = bytes(range(1, 200)) * 20
TABLE = "a,b,y\n" + "1,2,u\n2,3,v\n3,5,u\n" * 4  # as plain as tables are


class Bad(NamedTuple):
    """A command line that cannot be carried out."""

    name: str  # of the case
    line: str  # after the program's name, as in a shell; files lie in the working folder
    said: str  # pieces of the sentence, " ... " between them: the culprit, what is wrong with it, what to do
    make: Make  # puts the files there


def good(folder):
    """Put people.csv there: a table that can be trained on.

    Its columns are age, town, day, weight, team, species (three classes), member (two) and income (amounts).
    """
    lines = ["age,town,day,weight,team,species,member,income"]
    for k in range(40):
        cells = (20 + k * 7 % 41, "ABC"[k % 3], f"2024-01-{k % 28 + 1:02}", 1 + k % 2, f"t{k // 4}")
        lines.append(",".join(map(str, (*cells, ("ash", "elm", "oak")[k % 3], ("no", "yes")[k % 2], 1.5 * k))))
    (folder / "people.csv").write_text("\n".join(lines) + "\n")


def nothing(folder):
    """Leave all as it is."""


def holds(name, content):
    """Return what writes a file of text or bytes."""

    def make(folder):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)

    return make


def all_of(*makes):
    """Return what makes everything that the others make."""

    def make(folder):
        for one in makes:
            one(folder)

    return make


def beside(name, content):
    """Put people.csv there, and a file of this content."""
    return all_of(good, holds(name, content))


def folders(*names):
    """Return what makes empty folders."""

    def make(folder):
        for name in names:
            (folder / name).mkdir(parents=True)

    return make


def npz(name, **arrays):
    """Return what writes an .npz file; arrays of objects are pickled into it."""

    def make(folder):
        with (folder / name).open("wb") as file:
            np.savez(file, **arrays)

    return make


def rows(header, *lines, times=1):
    """Return a table's text: a header, and lines again and again."""
    return "\n".join((header, *(lines * times))) + "\n"


def parquet(name, frame):
    """Return what writes a polars frame."""
    return lambda folder: frame.write_parquet(folder / name)


def idx(*shape, kind=8, zeros=0, content=None):
    """Return the bytes of an idx file, honest unless told otherwise."""
    size = int(np.prod(shape, dtype=object))
    body = bytes(size) if content is None else content
    return struct.pack(f">HBB{len(shape)}I", zeros, kind, len(shape), *shape) + body


def bomb(megabytes):
    """Return a small .gz file that unpacks to so many megabytes of commas and line ends."""
    # Members of one .gz file follow each other; one megabyte is packed once.
    return gzip.compress(b",\n" * 2**19, 9) * megabytes


def png(width, height, pixels=None):
    """Return a grey PNG, honest about its size if `pixels` is None."""
    raw = b"".join(b"\0" + bytes(k % 251 for k in range(width)) for _ in range(height)) if pixels is None else pixels
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(raw)) + _chunk(b"IEND", b"")


def _chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
