"""The idx files of MNIST and its kin: a short header, then plain numbers; packed by gzip or not.

0 0 type rank | rank sizes, 4 bytes each, the highest first | the numbers, the highest byte first
"""

import gzip
import math
import struct
import zlib
from collections.abc import Mapping
from io import BufferedIOBase
from pathlib import Path
from types import MappingProxyType

import numpy as np

from thalweg.data.arrays import from_arrays
from thalweg.data.source import Kind, Source, Task
from thalweg.errors import InputError

LIMIT = 8 * 2**30  # bytes of one array, unpacked
GZIP_BEST = 1100  # gzip packs at most about 1032 to 1
_TYPES: Mapping[int, str] = MappingProxyType({8: "u1", 9: "i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"})


def is_idx(path: Path) -> bool:
    """Say whether a file is named as idx files are, or a folder holds such a file of images."""
    if path.is_dir():
        return bool(_images_in(path))
    return "idx" in path.name and "ubyte" in path.name


def read_idx(path: Path, *, task: Kind | None = None, known: Task | None = None) -> Source:
    """Read labelled examples from idx files.

    Args:
        path: A file of images, whose labels lie beside it ("images" and "idx3" in its name becoming "labels" and
            "idx1"), or a folder with train-images and train-labels files, whose other files are left alone.
        task: "classes" (the default) or "regression".
        known: The task of earlier examples, which these are to share.

    Returns:
        The examples; images are uint8 (n, height, width, 1).

    Raises:
        InputError: If a file is missing, damaged, cut short or too large, or labels and images do not match.
    """
    images = training_images(path) if path.is_dir() else path
    x, y = read_idx_array(images), read_idx_array(_labels_beside(images))
    name = path.name if path.is_dir() else f"{path.resolve().parent.name}-{images.name.split('-images')[0]}"
    kind = None if known is not None else task or "classes"
    source = from_arrays(x, y, name=str(images), task=kind, known=known, target="label")._replace(name=name)
    return source._replace(remarks=()) if task is None else source


def idx_test_file(folder: Path) -> Path | None:
    """Return the images of a folder's own test part (t10k or test files), which is to be sealed; None for none."""
    tests = [file for file in _images_in(folder) if "t10k" in file.name or "test" in file.name]
    return tests[0] if tests else None


def training_images(folder: Path) -> Path:
    """Return the file of a folder's training images.

    Args:
        folder: With idx files.

    Returns:
        The file.

    Raises:
        InputError: If there is none.
    """
    found = [file for file in _images_in(folder) if "train" in file.name]
    if not found:
        raise InputError(
            f"{folder} holds no train-images-idx3-ubyte file (or .gz of it). Name the file of images itself."
        )
    return found[0]


def read_idx_array(path: Path) -> np.ndarray:
    """Read the numbers of one idx file, packed or not.

    Args:
        path: The file.

    Returns:
        The array, in this machine's byte order.

    Raises:
        InputError: If it cannot be read, is no idx file, or holds more or fewer numbers than it says.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
            file.seek(0)
            if packed:
                with gzip.open(file) as unpacked:
                    return _parse(path, unpacked, size * GZIP_BEST)
            return _parse(path, file, size)
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"cannot read {path}: {reason}. Use another copy of it.") from None


def _parse(path: Path, file: BufferedIOBase, most: int) -> np.ndarray:
    zeros, kind, rank = _unpacked(path, file, ">HBB")
    if zeros != 0 or kind not in _TYPES or not 1 <= rank <= 8:
        raise InputError(
            f"{path} is no idx file: it begins with {(zeros, kind, rank)}. Use the files of MNIST as they are."
        )
    shape = _unpacked(path, file, f">{rank}I")
    dtype = np.dtype(_TYPES[kind])
    size = math.prod(shape) * dtype.itemsize
    if size > LIMIT:
        raise InputError(f"{path} tells of {size:,} bytes; at most {LIMIT:,} are read. Use fewer examples.")
    # Looked at before reading: memory is set aside for as much as is asked for.
    content = file.read(size) if size <= most else b""
    if len(content) != size or file.read(1):
        raise InputError(
            f"{path} should hold {size:,} bytes after its header, for {shape}, and does not: it is damaged. "
            "Use another copy of it."
        )
    return np.frombuffer(content, dtype).reshape(shape).astype(dtype.newbyteorder("="), copy=False)


def _unpacked(path: Path, file: BufferedIOBase, form: str) -> tuple[int, ...]:
    content = file.read(struct.calcsize(form))
    if len(content) < struct.calcsize(form):
        raise InputError(f"{path} ends within its header: it is cut short. Use another copy of it.")
    return struct.unpack(form, content)


def _images_in(folder: Path) -> list[Path]:
    return sorted(file for file in folder.iterdir() if "-images" in file.name and is_idx(file) and file.is_file())


def _labels_beside(images: Path) -> Path:
    plain = images.name.removesuffix(".gz").replace("images", "labels").replace("idx3", "idx1")
    for name in (plain, f"{plain}.gz"):
        if name != images.name and images.with_name(name).is_file():
            return images.with_name(name)
    raise InputError(f"there are no labels for {images}: wanted {plain} (or .gz) beside it. Put it there.")
