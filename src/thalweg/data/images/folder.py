"""Images in class folders: FOLDER/cat/1.jpg is a cat.

What it leaves out: folders inside class folders, which are reported.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from thalweg.data.arrays import from_encoded
from thalweg.data.images.collect import read_images, wanted_shape
from thalweg.data.images.decode import SUFFIXES
from thalweg.data.images.remarks import SHOWN
from thalweg.data.labels import in_order, match_spellings
from thalweg.data.source import Remark, Source, Task
from thalweg.errors import InputError

_PARTS = ("train", "training", "test", "testing", "val", "valid", "validation")


class Listing(NamedTuple):
    """What lies in a folder of class folders."""

    files: tuple[Path, ...]  # images by their suffix, sorted by class and name
    labels: tuple[str, ...]  # the class folder of each
    classes: tuple[str, ...]  # all class folders
    stray: tuple[str, ...]  # what else lies about, by its path below the folder


def is_image_folder(path: Path) -> bool:
    """Say whether a folder holds a folder with an image in it, judged by its name."""
    if not path.is_dir():
        return False
    inner = (folder for folder in sorted(path.iterdir()) if folder.is_dir())
    return any(_is_image(file) for folder in inner for file in folder.iterdir())


def read_image_folder(
    folder: Path, *, size: int | None = None, known: Task | None = None, schema: Mapping[str, Any] | None = None
) -> Source:
    """Read a folder whose subfolders are classes and hold their images.

    All images are brought to one size: the commonest height and width among them, made smaller, with the same
    proportions, until the longer side has at most `size` pixels. Each image is scaled to cover it and what stands over
    is cut off evenly. They are grey if all are, else in colour. Files that are no images, empty, or cannot be
    unpacked are left out and named, as are classes without a usable image.

    Args:
        folder: The folder.
        size: Most pixels of the longer side, 1 to 4,096; None for 32.
        known: The task of earlier images, which these are to share.
        schema: Of the earlier images: gives height, width and channels instead of `size`.

    Returns:
        Images uint8 (n, height, width, channels); classes are named by their folders.

    Raises:
        InputError: If the folder cannot be read, has fewer than two classes with a usable image, holds parts (train,
            test) instead of classes, has a class that is not among the known, or unpacks to more than 8 GiB; if the
            known task is not one of classes.
    """
    if known is not None and known.kind != "classes":
        what = "amounts" if known.kind == "regression" else "answers"
        raise InputError(
            f"{folder} holds classes, and the first images have {what} in {known.target!r}. Give a table of image "
            f"paths with a column {known.target!r}."
        )
    listing = _list(folder)
    read = read_images(folder, listing.files, wanted_shape(schema) if schema is not None else None, size)
    labels = [listing.labels[k] for k in read.kept]
    task = known or Task("classes", "class", in_order(labels))
    if len(task.classes) < 2:
        raise InputError(
            f"{folder} should hold a folder of images for each of at least two classes; there are usable images in "
            f"{len(task.classes)} folders. Put each class's images into a folder of its name."
        )
    place = {name: k for k, name in enumerate(task.classes)}
    meant = match_spellings(sorted(set(labels)), task.classes) if known is not None else {name: name for name in place}
    unknown = sorted(name for name, found in meant.items() if found is None)
    if unknown:
        raise InputError(
            f"{folder} has a class {unknown[0]!r}, which is none of the {len(place)} known classes "
            f"({', '.join(task.classes[:10])}). Rename that folder, or take it away."
        )
    targets = np.array([place[str(meant[label])] for label in labels], np.int32)
    source = from_encoded(read.pixels, targets, task, name=folder.resolve().name)
    empty = [name for name in listing.classes if name not in {*labels}]
    said = (*_stray_remarks(folder, listing.stray), *_empty_remarks(folder, empty), *read.remarks)
    return source._replace(remarks=said)


def read_image_inputs(path: Path, schema: Mapping[str, Any]) -> tuple[np.ndarray, tuple[str, ...], tuple[Remark, ...]]:
    """Read images without labels, in the way of earlier ones.

    Args:
        path: An image file, or a folder: every image in it, and in the folders in it.
        schema: Of the earlier images.

    Returns:
        (images (n, height, width, channels) uint8, their paths below the folder, what is to be said).

    Raises:
        InputError: If there is no such place or no usable image, or the schema is not one of images.
    """
    if not path.exists():
        raise InputError(f"there is no file or folder {path}; check the name and the folder.")
    files = [path] if path.is_file() else sorted(file for file in path.rglob("*") if _is_image(file))
    base = path.parent if path.is_file() else path
    read = read_images(path, files, wanted_shape(schema))
    return read.pixels, tuple(str(files[k].relative_to(base)) for k in read.kept), read.remarks


def _list(folder: Path) -> Listing:
    try:
        inside = sorted(folder.iterdir())
        classes = [path for path in inside if path.is_dir() and not path.name.startswith(".")]
        if classes and all(path.name.lower() in _PARTS for path in classes):
            raise InputError(
                f"{folder} holds parts ({', '.join(path.name for path in classes)}), not classes. Name the training "
                "part itself, and the others with --test-data and --validation-data."
            )
        found = [(file, path.name) for path in classes for file in sorted(path.iterdir())]
    except OSError as error:
        raise InputError(f"cannot read {folder}: {error.strerror or error}. Check its permissions.") from None
    images = [(file, name) for file, name in found if _is_image(file)]
    others = [path for path in inside if path not in classes] + [file for file, _ in found if not _is_image(file)]
    stray = tuple(str(path.relative_to(folder)) for path in others if not path.name.startswith("."))
    return Listing(
        tuple(file for file, _ in images),
        tuple(name for _, name in images),
        tuple(path.name for path in classes),
        stray,
    )


def _is_image(path: Path) -> bool:
    return path.suffix.lower() in SUFFIXES and not path.name.startswith(".") and path.is_file()


def _stray_remarks(folder: Path, stray: Sequence[str]) -> list[Remark]:
    if not stray:
        return []
    rest = f" and {len(stray) - SHOWN:,} more" if len(stray) > SHOWN else ""
    text = f"these are no images in a class folder and are left out: {', '.join(stray[:SHOWN])}{rest}."
    return [Remark("stray_files", text, str(folder), "warning")]


def _empty_remarks(folder: Path, empty: Sequence[str]) -> list[Remark]:
    if not empty:
        return []
    rest = f" and {len(empty) - SHOWN:,} more" if len(empty) > SHOWN else ""
    text = f"these class folders hold no usable image and are left out: {', '.join(empty[:SHOWN])}{rest}."
    return [Remark("empty_classes", text, str(folder), "warning")]
