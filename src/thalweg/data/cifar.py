"""CIFAR-10 and CIFAR-100 in their binary form: records of one or two label bytes and 3,072 pixels.

The pixels are 32 x 32 reds, then as many greens, then blues, row by row.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from thalweg.data.arrays import from_encoded
from thalweg.data.source import Source, Task
from thalweg.errors import InputError
from thalweg.files import read_limited

LIMIT = 2**30  # bytes of one file; the real ones have at most 154 million
PIXELS = 3 * 32 * 32


class Layout(NamedTuple):
    """How one of the two sets is kept."""

    names: str  # the file of class names, one a line
    train: str  # pattern of the training files
    test: str  # the test file
    labels: int  # label bytes of a record; the last one counts


LAYOUTS = (
    Layout("batches.meta.txt", "data_batch_*.bin", "test_batch.bin", 1),
    Layout("fine_label_names.txt", "train.bin", "test.bin", 2),
)


def is_cifar(path: Path) -> bool:
    """Say whether a folder, or the folder of a .bin file, holds a CIFAR set's file of class names."""
    folder = path if path.is_dir() else path.parent
    return (path.is_dir() or path.suffix == ".bin") and any((folder / layout.names).is_file() for layout in LAYOUTS)


def read_cifar(path: Path, *, known: Task | None = None) -> Source:
    """Read labelled images from CIFAR's binary files.

    Args:
        path: A folder, all of whose training files are read, or one .bin file of it.
        known: The task of earlier images, which these are to share.

    Returns:
        Images uint8 (n, 32, 32, 3), with the names of their classes.

    Raises:
        InputError: If a file is missing, damaged or cut short, a label has no name, or the classes are not the known.
    """
    folder = path if path.is_dir() else path.parent
    layout = next((layout for layout in LAYOUTS if (folder / layout.names).is_file()), None)
    if layout is None:
        wanted = " or ".join(layout.names for layout in LAYOUTS)
        raise InputError(f"{folder} holds no {wanted}, which name CIFAR's classes; put the set's own file there.")
    files = sorted(folder.glob(layout.train)) if path.is_dir() else [path]
    if not files:
        raise InputError(f"{folder} holds no {layout.train}, CIFAR's training images; put them there.")
    task = Task("classes", "class", _class_names(folder / layout.names))
    if known is not None and known.classes != task.classes:
        raise InputError(f"the classes of {path} are not those of the earlier images; give images of the same set.")
    read = [_read(file, layout, len(task.classes)) for file in files]
    targets = np.concatenate([labels for _, labels in read])
    images = np.concatenate([pixels for pixels, _ in read])
    name = path.name if path.is_dir() else f"{path.resolve().parent.name}-{path.stem}"
    return from_encoded(images, targets, task, name=name)


def cifar_test_file(folder: Path) -> Path | None:
    """Return a set's own test file, which is to be sealed; None for none."""
    tests = [folder / layout.test for layout in LAYOUTS if (folder / layout.test).is_file()]
    return tests[0] if tests else None


def _class_names(path: Path) -> tuple[str, ...]:
    text = read_limited(path, 2**20).decode("utf-8", "replace")
    names = tuple(line.strip() for line in text.splitlines() if line.strip())
    if not 2 <= len(set(names)) == len(names) <= 256:
        raise InputError(f"{path} should name 2 to 256 different classes, one a line; got {len(names)} names.")
    return names


def _read(path: Path, layout: Layout, classes: int) -> tuple[np.ndarray, np.ndarray]:
    content = read_limited(path, LIMIT)
    record = layout.labels + PIXELS
    if len(content) == 0 or len(content) % record:
        raise InputError(
            f"{path} should hold whole records of {record:,} bytes; it has {len(content):,} bytes. "
            "Use another copy of it."
        )
    records = np.frombuffer(content, np.uint8).reshape(-1, record)
    labels = records[:, layout.labels - 1].astype(np.int32)
    wrong = np.flatnonzero(labels >= classes)
    if len(wrong):
        raise InputError(
            f"{path}: the label of record {wrong[0]} (counted from 0) is {labels[wrong[0]]}; there are names for 0 to "
            f"{classes - 1} in {layout.names}. Use another copy of it."
        )
    pixels = records[:, layout.labels :].reshape(-1, 3, 32, 32)
    return np.ascontiguousarray(pixels.transpose(0, 2, 3, 1)), labels  # (n, row, column, colour)
