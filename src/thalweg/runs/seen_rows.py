"""Which rows of a file the network, or the one who judges it, has met before."""

from pathlib import Path

import numpy as np

from thalweg.data.row_keys import row_keys
from thalweg.data.source import Remark, Source
from thalweg.errors import InputError
from thalweg.runs.examples import load_row_keys, load_split
from thalweg.runs.record import Record
from thalweg.wording import agreeing, counted

MET_SHARE = 0.05  # of a file's rows: where values are few, some rows of new data equal old ones by nature


def seen_rows(run: Path, record: Record, source: Source, path: str) -> tuple[Remark, ...]:
    """Warn where a file's rows are no new ones.

    Rows are compared in every input and the label, whatever the order of the file's rows and columns.

    Args:
        run: The run directory; a damaged file of parts keeps nothing from being scored.
        record: Of the run.
        source: The file, read like the run's data.
        path: Its name.

    Returns:
        No remark or one: a warning where more than 5% of the rows were met before or every sealed row is there, a
        note where that cannot be known.
    """
    if source.fingerprint in record.seen:
        did = "was trained on" if source.fingerprint == record.seen[0] else "had its best weights chosen by"
        return _warned(
            f"these are the rows the network {did}: the score is no forecast for new rows. Give rows it has not seen.",
            path,
        )
    parts = run / "split.safetensors"
    try:
        kept = load_row_keys(parts, record.identity)
        split = None if kept is None else load_split(parts, len(kept), record.identity)
    except InputError as error:
        return (_unknown(f"whether the network has seen these rows is not known: {error}", path),)
    if kept is None or split is None:
        text = "whether the network has seen these rows is not known: the run is of a version that kept no hashes."
        return (_unknown(text, path),)
    return _compared(row_keys(source), kept[split.test], kept[np.concatenate((split.train, split.validation))], path)


def _compared(keys: np.ndarray, sealed: np.ndarray, known: np.ndarray, path: str) -> tuple[Remark, ...]:
    in_sealed, in_known = np.isin(keys, sealed), np.isin(keys, known)
    whole_seal = len(sealed) > 0 and bool(np.isin(sealed, keys).all())
    if (in_sealed | in_known).mean() <= MET_SHARE and not whole_seal:
        return ()
    said = [
        f"{count:,} {agreeing(count, 'equals a row', 'equal rows')} {of}"
        for count, of in (
            (int(in_sealed.sum()), "of the sealed test part"),
            (int(in_known.sum()), "the network was trained on or chosen by"),
        )
        if count
    ]
    return _warned(
        f"of these {counted(len(keys), 'row')}, {' and '.join(said)}; the score says less about new data.", path
    )


def _warned(text: str, path: str) -> tuple[Remark, ...]:
    return (Remark("seen_rows", text, path, "warning"),)


def _unknown(text: str, path: str) -> Remark:
    return Remark("seen_rows", text, path)
