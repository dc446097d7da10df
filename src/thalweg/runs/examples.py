"""Open the data of a run and split them: the same for fit, resume, evaluate and reproduce."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from thalweg.archive import load, save
from thalweg.data.combine import combine
from thalweg.data.forms import own_test_file
from thalweg.data.open import open_like, open_source
from thalweg.data.shared_groups import shared_groups
from thalweg.data.source import Remark, Source
from thalweg.data.split import Split, split_source
from thalweg.errors import InputError

KEYS = "keys"  # beside the parts in their file
NOTHING: Mapping[str, np.ndarray] = MappingProxyType({})


class Examples(NamedTuple):
    """Labelled examples and which row is in which part."""

    source: Source  # all rows: those of the data, then of the validation file, then of the test file
    split: Split
    remarks: tuple[Remark, ...]  # of reading and of splitting
    sealed: str  # fingerprint of the data that hold the test part: it stays what it is beside other training rows
    seen: tuple[str, ...]  # fingerprints of the data and of the validation file, where there is one


def open_examples(
    data: Any, *, reading: dict[str, Any], test_data: Any = None, validation_data: Any = None, split_seed: int = 0
) -> Examples:
    """Read the data, and split off what no file gives.

    Args:
        data: A file, a built-in name, a frame, or arrays (x, y).
        reading: Keyword arguments of `open_source`.
        test_data: A file that becomes the sealed part; None to split one off.
        validation_data: A file that becomes the validation part; None to split one off.
        split_seed: Of the split.

    Returns:
        The examples.

    Raises:
        InputError: If the data cannot be read or split.
    """
    source = open_source(data, **reading)
    own = own_test_file(data)
    if own is not None and test_data is None:
        test_data, said = own, f"{own} is the data's own test part: sealed."
        source = source._replace(remarks=(*source.remarks, Remark("own_test", said, str(own))))
    share = {"test_share": 0.0} if test_data is not None else {}
    share |= {"validation_share": 0.0} if validation_data is not None else {}
    split, remarks = split_source(source, split_seed=split_seed, **share)
    remarks, sealed = source.remarks + remarks, source.fingerprint
    files = {"data": source}
    if validation_data is not None:
        source, split, other = _joined(source, split, validation_data, "validation")
        remarks += other.remarks + _shared(files, other, "validation data")
    if test_data is not None:
        source, split, other = _joined(source, split, test_data, "test")
        remarks, sealed = remarks + other.remarks + _shared(files, other, "test data"), other.fingerprint
    seen = tuple(file.fingerprint for called, file in files.items() if called != "test data")
    return Examples(source, split, remarks, sealed, seen)


def save_split(
    path: Path, split: Split, keys: np.ndarray, identity: str, further: Mapping[str, np.ndarray] = NOTHING
) -> None:
    """Write the parts' row numbers, and what tells each row again in another file.

    Args:
        path: The file.
        split: The parts.
        keys: (n,) of all rows, from `row_keys`.
        identity: Of the run.
        further: Arrays by name that lie beside them.

    Raises:
        InputError: If the file cannot be written.
    """
    save(path, {**split._asdict(), KEYS: keys, **further}, {"run": identity})


def load_split(path: Path, rows: int, identity: str) -> Split:
    """Read the parts' row numbers.

    Args:
        path: What `save_split` wrote.
        rows: Rows of the data; every number must be below.
        identity: Of the run.

    Returns:
        The split.

    Raises:
        InputError: If the file is damaged, of another run, or not of these data.
    """
    arrays = own_arrays(path, identity)
    numbers = [np.asarray(arrays.get(name, 0.0)) for name in Split._fields]
    if any(part.dtype.kind not in "iu" or part.ndim != 1 for part in numbers):
        raise InputError(f"{path} does not hold the three parts. Make the run again.")
    split = Split(*(part.astype(np.int64) for part in numbers))
    together = np.concatenate(split)
    if not len(split.train) or not len(split.validation):
        raise InputError(f"{path} leaves no rows to train on or none to choose by. Make the run again.")
    if together.min() < 0 or together.max() >= rows or len(np.unique(together)) != together.size:
        raise InputError(f"{path} is of other data: its row numbers do not fit {rows} rows. Give the run's own data.")
    keys = np.asarray(arrays.get(KEYS, np.zeros(rows, np.uint64)))
    if keys.dtype != np.uint64 or keys.shape != (rows,):
        raise InputError(f"{path} does not hold a key for each of {rows} rows. Make the run again.")
    return split


def load_row_keys(path: Path, identity: str) -> np.ndarray | None:
    """Read what tells a run's rows again in another file.

    Args:
        path: What `save_split` wrote.
        identity: Of the run.

    Returns:
        (n,) uint64, a key for each row of the run's data; None where a run of an earlier version kept none.

    Raises:
        InputError: If the file is damaged or of another run.
    """
    arrays = own_arrays(path, identity)
    if KEYS not in arrays:
        return None
    keys = np.asarray(arrays[KEYS])
    if keys.dtype != np.uint64 or keys.ndim != 1:
        raise InputError(f"{path} does not hold a key for each row. Make the run again.")
    return keys


def own_arrays(path: Path, identity: str) -> dict[str, Any]:
    """Read the arrays of a run's file of its parts.

    Args:
        path: What `save_split` wrote.
        identity: Of the run.

    Returns:
        The arrays by name.

    Raises:
        InputError: If the file is damaged or of another run.
    """
    arrays, facts = load(path)
    if facts.get("run") != identity:
        raise InputError(f"{path} is of another run. Put back the run's own file, or make the run again.")
    return arrays


def _shared(files: dict[str, Source], other: Source, called: str) -> tuple[Remark, ...]:
    """Say which groups a further file shares with each earlier one, and count it among them."""
    found = [remark for name, file in files.items() for remark in shared_groups(file, other, names=(name, called))]
    files[called] = other
    return tuple(found)


def _joined(source: Source, split: Split, data: Any, part: str) -> tuple[Source, Split, Source]:
    other = open_like(data, task=source.task, schema=source.schema)
    begin = len(source.targets)
    rows = np.arange(begin, begin + len(other.targets))
    return combine(source, other), split._replace(**{part: rows}), other
