"""Two runs side by side: their scores on the same rows, by how much one is better, and what differs between them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from thalweg.data.columns import take
from thalweg.errors import InputError
from thalweg.functions import Function
from thalweg.losses.head import scored
from thalweg.runs.ensemble.gain import gain_over
from thalweg.runs.ensemble.summary import Gain
from thalweg.runs.folds_summary import FoldsSummary
from thalweg.runs.model import predict_inputs
from thalweg.runs.options import run_folder
from thalweg.runs.outcome import Outcome, Score
from thalweg.runs.paired import Paired, paired
from thalweg.runs.record import Record
from thalweg.runs.reopening import reopened
from thalweg.runs.reporting import read_run_outcome
from thalweg.runs.scoring import Predicted, score_by
from thalweg.runs.trained import read_trained
from thalweg.train.scores import METRICS


class Side(NamedTuple):
    """One run."""

    run: str  # its directory
    score: Score  # on the validation part
    test: Score | None  # where the test part was opened
    networks: int  # that predict together
    parameters: int  # of one
    epochs: float  # trained
    seconds: float  # of training its own network, compiling included
    folds: FoldsSummary | None


class Beside(NamedTuple):
    """The first run beside another."""

    other: str  # its directory
    gain: Gain  # of the first one, on the validation part; above 0 where it is better
    folds: Paired | None  # the same over the folds, where both were cross-validated in the same


class Setting(NamedTuple):
    """A setting that is not the same in all runs."""

    path: str
    values: tuple[Any, ...]  # a run each, plain; None where a run has none


class Compared(NamedTuple):
    """Several runs side by side."""

    metric: str
    sides: tuple[Side, ...]
    beside: tuple[Beside, ...]  # the first with each of the others
    settings: tuple[Setting, ...]


def compare(
    runs: Sequence[str | Path],
    *,
    data: Any = None,
    test_data: Any = None,
    validation_data: Any = None,
    parts: Sequence[Function] = (),
) -> Compared:
    """Compare the first of several runs with each of the others, on the rows of the validation part.

    Each is scored by the metric of the first. Rows are resampled for both at once, so that what is hard about a row
    falls out of the difference; the test part is not looked at. The interval tells what other rows would change, not
    what other seeds would. Runs that were cross-validated in the same folds are compared over these as well.

    Args:
        runs: Run directories, two or more, that were judged on the same rows.
        data: The data, where they or the runs have moved since, or where they were never in a file.
        test_data: The same for the file of the test part, if there was one.
        validation_data: The same for the file of the validation part.
        parts: The user's own functions that the runs were made with, if any.

    Returns:
        The runs, the first one beside each of the others, and the settings that differ.

    Raises:
        InputError: If there are fewer than two runs, one comes twice, one was not brought to its end or cannot be read,
            they were judged on other rows or for another target, or one gives no probabilities and the metric needs
            them.
    """
    places = [run_folder(run) for run in runs]
    if len(places) < 2:
        raise InputError("compare needs two runs or more. Name another run directory.")
    twice = next((p for k, p in enumerate(places) if p.resolve() in [q.resolve() for q in places[:k]]), None)
    if twice is not None:
        raise InputError(f"{twice} is named twice. Name two different runs.")
    moved = {"data": data, "test_data": test_data, "validation_data": validation_data}
    judged = [_judged(place, moved, parts) for place in places]
    first = judged[0]
    metric = first.record.metric
    for one in judged[1:]:
        _check_same_rows(first, one)
    for one in judged:
        if metric == "cross_entropy" and not one.predicted.probable:
            raise InputError(f"{one.place} gives no probabilities, so it has no cross-entropy. Name a run of another.")
    return Compared(
        metric,
        tuple(_side(one, metric) for one in judged),
        tuple(
            Beside(
                str(one.place),
                gain_over([first.predicted], [one.predicted], metric),
                _over_folds(first, one, metric),
            )
            for one in judged[1:]
        ),
        _settings([_asked(one.record) for one in judged]),
    )


class _Judged(NamedTuple):
    """One run with its predictions of the validation part."""

    place: Path
    record: Record
    rows: np.ndarray
    target: tuple[Any, ...]
    predicted: Predicted
    networks: int
    outcome: Outcome


def _judged(place: Path, moved: Mapping[str, Any], parts: Sequence[Function]) -> _Judged:
    record, model = read_trained(place, parts)
    examples = reopened(place, record, **moved)
    source, rows = examples.source, examples.split.validation
    inputs = take(source.inputs, rows) if isinstance(source.inputs, tuple) else source.inputs[rows]
    weight, outputs = source.weight[rows].astype(np.float64), predict_inputs(model, inputs)
    predicted = Predicted("validation", source.targets[rows], outputs, weight, not scored(model.experiment.loss))
    return _Judged(place, record, rows, tuple(source.task), predicted, 1 + len(model.others), read_run_outcome(place))


def _check_same_rows(first: _Judged, other: _Judged) -> None:
    if first.target != other.target:
        raise InputError(
            f"{first.place} and {other.place} predict different things. Compare runs with one target and the same "
            "classes."
        )
    same = first.record.fingerprint == other.record.fingerprint and np.array_equal(first.rows, other.rows)
    same = same and np.array_equal(first.predicted.truth, other.predicted.truth)
    if not same or not np.array_equal(first.predicted.weight, other.predicted.weight):
        raise InputError(
            f"{first.place} and {other.place} were judged on different rows. Compare runs on the same data with the "
            "same --split-seed."
        )


def _side(one: _Judged, metric: str) -> Side:
    outcome = one.outcome
    evaluations = outcome.history.evaluations
    return Side(
        run=str(one.place),
        score=score_by(one.predicted, metric),
        test=next((s for s in outcome.scores if s.part == "test" and s.metric == metric), None),
        networks=one.networks,
        parameters=sum(number for _, _, number in outcome.layers),
        epochs=evaluations[-1].epoch if evaluations else outcome.best_epoch,
        seconds=outcome.seconds,
        folds=outcome.folds,
    )


def _over_folds(first: _Judged, other: _Judged, metric: str) -> Paired | None:
    mine, others = first.outcome.folds, other.outcome.folds
    drawn = [(one.record.folds, one.record.split_seed) for one in (first, other)]
    if mine is None or others is None or drawn[0] != drawn[1] or {mine.metric, others.metric} != {metric}:
        return None
    sizes = [[(fold.training, fold.validation) for fold in one.folds] for one in (mine, others)]
    if sizes[0] != sizes[1]:
        return None
    sign = 1.0 if METRICS[metric].larger_is_better else -1.0
    differences = [sign * (a.score - b.score) for a, b in zip(mine.folds, others.folds, strict=True)]
    training, validation = (sum(size[k] for size in sizes[0]) for k in (0, 1))
    return paired(differences, training, validation)


def _asked(record: Record) -> dict[str, Any]:
    """Return all that a run's weights hang on, plain: the experiment, and what is asked for beside it."""
    beside = {
        "metric": record.metric,
        "seed": record.seed,
        "class_weight": record.class_weight or "none",
        "time_budget": record.time_budget,
        "on_finding": record.on_finding,
        "ensemble": record.ensemble._asdict() if record.ensemble else "none",
    }
    return {**record.final, **beside}


