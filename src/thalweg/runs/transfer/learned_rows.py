"""Which rows a network has learned from, kept with the run's parts: those of its own run, and of all it began with."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np

from thalweg.data.row_keys import input_keys
from thalweg.data.source import Source
from thalweg.data.split import Split
from thalweg.errors import InputError
from thalweg.runs.examples import load_split, own_arrays
from thalweg.runs.record import Record

_INPUTS, _TRAINED, _CHOSEN = "inputs", "trained_before", "chosen_before"  # in a run's file of its parts


class KeptKeys(NamedTuple):
    """Keys of rows by their inputs alone, which are the same in another file."""

    inputs: np.ndarray  # (n,) uint64 of all rows of the run
    trained_before: np.ndarray  # (k,) uint64 of rows that the networks it began with were trained on
    chosen_before: np.ndarray  # (k,) uint64 of those that their weights were chosen by

    def arrays(self) -> Mapping[str, np.ndarray]:
        """Return them by the names they are kept under."""
        return dict(zip((_INPUTS, _TRAINED, _CHOSEN), self, strict=True))


class Before(NamedTuple):
    """What a trained network has seen of rows, by their keys."""

    trained: np.ndarray  # (k,) uint64 of all rows trained on, in its run or before
    chosen: np.ndarray  # (k,) uint64 of all rows chosen by


NEVER = Before(np.zeros(0, np.uint64), np.zeros(0, np.uint64))  # of a network that was drawn


class Learned(NamedTuple):
    """A trained network's rows."""

    own: np.ndarray  # (n,) uint64 of all rows of its run
    split: Split  # of these
    seen: Before  # its own rows among them


def kept_keys(source: Source, before: Before) -> KeptKeys:
    """Return what a new run keeps.

    Args:
        source: Its data.
        before: What the network that it begins with has seen.

    Returns:
        The keys.
    """
    return KeptKeys(input_keys(source), *before)


def learned_of(run: Path, record: Record) -> Learned | str:
    """Return what a run's network has seen.

    Args:
        run: Its directory.
        record: Of it.

    Returns:
        The keys, or in words why they are not known.
    """
    path = run / "split.safetensors"
    try:
        kept = _kept(path, record)
        if isinstance(kept, str):
            return kept
        split = load_split(path, len(kept.inputs), record.identity)
    except InputError as error:
        return str(error)
    trained = np.union1d(kept.trained_before, kept.inputs[split.train])
    chosen = np.union1d(kept.chosen_before, kept.inputs[split.validation])
    return Learned(kept.inputs, split, Before(trained, chosen))


def before_of(run: Path, record: Record) -> Before | None:
    """Return what a run's network had seen before the run.

    Args:
        run: Its directory.
        record: Of it.

    Returns:
        The keys; None where they are not known.
    """
    try:
        kept = _kept(run / "split.safetensors", record)
    except InputError:
        return None
    return None if isinstance(kept, str) else Before(kept.trained_before, kept.chosen_before)


def _kept(path: Path, record: Record) -> KeptKeys | str:
    arrays = own_arrays(path, record.identity)
    if any(name not in arrays for name in (_INPUTS, _TRAINED, _CHOSEN)):
        return f"{path} has no hashes of inputs."
    kept = KeptKeys(*(np.asarray(arrays[name]) for name in (_INPUTS, _TRAINED, _CHOSEN)))
    if any(keys.dtype != np.uint64 or keys.ndim != 1 for keys in kept):
        return f"{path} does not hold a hash of each row."
    return kept
