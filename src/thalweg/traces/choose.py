"""Which of a file's columns is which curve."""

from typing import NamedTuple

import numpy as np

from thalweg.errors import InputError
from thalweg.traces.names import LATER, Meaning, no_loss
from thalweg.traces.scores import LOSSES_TOO, SCORES
from thalweg.traces.table import Series, Table

SPARSE = 0.1  # a column with less than this share of another's entries is no curve beside it


class Choice(NamedTuple):
    """The column of each curve."""

    columns: dict[str, str]  # by curve, and by "step" and "epoch"; those that there are
    metric: str
    percent: bool  # the score is one
    remarks: tuple[str, ...]


def choose_columns(table: Table) -> Choice:
    """Find the curves among a file's columns.

    Args:
        table: The file's numbers.

    Returns:
        The choice.

    Raises:
        InputError: If no column is a loss.
    """
    columns = {what: name for what in ("step", "epoch", "rate") if (name := _best(table, what))}
    remarks: list[str] = []
    training = _best(table, "loss", parts=("training", ""), single=False)
    batch = _best(table, "loss", parts=("training", ""), single=True)
    validation = _best(table, "loss", parts=("validation", "test"))
    metric, scores, said = _score(table, told=bool(training) and table.meanings[training].part == "training")
    losses = {"training_loss": training, "batch_loss": batch, "validation_loss": validation}
    if not any(losses.values()):
        if metric not in LOSSES_TOO:
            raise InputError(_no_loss(table))
        losses = {name.replace("score", "loss"): column for name, column in scores.items()}
        remarks.append(f"No column is named a loss; {', '.join(losses.values())} was taken for it.")
        metric, scores, said = "", {}, []
    columns |= {name: column for name, column in (*losses.items(), *scores.items()) if column}
    remarks += said
    if any(table.meanings[column].part == "test" for column in columns.values()):
        remarks.append("There are no validation columns; the test part's were taken for them.")
    percent = bool(metric) and SCORES[metric].share and _in_percent([table.series[c].values for c in scores.values()])
    if percent:
        remarks.append(f"The {metric} is in percent; it was divided by 100.")
    return Choice(columns, metric, percent, tuple(remarks))


def _best(
    table: Table, what: str, parts: tuple[str, ...] = ("", "training"), single: bool | None = None, measure: str = ""
) -> str:
    """Return the best column of a meaning; "" where there is none."""
    found = [
        (name, said)
        for name, said in table.meanings.items()
        if (said.what, said.measure) == (what, measure)
        and said.part in (*parts,)
        and single in (None, said.single)
        and len(table.series[name].rows)
    ]
    most = max((_entries(table, name) for name, _ in found), default=0)
    dense = [(name, said) for name, said in found if _entries(table, name) >= SPARSE * most]
    if what == "loss" and "training" in parts:
        # Where one column says that it is of the training part, one that does not say may be of any.
        return min(dense, key=lambda pair: pair[1].rank + (not pair[1].part), default=("",))[0]
    return min(dense, key=lambda pair: _rank(pair[1]), default=("",))[0]


def _rank(said: Meaning) -> int:
    return said.rank + LATER * (said.part == "test") + LATER // 2 * said.single


def _entries(table: Table, name: str) -> int:
    return len(table.series[name].rows)


def _score(table: Table, *, told: bool) -> tuple[str, dict[str, str], list[str]]:
    """Return (metric, the columns of both scores, remarks); `told` where a loss says that it is the training part's."""
    best: tuple[tuple[int, int], str, dict[str, str], list[str]] = ((0, 0), "", {}, [])
    for metric in SCORES:
        remarks: list[str] = []
        training = _best(table, "score", ("training",), measure=metric)
        validation = _best(table, "score", ("validation", "test"), measure=metric)
        unsaid = _best(table, "score", ("",), measure=metric)
        if unsaid and not training and (validation or not told):
            training = unsaid
        elif unsaid and not validation:
            validation = unsaid
            remarks.append(f"The column {unsaid!r} does not say of which part it is; it was taken for validation's.")
        value = int(bool(validation)), int(bool(training))
        if value > best[0]:
            columns = {"training_score": training, "validation_score": validation}
            best = value, metric, {name: column for name, column in columns.items() if column}, remarks
    return best[1:]


def _in_percent(scores: list[np.ndarray]) -> bool:
    values = np.concatenate(scores)
    finite = values[np.isfinite(values)]
    return bool(len(finite)) and 1 < float(finite.max()) <= 100 and float(finite.min()) >= 0


def _no_loss(table: Table) -> str:
    names = [name for name in table.series if table.meanings[name].rank >= 0]  # not those that a reader added
    what = "tag" if table.form.startswith("TensorBoard") else "column"
    empty = [name for name, said in table.meanings.items() if said.what == "loss"]
    if empty:
        return f"{table.path}: the {what} {empty[0][:60]!r} holds no number. A loss is wanted: train the run first."
    return no_loss(table.path, names, what)


def entries(series: Series, row: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return a column's entries that a trace has.

    Args:
        series: The column.
        row: (file rows,) the trace's row of each file row; -1 where it has none.

    Returns:
        (values, their rows in the trace).
    """
    there = row[series.rows] >= 0
    return series.values[there], row[series.rows][there]