def _settings(experiments: Sequence[dict[str, Any]]) -> tuple[Setting, ...]:
    """Return the settings that are not the same in all experiments, in the order in which they stand in the first."""
    kinds = {tuple(map(_kind, _layers(experiment))) for experiment in experiments}
    if len(kinds) > 1:  # one row tells more than all settings of layers that have no counterpart
        experiments = [
            {**one, "network": {**one["network"], "layers": " > ".join(map(_kind, _layers(one)))}}
            for one in experiments
        ]
    flat = [dict(_flat(experiment, ())) for experiment in experiments]
    names = dict.fromkeys(name for one in flat for name in one)
    rows = [Setting(".".join(name), tuple(one.get(name) for one in flat)) for name in names]
    return tuple(row for row in rows if any(value != row.values[0] for value in row.values[1:]))


def _layers(experiment: Mapping[str, Any]) -> list[Any]:
    return experiment["network"].get("layers", [])


def _kind(layer: Mapping[str, Any]) -> str:
    return f"{layer['kind']} {layer['units']}" if "units" in layer else str(layer["kind"])


def _flat(value: Any, path: tuple[str, ...]) -> list[tuple[tuple[str, ...], Any]]:
    if isinstance(value, Mapping) and value:
        return [leaf for name, inner in value.items() for leaf in _flat(inner, (*path, str(name)))]
    if isinstance(value, list | tuple) and value:
        return [leaf for place, inner in enumerate(value) for leaf in _flat(inner, (*path, str(place)))]
    return [(path, value)]
