"""Rows to be judged on that the trained network a run begins with has learned from."""

from pathlib import Path

import numpy as np

from thalweg.data.row_keys import input_keys
from thalweg.data.source import Remark, Source
from thalweg.data.split import Split
from thalweg.runs.record import Record
from thalweg.runs.seen_rows import MET_SHARE
from thalweg.runs.transfer.learned_rows import Learned


def met_before(
    run: Path, record: Record, learned: Learned | str, source: Source, split: Split, *, folds: bool
) -> tuple[Remark, ...]:
    """Warn where a run would be judged on rows that the network it begins with learned from.

    Rows are compared by their inputs, whatever their label. Where values are few, some rows equal
    others by nature: as many as in the parts of the run that trained the network count for nothing.

    Args:
        run: The directory of the run that trained that network.
        record: Of that run.
        learned: What its network has seen; or why that is not known.
        source: The new run's data, with the columns that the network knows.
        split: Of the new run.
        folds: Whether the new run is cross-validated, on training and validation rows.

    Returns:
        A warning where more than 5% of the rows of a part were learned from, beside those that are equal by nature; a
        note where that cannot be known; none else.
    """
    if isinstance(learned, str):
        text = f"which rows the trained network has learned from is not known: {learned}"
        return (Remark("met_before", text, str(run)),)
    keys, old, (trained, chosen) = input_keys(source), learned.own, learned.seen
    known = np.union1d(trained, chosen)
    # A row that was chosen by there may be chosen by here: in the one part that both runs choose by.
    parts = [
        ("validation rows", split.validation, trained, old[learned.split.validation]),
        ("test rows", split.test, known, old[learned.split.test]),
    ]
    if folds:
        judged = np.concatenate((split.train, split.validation))
        parts.append(("rows that the folds judge on", judged, trained, old[learned.split.validation]))
    said = []
    for name, rows, seen, held in parts:
        met = np.isin(keys[rows], seen)
        by_nature = float(np.isin(held, seen).mean()) if len(held) else 0.0
        if len(rows) and met.mean() > by_nature + MET_SHARE:
            said.append(f"{int(met.sum()):,} of {len(rows):,} {name}")
    if not said:
        return ()
    text = (
        f"the trained network that this run begins with has learned from {' and '.join(said)}, so that scores on them "
        f"flatter. {_advice(record, source, said)}"
    )
    return (Remark("met_before", text, str(run), "warning"),)


def _advice(record: Record, source: Source, said: list[str]) -> str:
    if len(said) == 1 and "folds" in said[0]:
        return "Leave out --folds, or take rows for it that the network has not seen."
    if record.fingerprint == source.fingerprint:
        return f"Divide the data as that run did, with --split-seed {record.split_seed}."
    return "Judge on other rows, of --validation-data and --test-data."
