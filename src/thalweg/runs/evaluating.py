"""Score a run's model on labelled rows: those of a file, or the sealed test part."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from thalweg.data.columns import take
from thalweg.data.open import open_like
from thalweg.data.seal import check_opening, record_opening
from thalweg.data.source import Remark, Source
from thalweg.errors import InputError
from thalweg.functions import Function
from thalweg.losses.head import scored
from thalweg.runs.ensemble.gain import gain_over
from thalweg.runs.ensemble.summary import EnsembleSummary, PartGain
from thalweg.runs.flips import predict_as_asked, require_images
from thalweg.runs.lock import locked
from thalweg.runs.model import Model
from thalweg.runs.outcome import Comparison, Outcome, Score
from thalweg.runs.outcomes import write_outcome
from thalweg.runs.record import Record, write_json
from thalweg.runs.reopening import reopened
from thalweg.runs.reporting import read_run_outcome
from thalweg.runs.scoring import Predicted, comparison_of, scores_of
from thalweg.runs.seen_rows import seen_rows
from thalweg.runs.trained import read_trained


class Evaluated(NamedTuple):
    """How a model did on labelled rows."""

    task: str  # "classes", "regression" or "attributes"
    scores: tuple[Score, ...]
    comparison: Comparison
    remarks: tuple[Remark, ...]
    openings: int  # of the sealed test part so far


def evaluate_file(run: Path, path: str, *, parts: Sequence[Function] = (), test_time_flips: bool = False) -> Evaluated:
    """Score a run's model on a labelled file.

    Args:
        run: The run directory.
        path: A file like the one the run was trained on, with the target column.
        parts: The user's own functions that the run was made with, if any.
        test_time_flips: Whether each prediction is the mean over an image and its mirror image.

    Returns:
        The scores.

    Raises:
        InputError: If the run or the file cannot be used, the file holds the run's sealed test part, or flips are asked
            for of what is no image.
    """
    record, model = read_trained(run, parts)
    source = open_like(path, task=model.task, schema=model.schema)
    if source.fingerprint == record.sealed:
        raise InputError(
            f"{path} holds the sealed test part of {run}. Open that, which is counted: thalweg evaluate {run} --test."
        )
    predicted = _predicted(model, source, np.arange(len(source.targets)), "file", test_time_flips)
    scores = scores_of(predicted, model.task, record.metric)
    remarks = (*source.remarks, *seen_rows(run, record, source, path))
    return Evaluated(model.task.kind, scores, comparison_of(predicted, model.task), remarks, 0)


def evaluate_test(
    run: Path,
    *,
    again: bool = False,
    data: Any = None,
    test_data: Any = None,
    validation_data: Any = None,
    parts: Sequence[Function] = (),
    test_time_flips: bool = False,
) -> tuple[Evaluated, Outcome]:
    """Open the sealed test part: score the run's model on it, once.

    The opening is written down before the part is looked at, so that an interrupted one counts.

    Args:
        run: The run directory.
        again: Open it although it was opened before, by any run on these data.
        data: The data, where they have moved since or were never in a file.
        test_data: The same for the file of the test part, if there was one.
        validation_data: The same for the file of the validation part.
        parts: The user's own functions that the run was made with, if any.
        test_time_flips: Whether each prediction is the mean over an image and its mirror image.

    Returns:
        The scores, and the run's outcome with them in it, written back to the run.

    Raises:
        InputError: If it was opened before and `again` is false, the run or its data cannot be used, or flips are asked
            for of what is no image; then nothing is opened.
    """
    record, model = read_trained(run, parts)
    if test_time_flips:
        require_images(model)
    folder, when = run.resolve().parent, datetime.now(UTC).isoformat(timespec="seconds")
    with locked(run):
        outcome = read_run_outcome(run)
        if outcome.ensemble is not None and len(outcome.ensemble.members) != 1 + len(model.others):
            raise InputError(f"{run} tells of members that its model has not. Restore its files.")
        check_opening(folder, record.sealed, again=again)  # before the data are read, which may take long
        examples = reopened(run, record, data, test_data=test_data, validation_data=validation_data)
        rows = examples.split.test
        if not len(rows):
            raise InputError(f"{run} has no test part. Give a labelled file: thalweg evaluate {run} --data FILE.")
        name = run.resolve().name
        openings = record_opening(folder, fingerprint=record.sealed, run=name, when=when, again=again)
        predicted = _predicted(model, examples.source, rows, "test", test_time_flips)
        scores = scores_of(predicted, model.task, record.metric)
        comparison = comparison_of(predicted, model.task)
        kept = tuple(score for score in outcome.scores if score.part != "test")
        outcome = outcome._replace(
            scores=(*scores, *kept),
            comparison=comparison,
            openings=openings,
            ensemble=outcome.ensemble and _with_gain(outcome.ensemble, model, examples.source, rows, predicted),
        )
        write_seal(run, record, len(rows), openings)
        write_outcome(run, outcome, record.identity)
    return Evaluated(model.task.kind, scores, comparison, (), openings), outcome


def _with_gain(
    ensemble: EnsembleSummary, model: Model, source: Source, rows: np.ndarray, predicted: Predicted
) -> EnsembleSummary:
    """Return what came of an ensemble with its gain on the test part over the member best on the validation part."""
    members = (model._replace(others=()), *model.others)
    alone = _predicted(members[ensemble.best], source, rows, predicted.part, predicted.flips)
    gain = PartGain(predicted.part, gain_over([predicted], [alone], ensemble.metric))
    return ensemble._replace(gains=(gain, *(one for one in ensemble.gains if one.part != predicted.part)))


def write_seal(run: Path, record: Record, rows: int, openings: int) -> None:
    """Write a run's `seal.json`: which part is sealed, and how often it was opened.

    Args:
        run: The run directory.
        record: Gives fingerprint and split seed.
        rows: Rows of the test part.
        openings: Over all runs known.

    Raises:
        InputError: If it cannot be written.
    """
    sealed = {"fingerprint": record.sealed, "split_seed": record.split_seed, "rows": rows, "openings": openings}
    write_json(run / "seal.json", sealed)


def _predicted(model: Model, source: Source, rows: np.ndarray, part: str, flips: bool) -> Predicted:
    inputs = take(source.inputs, rows) if isinstance(source.inputs, tuple) else source.inputs[rows]
    outputs = predict_as_asked(model, inputs, test_time_flips=flips)
    weight = source.weight[rows].astype(np.float64)
    return Predicted(part, source.targets[rows], outputs, weight, not scored(model.experiment.loss), flips)
