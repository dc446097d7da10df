"""Open the data of a run and split them: the same for fit, resume, evaluate and reproduce."""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from thalweg.archive import load, save
from thalweg.data.combine import combine
from thalweg.data.forms import own_test_file
from thalweg.data.open import open_like, open_source
from thalweg.data.source import Remark, Source
from thalweg.data.split import Split, split_source
from thalweg.errors import InputError


class Examples(NamedTuple):
    """Labelled examples and which row is in which part."""

    source: Source  # all rows: those of the data, then of the validation file, then of the test file
    split: Split
    remarks: tuple[Remark, ...]  # of reading and of splitting


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
    remarks = source.remarks + remarks
    if validation_data is not None:
        source, split, said = _joined(source, split, validation_data, "validation")
        remarks += said
    if test_data is not None:
        source, split, said = _joined(source, split, test_data, "test")
        remarks += said
    return Examples(source, split, remarks)


def save_split(path: Path, split: Split) -> None:
    """Write the parts' row numbers; raises InputError if the file cannot be written."""
    save(path, split._asdict(), {})


def load_split(path: Path, rows: int) -> Split:
    """Read the parts' row numbers.

    Args:
        path: What `save_split` wrote.
        rows: Rows of the data; every number must be below.

    Returns:
        The split.

    Raises:
        InputError: If the file is damaged, or is not of these data.
    """
    arrays, _ = load(path)
    if set(arrays) != set(Split._fields):
        raise InputError(f"{path} does not hold the three parts. Make the run again.")
    split = Split(**{name: np.asarray(arrays[name], np.int64) for name in Split._fields})
    together = np.concatenate(split)
    if together.size and (together.min() < 0 or together.max() >= rows or len(np.unique(together)) != together.size):
        raise InputError(f"{path} is of other data: its row numbers do not fit {rows} rows. Give the run's own data.")
    return split


def _joined(source: Source, split: Split, data: Any, part: str) -> tuple[Source, Split, tuple[Remark, ...]]:
    other = open_like(data, task=source.task, schema=source.schema)
    begin = len(source.targets)
    rows = np.arange(begin, begin + len(other.targets))
    return combine(source, other), split._replace(**{part: rows}), other.remarks
