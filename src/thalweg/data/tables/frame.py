"""Take a DataFrame of any library: pandas, polars and what else narwhals knows."""

from datetime import timedelta
from typing import Any

import narwhals as nw
import numpy as np
import polars as pl

from thalweg.data.tables.cells import clean
from thalweg.data.tables.raw import RawTable
from thalweg.errors import InputError
from thalweg.wording import counted

_STRANGE = (list, tuple, dict, set, bytes, np.ndarray, timedelta)


def is_frame(data: object) -> bool:
    """Return whether `data` is a DataFrame of a library that can be read."""
    return isinstance(_known(data), nw.DataFrame | nw.LazyFrame)


def from_frame(frame: Any) -> RawTable:
    """Read a DataFrame; the index of a pandas one is left aside.

    Args:
        frame: A pandas or polars DataFrame, or one of another library that narwhals knows.

    Returns:
        The table.

    Raises:
        InputError: If it is lazy, has no row or no column, has two columns of one name, or a column of lists,
            records or durations.
    """
    known = _known(frame)
    if not isinstance(known, nw.DataFrame):
        raise InputError(
            f"a DataFrame with its rows at hand is wanted; got {type(frame).__name__}. Call .collect() on it."
        )
    if isinstance(frame, pl.DataFrame):
        return plain(frame, "the DataFrame")
    names = [str(name) for name in known.columns]
    if len(set(names)) < len(names):
        raise InputError("the DataFrame has two columns of one name, once names are written as text; rename one.")
    columns = [_series(name, column) for name, column in zip(names, known.iter_columns(), strict=True)]
    return plain(pl.DataFrame(columns), "the DataFrame")


def plain(frame: pl.DataFrame, path: str) -> RawTable:
    """Bring a polars frame to the few types that the rest of the library knows.

    Args:
        frame: Any frame.
        path: Where it is from, for messages.

    Returns:
        The table.

    Raises:
        InputError: If it has no row or no column, or a column of lists, records, durations or raw bytes.
    """
    if not frame.width or not frame.height:
        size = f"{counted(frame.height, 'row')} and {counted(frame.width, 'column')}"
        raise InputError(f"{path} has {size}; at least one of each is wanted.")
    categories = frozenset(name for name, kind in frame.schema.items() if kind in (pl.Categorical, pl.Enum))
    expressions = []
    for name, kind in frame.schema.items():
        if kind in (pl.Categorical, pl.Enum, pl.Time):
            expressions.append(pl.col(name).cast(pl.String))
        elif kind.is_decimal() or (kind.is_integer() and kind not in (pl.Int64, pl.Int32)):
            expressions.append(pl.col(name).cast(pl.Float64))
        elif kind == pl.Null:
            expressions.append(pl.col(name).cast(pl.String))
        elif kind.is_float():
            expressions.append(pl.col(name).cast(pl.Float64).fill_nan(None))
        elif not (kind.is_integer() or kind in (pl.String, pl.Boolean, pl.Date, pl.Datetime)):
            raise InputError(_refusal(path, name, str(kind)))
    return RawTable(
        frame=clean(frame.with_columns(expressions), single_quotes=False),
        path=path,
        header=True,
        header_said="",
        categories=categories,
    )


def _refusal(path: str, column: str, kind: str) -> str:
    return (
        f"{path}, column {column!r}: cells of type {kind} cannot be an input; wanted are numbers, texts, truth values "
        "or dates. Leave the column out, or write it as numbers."
    )


def _known(data: object) -> Any:
    try:
        return nw.from_native(data, pass_through=True, allow_series=False)
    except nw.exceptions.DuplicateError:
        raise InputError("the DataFrame has two columns of one name; rename one.") from None


def _series(name: str, column: nw.Series[Any]) -> pl.Series:
    kind = column.dtype
    if kind.is_numeric() and not column.is_null().any():
        return pl.Series(name, column.to_numpy())
    if kind.is_numeric():
        return pl.Series(name, np.asarray(column.cast(nw.Float64).to_numpy(), np.float64)).fill_nan(None)
    if kind in (nw.Datetime, nw.Date):
        stamps = column.dt.timestamp("us").to_list()
        return pl.Series(name, [None if stamp is None or stamp != stamp else int(stamp) for stamp in stamps]).cast(
            pl.Datetime("us")
        )
    cells = [_cell(cell) for cell in column.to_list()]
    for cell in cells:
        if isinstance(cell, _STRANGE):
            raise InputError(_refusal("the DataFrame", name, type(cell).__name__))
    if kind == nw.Boolean or {type(cell) for cell in cells} <= {bool, type(None)}:
        return pl.Series(name, cells, dtype=pl.Boolean)
    if all(cell is None or isinstance(cell, int | float) for cell in cells):
        return pl.Series(name, [None if cell is None else float(cell) for cell in cells], dtype=pl.Float64)
    texts = pl.Series(name, [None if cell is None else str(cell) for cell in cells], dtype=pl.String)
    return texts.cast(pl.Categorical) if kind in (nw.Categorical, nw.Enum) else texts


def _cell(cell: Any) -> Any:
    """Return None for any of the values that stand for a missing cell in an object column."""
    if cell is None or (isinstance(cell, float | np.floating) and np.isnan(cell)) or str(cell) in ("<NA>", "NaT"):
        return None
    return cell.item() if isinstance(cell, np.generic) else cell
