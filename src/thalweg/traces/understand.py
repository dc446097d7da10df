"""From columns to a trace."""

import numpy as np

from thalweg.traces.choose import Choice, choose_columns, entries
from thalweg.traces.order import Order, ordered
from thalweg.traces.table import Table
from thalweg.traces.trace import CURVES, MEASURES, Trace


def understand(table: Table) -> Trace:
    """Say which column is which curve, and put the rows in order.

    Args:
        table: What a reader made of a file.

    Returns:
        The trace.

    Raises:
        InputError: If no column is a loss.
    """
    choice = choose_columns(table)
    order, remarks = _order(table, choice)
    rows = len(order.step)
    curves = {name: np.full(rows, np.nan) for name in CURVES}
    recorded = {name: np.zeros(rows, bool) for name in CURVES}
    for name in CURVES:
        if name in choice.columns:
            values, at = entries(table.series[choice.columns[name]], order.row)
            scale = 100 if choice.percent and name.endswith("_score") else 1
            curves[name][at], recorded[name][at] = values / scale, True
    tensors, steps = _tensors(table, order)
    used = set(choice.columns.values()) | {n for n, said in table.meanings.items() if said.what == "tensor"}
    return Trace(
        path=table.path,
        form=table.form,
        step=order.step,
        epoch=order.epoch,
        **curves,
        recorded=recorded,
        metric=choice.metric,
        tensors=tensors,
        tensor_step=steps,
        unread=tuple(
            n for n, s in table.series.items() if n not in used and (len(s.rows) or not table.meanings[n].what)
        ),
        remarks=(*table.remarks, *choice.remarks, *remarks),
    )


def _told(table: Table, name: str) -> bool:
    """Say whether a column is not understood, or has anything to say."""
    return not table.meanings[name].what or len(table.series[name].rows) > 0


def _order(table: Table, choice: Choice) -> tuple[Order, tuple[str, ...]]:
    marks = [0] * table.rows
    for bit, name in enumerate(CURVES):
        if name in choice.columns:
            for row in table.series[choice.columns[name]].rows.tolist():
                marks[row] |= 1 << bit
    step, epoch = (_counter(table, choice.columns.get(name, "")) for name in ("step", "epoch"))
    remarks: tuple[str, ...] = ()
    if np.isnan(step).all() and np.isnan(epoch).all():
        looked = "validation_loss" in choice.columns or "validation_score" in choice.columns
        counted = np.cumsum([mark > 0 for mark in marks]).astype(np.float64)
        step, epoch = (step, counted) if looked else (counted, epoch)
        unit = "epoch" if looked else "step"
        remarks = (f"The file counts neither steps nor epochs; each row was taken for one {unit}.",)
    order = ordered(step, epoch, marks)
    return order, (*remarks, *order.remarks)


def _counter(table: Table, name: str) -> np.ndarray:
    values = np.full(table.rows, np.nan)
    if name:
        values[table.series[name].rows] = table.series[name].values
    return np.where(np.isfinite(values), values, np.nan)


def _tensors(table: Table, order: Order) -> tuple[dict[str, dict[str, np.ndarray]], dict[str, dict[str, np.ndarray]]]:
    """Return (values, steps), by measure in its place in `MEASURES`, then by tensor."""
    found = {measure: dict(series) for measure, series in table.tensors.items()}
    for name, said in table.meanings.items():
        if said.what == "tensor":
            series = table.series[name]
            there = order.kept[series.rows]
            place = order.place[series.rows[there]]
            rising = np.argsort(place, kind="stable")
            if not np.isnan(order.step).all():  # of several entries of one step the last counts
                rising = rising[np.append(np.diff(place[rising]) > 0, True)[: len(rising)]]
            moved = series._replace(values=series.values[there][rising], rows=place[rising])
            found.setdefault(said.measure, {}).setdefault(said.tensor, moved)
    values: dict[str, dict[str, np.ndarray]] = {}
    steps: dict[str, dict[str, np.ndarray]] = {}
    for measure in MEASURES:
        for name, series in found.get(measure, {}).items():
            if len(series.values):
                values.setdefault(measure, {})[name] = series.values
                steps.setdefault(measure, {})[name] = series.rows.astype(np.float64)
    return values, steps
