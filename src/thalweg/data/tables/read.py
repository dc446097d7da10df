"""Read a table from a text file or a Parquet file."""

from pathlib import Path

import polars as pl

from thalweg.data.tables.cells import clean
from thalweg.data.tables.frame import plain
from thalweg.data.tables.grid import split_cells
from thalweg.data.tables.header import find_header
from thalweg.data.tables.raw import RawTable
from thalweg.data.tables.text import read_text
from thalweg.errors import InputError

MOST_CELLS = 2**30  # of a Parquet file; 8 GiB as numbers


def read_table(path: Path, *, header: str = "infer") -> RawTable:
    """Read a text table: .csv, .tsv, .txt and the like, or one packed as .gz.

    The separator is found by looking: tab, comma, semicolon, vertical bar or spaces. Double quotes may enclose a cell;
    single quotes around a cell are taken off. Blank lines are skipped. "", "?", "NA", "N/A", "NaN", "null" and "None"
    mean a missing cell.

    Args:
        path: The file; at most 4 GiB unpacked.
        header: Whether the first row names the columns: "yes", "no", or "infer", which looks and says.

    Returns:
        The table; all cells are text.

    Raises:
        InputError: If the file is missing, a folder, empty, too large, not text, or has no row below its header; if a
            row has more or fewer cells than the first; if two columns have one name.
    """
    text = read_text(path)
    grid = split_cells(text.content, str(path))
    cells = clean(grid.frame, single_quotes=b"'" in text.content)
    names = find_header(cells, header, str(path))
    rows = cells.slice(1) if names.found else cells
    if not rows.height:
        raise InputError(f"{path} has a header and no row below it; a table with at least one row is wanted.")
    return RawTable(
        frame=rows.rename(dict(zip(rows.columns, names.names, strict=True))),
        path=str(path),
        header=names.found,
        header_said=names.said,
        lines=grid.lines[1:] if names.found else grid.lines,
        decimal_comma=grid.separator == ";",
        remarks=text.remarks,
    )


def read_parquet(path: Path) -> RawTable:
    """Read a Parquet file; its columns keep their types.

    Args:
        path: The file.

    Returns:
        The table.

    Raises:
        InputError: If the file is missing, a folder, no Parquet file, holds no row or more than 1,073,741,824 cells, or
            has a column of lists or records.
    """
    try:
        if path.is_dir():
            raise InputError(f"{path} is a folder; give one Parquet file in it.")
        if not path.is_file():
            raise InputError(f"there is no file {path}; check the name and the folder.")
        _require_size(path)
        frame = pl.read_parquet(path, use_pyarrow=False, glob=False)
    except OSError as error:
        raise InputError(
            f"cannot read {path}: {error.strerror or error}. Check its name and its permissions."
        ) from None
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException):  # the second is how polars ends on some damage
        raise InputError(
            f"{path} is not a Parquet file, or a damaged one; write it again, or save it as .csv."
        ) from None
    return plain(frame, str(path))


def _require_size(path: Path) -> None:
    """Refuse a file that tells of more than memory holds: a small one may unpack to any size."""
    lazy = pl.scan_parquet(path, glob=False)
    rows, columns = lazy.select(pl.len()).collect().item(), len(lazy.collect_schema())
    if rows * columns > MOST_CELLS:
        raise InputError(
            f"{path} has {rows:,} rows of {columns:,} columns; at most {MOST_CELLS:,} cells are read. Use fewer rows."
        )
