"""The paths of image files in a table: which column holds them, and that each leads below the table's folder.

A table may come from a stranger, so a path in it opens nothing elsewhere: not by "..", not by a leading "/", not by a
link. Backslashes separate folders, as in tables written on Windows, wherever the table is read.
"""

from collections.abc import Collection
from pathlib import Path

import polars as pl

from thalweg.data.images.decode import SUFFIXES
from thalweg.data.tables.raw import RawTable
from thalweg.errors import InputError, shown

_ENDING = "(?i)(?:" + "|".join(suffix.replace(".", r"\.") for suffix in SUFFIXES) + ")$"
_LISTED = 10  # columns named in one message


def image_columns(frame: pl.DataFrame) -> tuple[str, ...]:
    """Find the columns that name image files.

    Args:
        frame: The cells of a table, as `RawTable` holds them.

    Returns:
        The columns that have filled cells, all of which end in the suffix of an image.

    Example:
        >>> image_columns(pl.DataFrame({"file": ["a.png", None, "b/c.JPG"], "kind": ["a", "b.png", "c"]}))
        ('file',)
    """
    return tuple(cells.name for cells in frame if _share(cells) == 1.0)


def path_column(table: RawTable, *, without: Collection[str | None]) -> str:
    """Find the one column of a table that names image files.

    Args:
        table: As it was read.
        without: Columns that have another use.

    Returns:
        Its name.

    Raises:
        InputError: If no column does so, or several do.
    """
    frame = table.frame.drop([name for name in table.frame.columns if name in without])
    found = image_columns(frame)
    if len(found) == 1:
        return found[0]
    if found:
        raise InputError(
            f"{table.path} has {len(found)} columns of image files: {name_columns(found)}. Leave one in "
            "the table; fit leaves the others out with --drop."
        )
    nearly = [cells for cells in frame if _share(cells) > 0.5]
    hint = _first_other(table, nearly[0]) if nearly else "Write the name of each image file, its ending too, into one."
    raise InputError(
        f"{table.path} has no column of image files, whose cells all end in {', '.join(SUFFIXES[:3])} or the like; "
        f"there are, without those of another use: {name_columns(frame.columns) or 'none'}. {hint}"
    )


def files_below(table: RawTable, column: str, folder: Path) -> tuple[Path | None, ...]:
    """Return the file that each row of a table names, and see that none lies elsewhere.

    Args:
        table: As it was read.
        column: The column of paths, relative to the folder; absolute ones may lead below it.
        folder: The one that the table lies in.

    Returns:
        The files, links followed, as paths that begin with `folder`; None where a cell is empty. They need not exist.

    Raises:
        InputError: If a path leads out of the folder, links followed.
    """
    base = folder.resolve()
    found = []
    for row, cell in enumerate(table.frame[column].cast(pl.String)):
        inner = None if cell is None else _below(cell, base)
        if cell is not None and inner is None:
            raise InputError(
                f"{table.path}, {table.row_name(row)}, column {column!r}: {shown(cell)} is no path below the table's "
                "folder, and nothing elsewhere is opened. Copy the image into that folder and write its path from "
                "there, or drop the row."
            )
        found.append(None if inner is None else folder / inner)
    return tuple(found)


def name_columns(names: Collection[str]) -> str:
    """Return columns' names as a message lists them, the first ten of many."""
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return ", ".join(shown(name) for name in [*names][:_LISTED]) + more


def _below(cell: str, base: Path) -> Path | None:
    try:
        found = (base / cell.replace("\\", "/")).resolve()
    except (OSError, RuntimeError, ValueError):  # links in a circle; a zero byte, which no name can hold
        return None
    return found.relative_to(base) if found.is_relative_to(base) else None


def _share(cells: pl.Series) -> float:
    """Return which share of a column's filled cells end as images do; 0 where there are none."""
    if cells.dtype != pl.String or cells.null_count() == len(cells):
        return 0.0
    ends = cells.drop_nulls().str.contains(_ENDING)
    return int(ends.sum()) / len(ends)


def _first_other(table: RawTable, cells: pl.Series) -> str:
    row = int((~cells.str.contains(_ENDING)).fill_null(False).arg_true()[0])
    return f"{cells.name!r} would be one but for {table.row_name(row)}: {shown(cells[row])}. Correct or empty the cell."
