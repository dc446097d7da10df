"""Many image files as one array: one size for all, and a word about each that cannot be used."""

import os
import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from thalweg.data.images.decode import SUFFIXES, Header, decode, read_header
from thalweg.data.source import Remark
from thalweg.errors import InputError

LONGEST_SIDE = 32  # pixels; training on larger images is slow
LIMIT = 8 * 2**30  # bytes of all images, unpacked
SHOWN = 5  # file names listed in one remark


class Images(NamedTuple):
    """Unpacked images of one size."""

    pixels: np.ndarray  # (n, height, width, channels) uint8
    kept: np.ndarray  # positions of their files among those given
    remarks: tuple[Remark, ...]


def read_images(
    folder: Path, files: Sequence[Path], shape: tuple[int, int, int] | None, size: int, *, listed: bool = False
) -> Images:
    """Unpack image files at one size, several at a time.

    Args:
        folder: Where they lie, or the table beside or above them that lists them, for messages.
        files: The files.
        shape: Height, width and channels wanted; None for the commonest size made smaller, and grey only if all are.
        size: Most pixels of the longer side, at least 1, where no shape is wanted.
        listed: Whether `folder` is a table.

    Returns:
        The usable images, in the order of their files, and what to say about the others and about sizes.

    Raises:
        InputError: If there is no usable image, or they unpack to more than 8 GiB.
    """
    holds, remedy = ("names", "Correct the paths") if listed else ("holds", "Put some there")
    headers = [read_header(file) for file in files]
    usable = {k: header for k, header in enumerate(headers) if isinstance(header, Header)}
    bad = {k: header for k, header in enumerate(headers) if isinstance(header, str)}
    if not usable:
        more = f" {_named(folder, files, bad)}." if bad else ""
        raise InputError(f"{folder} {holds} no usable image ({', '.join(SUFFIXES)}).{more} {remedy}.")
    counts = Counter((header.height, header.width) for header in usable.values())
    commonest = min(counts, key=lambda seen: (-counts[seen], seen))
    height, width, channels = shape or (*_reduced(*commonest, size), 1 if all(h.grey for h in usable.values()) else 3)
    total = len(usable) * height * width * channels
    if total > LIMIT:
        raise InputError(
            f"{folder} unpacks to {total:,} bytes; at most {LIMIT:,} are read. Choose a smaller size than {size}."
        )
    pixels = np.empty((len(usable), height, width, channels), np.uint8)
    rows = list(usable)

    def unpack(row: int) -> str | None:
        found = decode(files[rows[row]], height, width, grey=channels == 1)
        if isinstance(found, str):
            return found
        pixels[row] = found
        return None

    # Decoders warn of what they mend; set for all threads at once, for the setting is not one thread's own.
    with warnings.catch_warnings(action="ignore"), ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as pool:
        reasons = list(pool.map(unpack, range(len(rows))))
    bad |= {rows[row]: reason for row, reason in enumerate(reasons) if reason is not None}
    good = np.array([row for row, reason in enumerate(reasons) if reason is None], np.int64)
    if len(good) == 0:
        raise InputError(f"{folder} {holds} no usable image. {_named(folder, files, bad)}. {remedy}.")
    remarks = [*_bad_remarks(folder, files, bad), *_size_remarks(folder, files, usable, commonest, (height, width))]
    kept = np.array(rows, np.int64)[good]
    return Images(pixels if len(good) == len(rows) else pixels[good], kept, tuple(remarks))


def wanted_shape(schema: Mapping[str, Any]) -> tuple[int, int, int]:
    """Return height, width and channels of earlier images.

    Args:
        schema: Of the earlier images.

    Returns:
        Their shape, as `read_images` takes it.

    Raises:
        InputError: If the schema is not one of images in grey or in colour.
    """
    shape = schema.get("shape", ())
    if schema.get("kind") != "image" or len(shape) != 3 or shape[2] not in (1, 3):
        raise InputError(
            f"the earlier data are not images in grey or red, green and blue ({dict(schema)!s:.80}); give data of "
            "their kind."
        )
    return int(shape[0]), int(shape[1]), int(shape[2])


def _reduced(height: int, width: int, size: int) -> tuple[int, int]:
    if size < 1:
        raise InputError(f"the longest side of images must be at least 1 pixel; got {size}.")
    share = min(1.0, size / max(height, width))
    return max(1, round(height * share)), max(1, round(width * share))


def _size_remarks(
    folder: Path,
    files: Sequence[Path],
    usable: Mapping[int, Header],
    commonest: tuple[int, int],
    wanted: tuple[int, int],
) -> list[Remark]:
    said = []
    other = {k: f"{h.height} x {h.width}" for k, h in usable.items() if (h.height, h.width) != commonest}
    if other:
        text = (
            f"{len(other):,} of {len(usable):,} images are not {commonest[0]} x {commonest[1]} pixels (height x width) "
            f"as most are; scaled to cover and cut evenly: {_named(folder, files, other)}."
        )
        said.append(Remark("image_sizes", text, str(folder)))
    if wanted != commonest:
        text = (
            f"the images are made {wanted[0]} x {wanted[1]} pixels (most are {commonest[0]} x {commonest[1]}), for "
            "training on larger ones is slow; given as an array of bytes they keep their size."
        )
        said.append(Remark("resized", text, str(folder)))
    return said


def _bad_remarks(folder: Path, files: Sequence[Path], bad: Mapping[int, str]) -> list[Remark]:
    if not bad:
        return []
    text = f"{len(bad):,} of {len(files):,} image files cannot be used and are left out: {_named(folder, files, bad)}."
    return [Remark("broken_images", text, str(folder), "warning")]


def _named(folder: Path, files: Sequence[Path], reasons: Mapping[int, str]) -> str:
    base = folder if folder.is_dir() else folder.parent
    shown = [f"{files[k].relative_to(base)} ({reasons[k]})" for k in sorted(reasons)[:SHOWN]]
    rest = f" and {len(reasons) - SHOWN:,} more" if len(reasons) > SHOWN else ""
    return ", ".join(shown) + rest
