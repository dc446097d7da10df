"""Many image files as one array: one size for all, and a word about each that cannot be used."""

import os
import warnings
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from thalweg.data.images.decode import SUFFIXES, Header, decode, read_header
from thalweg.data.images.remarks import Asked, bad_remarks, named, size_remarks
from thalweg.data.images.sizes import LONGEST_SIDE, commonest_size, reduced
from thalweg.data.source import Remark
from thalweg.errors import InputError

LIMIT = 8 * 2**30  # bytes of all images, unpacked


class Images(NamedTuple):
    """Unpacked images of one size."""

    pixels: np.ndarray  # (n, height, width, channels) uint8
    kept: np.ndarray  # positions of their files among those given
    remarks: tuple[Remark, ...]


def read_images(
    folder: Path,
    files: Sequence[Path],
    shape: tuple[int, int, int] | None,
    size: int | None = None,
    *,
    listed: bool = False,
) -> Images:
    """Unpack image files at one size, several at a time.

    Args:
        folder: Where they lie, or the table beside or above them that lists them, for messages.
        files: The files.
        shape: Height, width and channels wanted; None for the commonest size made smaller, and grey only if all are.
        size: Most pixels of the longer side, 1 to 4,096, where no shape is wanted; None for 32.
        listed: Whether `folder` is a table.

    Returns:
        The usable images, in the order of their files, and what to say about the others and about sizes.

    Raises:
        InputError: If there is no usable image, the size is none, or they unpack to more than 8 GiB.
    """
    holds, remedy = ("names", "Correct the paths") if listed else ("holds", "Put some there")
    headers = [read_header(file) for file in files]
    usable = {k: header for k, header in enumerate(headers) if isinstance(header, Header)}
    bad = {k: header for k, header in enumerate(headers) if isinstance(header, str)}
    if not usable:
        more = f" {named(folder, files, bad)}." if bad else ""
        raise InputError(f"{folder} {holds} no usable image ({', '.join(SUFFIXES)}).{more} {remedy}.")
    commonest = commonest_size(header.size for header in usable.values())
    height, width, channels = shape or (*reduced(*commonest, size), 1 if all(h.grey for h in usable.values()) else 3)
    total = len(usable) * height * width * channels
    if total > LIMIT:
        remedy = f"Choose a smaller --image-size than {size or LONGEST_SIDE}" if shape is None else "Give fewer images"
        raise InputError(f"{folder} unpacks to {total:,} bytes; at most {LIMIT:,} are read. {remedy}.")
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
        raise InputError(f"{folder} {holds} no usable image. {named(folder, files, bad)}. {remedy}.")
    sizes = {row: header.size for row, header in usable.items()}
    asked = Asked(None if shape is not None else size, like_earlier=shape is not None)
    remarks = [*bad_remarks(folder, files, bad), *size_remarks(folder, files, sizes, (height, width), asked)]
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
