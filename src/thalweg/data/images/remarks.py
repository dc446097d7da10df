"""What is said about image files: those that cannot be used, those of other sizes, and what became of all."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from thalweg.data.images.sizes import commonest_size
from thalweg.data.source import Remark

SHOWN = 5  # file names listed in one remark


class Asked(NamedTuple):
    """Why the images have the size that they get."""

    size: int | None  # most pixels of the longer side, where the user has asked for some
    like_earlier: bool  # as the images of a run before them


def size_remarks(
    folder: Path, files: Sequence[Path], sizes: Mapping[int, tuple[int, int]], wanted: tuple[int, int], asked: Asked
) -> list[Remark]:
    """Say which images have another size than most, and what size all get.

    Args:
        folder: Where they lie, or the table that lists them.
        files: All files.
        sizes: Height and width of the usable ones, by their places among the files.
        wanted: Height and width of the result.
        asked: Why so.

    Returns:
        None, one or two remarks.
    """
    said = []
    commonest = commonest_size(sizes.values())
    other = {k: f"{size[0]} x {size[1]}" for k, size in sizes.items() if size != commonest}
    if other:
        text = (
            f"{len(other):,} of {len(sizes):,} images are not {commonest[0]} x {commonest[1]} pixels (height x width) "
            f"as most are; scaled to cover and cut evenly: {named(folder, files, other)}."
        )
        said.append(Remark("image_sizes", text, str(folder)))
    made = f"the images are made {wanted[0]} x {wanted[1]} pixels (most are {commonest[0]} x {commonest[1]})"
    if wanted != commonest:
        why = ", for training on larger ones is slow; --image-size changes that" if asked.size is None else ""
        why = ", as the first images were" if asked.like_earlier else why
        said.append(Remark("resized", f"{made}{why}.", str(folder)))
    elif asked.size is not None and asked.size > max(wanted):
        text = (
            f"most images are {wanted[0]} x {wanted[1]} pixels (height x width) and are not made larger, so "
            f"--image-size {asked.size} leaves them as they are."
        )
        said.append(Remark("resized", text, str(folder)))
    return said


def bad_remarks(folder: Path, files: Sequence[Path], bad: Mapping[int, str]) -> list[Remark]:
    """Say which files are left out, and why; nothing if none is."""
    if not bad:
        return []
    text = f"{len(bad):,} of {len(files):,} image files cannot be used and are left out: {named(folder, files, bad)}."
    return [Remark("broken_images", text, str(folder), "warning")]


def named(folder: Path, files: Sequence[Path], reasons: Mapping[int, str]) -> str:
    """Name the first few files with their reasons, and count the others."""
    base = folder if folder.is_dir() else folder.parent
    shown = [f"{files[k].relative_to(base)} ({reasons[k]})" for k in sorted(reasons)[:SHOWN]]
    rest = f" and {len(reasons) - SHOWN:,} more" if len(reasons) > SHOWN else ""
    return ", ".join(shown) + rest
