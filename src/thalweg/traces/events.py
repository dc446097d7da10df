"""Runs in TensorBoard's event files."""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from thalweg.errors import InputError
from thalweg.traces.clock import Points, by_clock, clock_of, without_restarts
from thalweg.traces.histogram import Moments
from thalweg.traces.measures import tag_kind
from thalweg.traces.names import Meaning, meaning
from thalweg.traces.summaries import read_event
from thalweg.traces.table import Series, Table, require_columns, require_rows, series_of
from thalweg.traces.tfrecord import read_records

FORM = "TensorBoard events"
MOST_POINTS = 2**23
_MADE_OF = {  # by what a histogram is of: the measures, and the moment that each is
    "weight": {"weight_norm": "norm"},
    "gradient": {"gradient_norm": "norm", "gradient_zero_share": "zero_share"},
    "update": {"update_norm": "norm"},
    "activation": {
        "activation_mean": "mean",
        "activation_deviation": "deviation",
        "activation_zero_share": "zero_share",
    },
}


class _Logged(NamedTuple):
    """All that was logged: by tag, (step, time, value) in the order of the files."""

    scalars: dict[str, list[tuple[float, float, float]]]
    histograms: dict[str, list[tuple[float, float, Moments]]]
    kinds: dict[str, tuple[str, str]]  # of each histogram
    unread: dict[str, None]
    remarks: list[str]


def read_events(path: str, files: list[tuple[str, Path]]) -> Table:
    """Read event files as one run.

    Args:
        path: What was named, for messages.
        files: What `event_files` found.

    Returns:
        The table, with a row for each step that anything understood was logged at. Of histograms of weights, gradients,
        updates and activations there are norms, means, deviations and shares of zeros.

    Raises:
        InputError: If a file cannot be read, is too large or damaged (the place is named), or there are more than
            8,388,608 numbers or 10,000 tags.
    """
    logged = _Logged({}, {}, {}, {}, [])
    for name, file in files:
        _read_file(path, file, f"{name}/" if name else "", logged)
    remarks = list(logged.remarks)
    clean = {tag: without_restarts(_points(told)) for tag, told in logged.scalars.items()}
    looks = {tag: without_restarts(_points(told)) for tag, told in logged.histograms.items()}
    if any(restarted for _, restarted in (*clean.values(), *looks.values())):
        remarks.append("The steps fall back, as after a restart; of what was logged twice the later was taken.")
    iterating = [points for tag, (points, _) in clean.items() if not _counts_epochs(tag)]
    clock = clock_of(iterating) if iterating else None
    placed = {tag: _placed(points, clock) for tag, (points, _) in (*clean.items(), *looks.items())}
    if clock is not None and any(np.isfinite(epoch).any() for _, epoch in placed.values()):
        remarks.append("Some tags count epochs, others steps; the steps of the former were found by the time of day.")
    tables = {tag: (*placed[tag], points.values) for tag, (points, _) in clean.items()}
    rows, series, meanings = _joined(tables)
    require_rows(path, rows)
    tensors = _tensors(logged.kinds, {tag: placed[tag][0 if clock else 1] for tag in looks}, looks)
    unread = [tag for tag in logged.unread if tag not in series]
    series |= {tag: series_of((), ()) for tag in unread}
    meanings |= {tag: Meaning("") for tag in unread}
    return Table(path, FORM, rows, series, meanings, tensors, tuple(remarks))


def _read_file(path: str, file: Path, before: str, logged: _Logged) -> None:
    """Add what one file tells."""
    count = sum(len(told) for told in (*logged.scalars.values(), *logged.histograms.values()))
    for record in read_records(file):
        if not record.whole:
            logged.remarks.append(f"{file.name} ends within a record, at byte {record.offset:,}; it was left out.")
            return
        try:
            event = read_event(record.data)
        except ValueError as error:
            raise InputError(
                f"{file} is damaged at byte {record.offset:,}: the record there is no event ({error}). "
                "Use another copy of it."
            ) from None
        for tag, value in event.scalars:
            if before + tag in logged.scalars or meaning(before + tag).what:
                logged.scalars.setdefault(before + tag, []).append((float(event.step), event.time, value))
            else:
                logged.unread[before + tag] = None
        for tag, moments in event.histograms:
            if tag not in logged.kinds:
                logged.kinds[tag] = tag_kind(tag)
            if logged.kinds[tag][0]:
                logged.histograms.setdefault(tag, []).append((float(event.step), event.time, moments))
            else:
                logged.unread[tag] = None
        logged.unread.update(dict.fromkeys(before + tag for tag in event.others))
        require_columns(path, len(logged.scalars) + len(logged.kinds) + len(logged.unread))
        count += len(event.scalars) + len(event.histograms)
        if count > MOST_POINTS:
            raise InputError(
                f"{path} holds more than {MOST_POINTS:,} numbers. Log less often, or name one of its files."
            )


def _points(told: list[tuple[float, float, float]] | list[tuple[float, float, Moments]]) -> Points:
    steps, times, values = zip(*told, strict=True)
    return Points(np.array(steps, np.float64), np.array(times), np.array(values, np.float64))


def _counts_epochs(tag: str) -> bool:
    """Say whether a tag is one that Keras logs once an epoch, whose steps are epochs by name."""
    return tag.rpartition("/")[2].startswith("epoch_")


def _placed(points: Points, clock: Points | None) -> tuple[np.ndarray, np.ndarray]:
    """Return (step, epoch) of each point, NaN where unknown."""
    unknown = np.full(len(points.step), np.nan)
    return (unknown, points.step) if clock is None else by_clock(points, clock)


def _joined(
    tables: dict[str, tuple[np.ndarray, np.ndarray, np.ndarray]],
) -> tuple[int, dict[str, Series], dict[str, Meaning]]:
    """Return (rows, columns, their meanings), a row for each step and epoch, from (step, epoch, value) by tag."""
    keys = [np.nan_to_num(np.stack(t[:2], axis=1), nan=-np.inf) for t in tables.values()]
    rows, back = np.unique(np.concatenate([np.zeros((0, 2)), *keys]), axis=0, return_inverse=True)
    at = np.split(back.reshape(-1), np.cumsum([len(key) for key in keys])[:-1]) if keys else []
    series = {tag: Series(t[2], row) for (tag, t), row in zip(tables.items(), at, strict=True)}
    meanings = {tag: meaning(tag) for tag in tables}
    for column, name in enumerate(("step", "epoch")):
        known = np.flatnonzero(np.isfinite(rows[:, column]))
        if len(known):
            series[f"({name})"] = Series(rows[known, column], known)
            meanings[f"({name})"] = Meaning(name, rank=-1)
    return len(rows), series, meanings


def _tensors(
    kinds: dict[str, tuple[str, str]], steps: dict[str, np.ndarray], looks: dict[str, tuple[Points, bool]]
) -> dict[str, dict[str, Series]]:
    """Return (values, steps) by measure and tensor."""
    tensors: dict[str, dict[str, Series]] = {}
    for tag, (points, _) in looks.items():
        kind, tensor = kinds[tag]
        for measure, moment in _MADE_OF[kind].items():
            values = points.values[:, Moments._fields.index(moment)]
            known = ~np.isnan(values) if moment == "zero_share" else np.ones(len(values), bool)
            tensors.setdefault(measure, {}).setdefault(tensor, Series(values[known], steps[tag][known]))
    return tensors
