"""The table that some data are: a file of one of several formats, a DataFrame, or one with labels beside it."""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from thalweg.data.attributes import named_columns
from thalweg.data.labels import label_array, read_labels
from thalweg.data.tables.frame import from_frame, is_frame
from thalweg.data.tables.raw import RawTable
from thalweg.data.tables.read import read_parquet, read_table
from thalweg.errors import InputError

WANTED = "a table as .csv, .tsv, .txt (each also packed as .gz) or .parquet"
_ENDINGS = (".csv", ".tsv", ".txt", ".parquet")
_NOT_READ = {
    ".xlsx": "an Excel workbook",
    ".xls": "an Excel workbook",
    ".ods": "a spreadsheet",
    ".json": "a JSON file",
    ".jsonl": "a JSON file",
    ".feather": "a Feather file",
    ".h5": "an HDF5 file",
    ".hdf5": "an HDF5 file",
    ".mat": "a MATLAB file",
    ".zip": "a zip archive",
    ".pkl": "a pickle, which could run any code",
    ".pickle": "a pickle, which could run any code",
    ".joblib": "a pickle, which could run any code",
    ".npy": "a single array without labels",
    ".npz": "an archive of arrays",
}


class Picked(NamedTuple):
    """A table that was found."""

    table: RawTable
    name: str  # of the data: the file's name without its endings
    labels: str | list[str] | None  # the columns of the labels that came beside a DataFrame


def pick_table(data: Any, *, header: str = "infer", attributes: bool = False) -> Picked:
    """Read the table that some data are.

    Args:
        data: The path of a file; a DataFrame; or a pair (DataFrame, labels).
        header: For a text file, whether its first row names the columns: "yes", "no" or "infer".
        attributes: Whether labels of several columns are answers, not one-hot rows.

    Returns:
        The table.

    Raises:
        InputError: If the data are none of these, or cannot be read.
    """
    if isinstance(data, str | Path):
        return _file(Path(data), header)
    if is_frame(data):
        return Picked(from_frame(data), "table", None)
    if isinstance(data, tuple) and len(data) == 2 and is_frame(data[0]):
        if attributes:
            return _with_answers(from_frame(data[0]), data[1])
        return _with_labels(from_frame(data[0]), data[1])
    raise InputError(
        f"wanted {WANTED}, another file of data, the name of a built-in set such as iris, a DataFrame, or arrays (with "
        f"labels: a pair (x, y)); got {_called(data)}."
    )


def has_table_ending(path: Path) -> bool:
    """Say whether a file is called as tables are, packed or not."""
    return path.name.lower().removesuffix(".gz").endswith(_ENDINGS)


def _file(path: Path, header: str) -> Picked:
    suffix = path.suffix.lower()
    if suffix in _NOT_READ and not path.is_dir():
        raise InputError(f"{path} is {_NOT_READ[suffix]}; wanted is {WANTED}. Save the table as .csv.")
    name = path.name.removesuffix(".gz")
    table = read_parquet(path) if suffix == ".parquet" else read_table(path, header=header)
    return Picked(table, Path(name).stem or name, None)


def _with_labels(table: RawTable, labels: Any) -> Picked:
    name = str(getattr(labels, "name", None) or "target")
    values = label_array(labels, target=name)
    if len(values) != table.frame.height:
        raise InputError(f"wanted one label a row; got {table.frame.height:,} rows and labels of shape {values.shape}.")
    if name in table.frame.columns:
        raise InputError(f"the labels and a column of the inputs are both called {name!r}; rename one of them.")
    return Picked(table._replace(frame=table.frame.with_columns(_column(name, values))), "table", name)


def _column(name: str, values: np.ndarray) -> pl.Series:
    cells = read_labels(values, target=name)
    return pl.Series(name, cells).fill_nan(None) if isinstance(cells, np.ndarray) else pl.Series(name, cells)


def _with_answers(table: RawTable, labels: Any) -> Picked:
    """Put columns of answers into the table, each by its name."""
    if is_frame(labels):
        beside = from_frame(labels).frame
    else:
        name = str(getattr(labels, "name", None) or "target")
        columns = named_columns(labels, name)
        beside = pl.DataFrame([_column(each, np.asarray(values)) for each, values in columns.items()])
    if beside.height != table.frame.height:
        raise InputError(f"wanted answers for each of {table.frame.height:,} rows; got {beside.height:,} of them.")
    both = next((name for name in beside.columns if name in table.frame.columns), None)
    if both is not None:
        raise InputError(f"the labels and a column of the inputs are both called {both!r}; rename one of them.")
    return Picked(table._replace(frame=table.frame.hstack(beside)), "table", beside.columns)


def _called(data: Any) -> str:
    if isinstance(data, tuple):
        return f"a pair ({', '.join(type(part).__name__ for part in data[:3])})"
    return f"{type(data).__name__}{list(data.shape) if isinstance(data, np.ndarray) else ''}"
