"""The rows of a table of image paths that can be used: those with a path, a usable image and, where wanted, a label."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from thalweg.data.arrays import from_encoded
from thalweg.data.images.collect import Images, read_images
from thalweg.data.images.paths import files_below
from thalweg.data.labels import Labels, RowName
from thalweg.data.source import Remark, Source
from thalweg.data.tables.beside import row_groups, row_times, row_weights
from thalweg.data.tables.cells import to_labels
from thalweg.data.tables.raw import RawTable
from thalweg.errors import InputError
from thalweg.wording import agreeing, counted

Shape = tuple[int, int, int]  # height, width, channels
Code = Callable[[Mapping[str, Any], RowName], Labels]  # encodes columns of labels; the second names a row of them


class Listed(NamedTuple):
    """Images that a table lists."""

    images: Images
    rows: np.ndarray  # the table's row of each image, ascending
    remarks: tuple[Remark, ...]  # about paths and images


def listed_images(
    path: Path, table: RawTable, column: str, shape: Shape | None, among: np.ndarray, *, size: int | None = None
) -> Listed:
    """Read the images that a table lists.

    Args:
        path: The table's file.
        table: As it was read.
        column: The column of paths.
        shape: Wanted; None for the commonest, made smaller.
        among: (rows,) bool; the rows that are asked for.
        size: Most pixels of the longer side, where no shape is wanted; None for 32.

    Returns:
        The usable images in the order of the rows.

    Raises:
        InputError: If a path of any row leads out of the table's folder, or there is no usable image.
    """
    # A run opens its table again at its own place, so the folder is that of the file, not of a link to it.
    place = path.resolve() if path.is_symlink() else path
    files = {row: file for row, file in enumerate(files_below(table, column, place.parent)) if file is not None}
    rows = np.array([row for row in files if among[row]], np.int64)
    images = read_images(place, [files[row] for row in rows.tolist()], shape, size, listed=True)
    count, remarks = table.frame.height - len(files), images.remarks
    if count:
        text = f"{counted(count, 'row')} {agreeing(count, 'has', 'have')} no path in {column!r}; left out."
        remarks = (Remark("missing_paths", text, column), *remarks)
    return Listed(images, rows[images.kept], remarks)


def labelled_images(
    path: Path,
    table: RawTable,
    column: str,
    code: Code,
    *,
    name: str,
    targets: Sequence[str],
    shape: Shape | None,
    group: str | None,
    time: str | None,
    weight: str | None,
    size: int | None = None,
) -> Source:
    """Read the images that a table lists, with their labels.

    Args:
        path: The table's file.
        table: As it was read.
        column: The column of paths.
        code: Encodes labels.
        name: Of the data.
        targets: The columns of labels.
        shape: Wanted; None for the commonest, made smaller.
        group: The column that names groups, or None.
        time: The column of times, or None.
        weight: The column that says how much each row counts, or None.
        size: Most pixels of the longer side, where no shape is wanted; None for 32.

    Returns:
        The examples that have a path, a usable image and a label.

    Raises:
        InputError: If a path leads out of the table's folder, there is no usable image, or labels, groups, times or
            weights cannot be used.
    """
    cells = {one: to_labels(table.frame[one], decimal_comma=table.decimal_comma) for one in targets}
    every = code(cells, table.row_name)
    found = listed_images(path, table, column, shape, every.kept, size=size)
    try:
        # Once more, for the images alone: a class may have lost all of its own.
        seen = {one: values[found.rows] for one, values in cells.items()}
        labels = code(seen, lambda k: table.row_name(int(found.rows[k])))
    except InputError as error:
        raise InputError(" ".join((str(error), *(remark.text for remark in found.remarks)))) from None
    kept = np.zeros(table.frame.height, bool)
    kept[found.rows] = True
    source = from_encoded(found.images.pixels, labels.targets, labels.task, name=name)
    missing = [remark for remark in every.remarks if remark.kind == "missing_labels"]
    groups, names = row_groups(table, group, kept) if group else (None, ())
    return source._replace(
        weight=row_weights(table, weight, kept) if weight else source.weight,
        groups=groups,
        group_names=names,
        times=row_times(table, time, kept) if time else None,
        remarks=(*missing, *found.remarks, *labels.remarks),
    )
