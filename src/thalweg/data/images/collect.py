"""Many image files as one array: one size for all, and a word about each that cannot be used."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from thalweg.data.images.decode import SUFFIXES, Header, Refusal
from thalweg.data.images.kept import Unpacked, unpacked
from thalweg.data.images.remarks import Asked, bad_remarks, named, size_remarks
from thalweg.data.images.sizes import LONGEST_SIDE, commonest_size, reduced
from thalweg.data.source import Remark
from thalweg.errors import InputError

LIMIT = 8 * 2**30  # bytes of all images, unpacked
Shape = tuple[int, int, int]  # height, width, channels


class Images(NamedTuple):
    """Unpacked images of one size."""

    pixels: np.ndarray  # (n, height, width, channels) uint8; read-only where they are mapped from a file
    kept: np.ndarray  # positions of their files among those given
    remarks: tuple[Remark, ...]


def read_images(
    folder: Path, files: Sequence[Path], shape: Shape | None, size: int | None = None, *, listed: bool = False
) -> Images:
    """Unpack image files at one size, several at a time, or map them from where they were kept.

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
    reduced(1, 1, size)  # refuses what is no size, whether or not the images were kept

    def settle(headers: Sequence[Header | Refusal]) -> Shape:
        usable = [header for header in headers if isinstance(header, Header)]
        if not usable:
            bad = {k: header.why for k, header in enumerate(headers) if isinstance(header, Refusal)}
            more = f" {named(folder, files, bad)}." if bad else ""
            raise InputError(f"{folder} {holds} no usable image ({', '.join(SUFFIXES)}).{more} {remedy}.")
        wanted = shape or _own_shape(usable, size)
        total = len(usable) * wanted[0] * wanted[1] * wanted[2]
        if total > LIMIT:
            smaller = f"Choose a smaller --image-size than {size or LONGEST_SIDE}"
            smaller = smaller if shape is None else "Give fewer images"
            raise InputError(f"{folder} unpacks to {total:,} bytes; at most {LIMIT:,} are read. {smaller}.")
        return wanted

    request = f"the longer side {size or LONGEST_SIDE}" if shape is None else f"the shape {shape}"
    found = unpacked(files, request, settle)
    if len(found.pixels) == 0:
        raise InputError(f"{folder} {holds} no usable image. {named(folder, files, found.bad)}. {remedy}.")
    kept = np.array([k for k in range(len(files)) if k not in found.bad], np.int64)
    asked = Asked(None if shape is not None else size, like_earlier=shape is not None)
    return Images(found.pixels, kept, _remarks(folder, files, found, asked))


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


def _own_shape(usable: Sequence[Header], size: int | None) -> Shape:
    commonest = commonest_size(header.size for header in usable)
    return (*reduced(*commonest, size), 1 if all(header.grey for header in usable) else 3)


def _remarks(folder: Path, files: Sequence[Path], found: Unpacked, asked: Asked) -> tuple[Remark, ...]:
    sizes = {k: header.size for k, header in enumerate(found.headers) if isinstance(header, Header)}
    height, width = found.pixels.shape[1:3]
    said = [*bad_remarks(folder, files, found.bad), *size_remarks(folder, files, sizes, (height, width), asked)]
    if found.unkept:
        text = (
            f"the unpacked images could not be kept for the next command in {found.unkept}. Set THALWEG_IMAGE_CACHE to "
            'another folder, or to "off".'
        )
        said.append(Remark("image_cache", text, str(folder)))
    return tuple(said)
