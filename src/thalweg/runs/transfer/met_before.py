"""Rows to be judged on that the trained network a run begins with was trained on."""

from pathlib import Path

import numpy as np

from thalweg.data.row_keys import row_keys
from thalweg.data.source import Remark, Source
from thalweg.data.split import Split
from thalweg.errors import InputError
from thalweg.runs.examples import load_row_keys, load_split
from thalweg.runs.record import Record
from thalweg.runs.seen_rows import MET_SHARE

_PARTS = ("validation", "test")


def met_before(run: Path, record: Record, source: Source, split: Split) -> tuple[Remark, ...]:
    """Warn where a run would be judged on rows that the network it begins with learned from.

    Args:
        run: The directory of the run that trained that network.
        record: Of that run.
        source: The new run's data.
        split: Of the new run.

    Returns:
        A warning where more than 5% of the validation or of the test rows were trained on or chosen by, a note where
        that cannot be known; none else.
    """
    path = run / "split.safetensors"
    try:
        kept = load_row_keys(path, record.identity)
        old = None if kept is None else load_split(path, len(kept), record.identity)
    except InputError as error:
        return (Remark("met_before", f"which rows the trained network has seen is not known: {error}", str(run)),)
    if kept is None or old is None:
        text = f"which rows the trained network has seen is not known: {run} is of a version that kept no hashes."
        return (Remark("met_before", text, str(run)),)
    known, keys = kept[np.concatenate((old.train, old.validation))], row_keys(source)
    # A row that was chosen by there may be chosen by here: in the one part that both runs choose by.
    learned = {"validation": kept[old.train], "test": known}
    said = []
    for part in _PARTS:
        rows = getattr(split, part)
        met = int(np.isin(keys[rows], learned[part]).sum())
        if met > MET_SHARE * len(rows):
            said.append(f"{met:,} of {len(rows):,} {part} rows")
    if not said:
        return ()
    text = (
        f"the trained network that this run begins with has learned from {' and '.join(said)}, so that scores on them "
        f"flatter. Divide the data as it had them, with --split-seed {record.split_seed}, or judge on other rows."
    )
    return (Remark("met_before", text, str(run), "warning"),)
