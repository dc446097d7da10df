"""What a run writes before it trains: what was asked of it, its parts, how to read files like its data."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from thalweg.data.builtin import BUILTIN
from thalweg.data.row_keys import row_keys
from thalweg.data.seal import count_openings
from thalweg.data.toy import TOY
from thalweg.errors import InputError, choose
from thalweg.experiment import Experiment
from thalweg.losses.head import scored
from thalweg.runs.evaluating import write_seal
from thalweg.runs.examples import Examples, save_split
from thalweg.runs.machine import versions
from thalweg.runs.options import Options
from thalweg.runs.record import IN_MEMORY, Record, write_json, write_record
from thalweg.runs.transfer.learned_rows import NEVER, kept_keys
from thalweg.runs.transfer.transfer import Transfer
from thalweg.serialise import to_plain
from thalweg.train.evaluate import TOP
from thalweg.train.scores import METRICS, default_metric


def record_of(data: Any, asked: Options, examples: Examples, experiment: Experiment) -> Record:
    """Return the record of a run that is to begin; name and place are filled in by `write_beginning`.

    Args:
        data: What the user gave as data.
        asked: What the user asked for.
        examples: The data as read.
        experiment: Resolved.

    Returns:
        The record.

    Raises:
        InputError: If the metric or the class weights are not for this task, or the metric not for so few classes or
            for the loss.
    """
    task = examples.source.task.kind
    metric = asked.metric or default_metric(task)
    choose(metric, [name for name, m in METRICS.items() if task in m.tasks], what=f"metric for {task}")
    classes = len(examples.source.task.classes)
    if metric.startswith("top_") and classes <= TOP:
        raise InputError(
            f"--metric {metric} looks for the right class among the first {TOP}; the data have {classes} classes, so "
            "it would always be there. Use --metric accuracy."
        )
    if metric == "cross_entropy" and scored(experiment.loss):
        better = "attribute_cross_entropy" if task == "attributes" else "softmax_cross_entropy"
        raise InputError(
            f"the loss {type(experiment.loss).__name__} gives scores and no probabilities, so there is no "
            f"cross-entropy. Use --metric accuracy, or --set loss={better}."
        )
    return Record(
        name="",
        data=place_of(data),
        reading=asked.reading(),
        test_data=beside(asked.test_data),
        validation_data=beside(asked.validation_data),
        fingerprint=examples.source.fingerprint,
        experiment=to_plain(experiment),
        metric=metric,
        seed=asked.seed,
        split_seed=asked.split_seed,
        class_weight=asked.class_weight or "",
        time_budget=float(asked.time_budget or 0.0),
        versions=versions(),
        command=asked.command,
        created=now(),
        checks=asked.checks,
        monitors=asked.monitors,
        attempts=float(asked.attempts),
        on_finding=asked.on_finding,
        folds=asked.folds or 0,
        sealed=examples.sealed,
        seen=examples.seen,
    )


def write_beginning(run: Path, record: Record, examples: Examples, transfer: Transfer | None = None) -> Record:
    """Write a run's first files, the record before all others but the network it begins with.

    Args:
        run: The run directory, locked by the caller.
        record: Of the run, or of the one that it repeats.
        examples: Give the parts and the schema.
        transfer: What the network begins with; None where it is drawn, or lies there already.

    Returns:
        The record as written.

    Raises:
        InputError: If a file cannot be written.
    """
    place = run.resolve()
    record = record._replace(name=place.name, place=str(place))
    if transfer is not None:
        transfer.start.write(run)  # a record that names it without it would be of no use
    write_record(run, record)
    keys = row_keys(examples.source)
    save_split(run / "split.safetensors", examples.split, keys, record.identity, _learned(record, examples, transfer))
    write_json(run / "schema.json", dict(examples.source.schema))
    write_seal(run, record, len(examples.split.test), count_openings(place.parent, record.sealed))
    return record


def _learned(record: Record, examples: Examples, transfer: Transfer | None) -> Mapping[str, np.ndarray]:
    """Return what tells the rows that are learned from, and were before; nothing where the latter are not known."""
    if record.pretrained is None:
        return kept_keys(examples.source, NEVER).arrays()
    if transfer is None or transfer.before is None:
        return {}
    return kept_keys(examples.source, transfer.before).arrays()


def place_of(data: Any) -> str:
    """Return where data can be found again: a built-in name, an absolute path, or "" for data in memory."""
    if isinstance(data, str) and data in (*BUILTIN, *TOY):
        return data
    return str(Path(data).resolve()) if isinstance(data, str | Path) else ""


def beside(data: Any) -> str:
    """Return the same for a further part, which there may be none of ("")."""
    return "" if data is None else place_of(data) or IN_MEMORY


def now() -> str:
    """Return the time in ISO 8601, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")
