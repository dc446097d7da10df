"""A run's history as a table that other programs can read, and back."""

import io
from pathlib import Path

import numpy as np
import polars

from thalweg.errors import InputError
from thalweg.files import read_limited, write_whole
from thalweg.train.history import OF_ALL, History, pack, unpack

LIMIT = 2**30  # bytes of the file
MOST_ROWS = 2**25  # a small file may unpack to any number

_COLUMNS = {
    "table": polars.String,
    "name": polars.String,
    "step": polars.Int64,
    "member": polars.Int64,
    "entry": polars.Int64,  # of a record of several numbers, from 0; -1 for a single one
    "value": polars.Float64,
}


def write_history(path: Path, history: History, identity: str) -> None:
    """Write the history as one long Parquet table: table, name, step, member, entry, value.

    Args:
        path: The file.
        history: The history.
        identity: Of the run, so that another run's table is not taken for its own.

    Raises:
        InputError: If the file cannot be written.
    """
    arrays = pack(history)
    frames = [
        _long(table, name.partition("|")[2], np.asarray(values), arrays[f"{table}|step"])
        for name, values in arrays.items()
        if (table := name.partition("|")[0]) and not name.endswith("|step")
    ]
    content = io.BytesIO()
    polars.concat([polars.DataFrame(schema=_COLUMNS), *frames]).write_parquet(content, metadata={"run": identity})
    write_whole(path, content.getvalue())


def read_history(path: Path, identity: str) -> History:
    """Read what `write_history` wrote.

    Args:
        path: The file.
        identity: Of the run.

    Returns:
        The history; every number is the one that was written.

    Raises:
        InputError: If the file cannot be read, is damaged, or holds another run's history.
    """
    content = read_limited(path, LIMIT)
    try:
        return _history(content, identity)
    # Whatever a file may hold that was put together with care; the second is how polars ends on some damage.
    except (polars.exceptions.PolarsError, polars.exceptions.PanicException, OSError, LookupError, ValueError) as error:
        detail = str(error).partition("\n")[0] or type(error).__name__
        raise InputError(f"{path} does not hold this run's history ({detail[:300]}). Make the run again.") from None


def _history(content: bytes, identity: str) -> History:
    if polars.read_parquet_metadata(io.BytesIO(content)).get("run") != identity:
        raise ValueError("it is of another run")
    lazy = polars.scan_parquet(io.BytesIO(content))
    columns = dict(lazy.collect_schema())
    if "entry" not in columns:  # of a version whose records were all single numbers
        lazy, columns = lazy.with_columns(entry=polars.lit(-1, polars.Int64)), {**columns, "entry": polars.Int64}
    if columns != _COLUMNS:
        raise ValueError("its columns are not those of a history")
    rows = lazy.select(polars.len()).collect().item()
    if rows > MOST_ROWS:
        raise ValueError(f"{rows:,} rows, more than the {MOST_ROWS:,} allowed")
    arrays: dict[str, np.ndarray] = {}
    for part in lazy.collect().partition_by("table", "name", maintain_order=True):
        table, name = part["table"][0], part["name"][0]
        steps, values = _wide(part)
        if table != "probes" and values.ndim > 2:
            raise ValueError(f"{name!r} has several entries")
        if table == "evaluations":
            values = values[:, 0] if name in OF_ALL else values.astype(bool) if name == "better" else values
        if not np.array_equal(arrays.setdefault(f"{table}|step", steps), steps):
            raise ValueError(f"the steps of {name!r} are not those of the others")
        arrays[f"{table}|{name}"] = values
    history = unpack(arrays)
    if not history.evaluations:
        raise ValueError("no evaluation")
    members = len(history.evaluations[0].better)
    for name, values in arrays.items():
        single = name.endswith("|step") or name in [f"evaluations|{scalar}" for scalar in OF_ALL]
        several = name.startswith("probes|") and values.ndim == 3
        if values.shape[1 : 2 if several else None] != (() if single else (members,)):
            raise ValueError(f"{name!r} is not of {members} members")
    return history


def _long(table: str, name: str, values: np.ndarray, steps: np.ndarray) -> polars.DataFrame:
    members = values.shape[1] if values.ndim > 1 else 1
    flat = values.reshape(len(steps), members, -1).astype(np.float64)
    step, member, entry = np.indices(flat.shape)
    return polars.DataFrame(
        {
            "table": [table] * flat.size,
            "name": [name] * flat.size,
            "step": steps.astype(np.int64)[step.ravel()],
            "member": member.ravel(),
            "entry": entry.ravel() if values.ndim > 2 else np.full(flat.size, -1),
            "value": flat.ravel(),
        },
        schema=_COLUMNS,
    )


def _wide(part: polars.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return (steps, values (rows, members), or (rows, members, entries)) of one name."""
    if part.null_count().sum_horizontal().item():
        raise ValueError("a cell is empty")
    member, entry, step, value = (part[name].to_numpy() for name in ("member", "entry", "step", "value"))
    members, entries = int(member.max()) + 1, int(entry.max()) + 1
    together = members * max(entries, 1)
    whole = 1 <= together <= len(member) and len(member) % together == 0
    place = np.arange(len(member)) % (together if whole else 1)
    if not whole or not np.array_equal(member, place // max(entries, 1)):
        raise ValueError("its members do not lie beside each other")
    if not np.array_equal(entry, place % entries if entries else np.full(len(entry), -1)):
        raise ValueError("its entries do not lie beside each other")
    if not np.array_equal(step, np.repeat(step[::together], together)):
        raise ValueError("its entries are not of one step")
    shape = (-1, members, entries) if entries else (-1, members)
    return step[::together].copy(), value.reshape(shape).copy()
