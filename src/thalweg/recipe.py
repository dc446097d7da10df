"""One run from end to end: open, split, prepare, check, train, judge, explain, save."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import jax
import numpy as np

from thalweg.catalogue import KINDS
from thalweg.checks.result import CheckResult
from thalweg.conduct import Fitted as Fitted
from thalweg.conduct import Say, Stop, Subject, Watching, begun, carried_out, prepared_examples
from thalweg.data.seal import check_opening
from thalweg.defaults import default_experiment
from thalweg.ensembles.of_run import ensemble_record
from thalweg.errors import InputError
from thalweg.experiment import Experiment
from thalweg.functions import Function, by_name
from thalweg.keys import root
from thalweg.report.write import write_report
from thalweg.runs.beginning import beside, now, place_of, record_of, write_beginning
from thalweg.runs.checking import checked, suitable_rates
from thalweg.runs.evaluating import evaluate_test
from thalweg.runs.examples import Examples, open_examples
from thalweg.runs.lock import locked
from thalweg.runs.machine import differences, versions
from thalweg.runs.options import Options as Options
from thalweg.runs.options import options_of as options_of
from thalweg.runs.options import require_out, require_truth, require_watchers, run_folder
from thalweg.runs.outcome import Outcome
from thalweg.runs.place import clear_parts, new_run
from thalweg.runs.record import Record, read_record
from thalweg.runs.reopening import hardly_begun, reopened
from thalweg.runs.reporting import read_run_outcome
from thalweg.runs.resolving import resolve as resolve
from thalweg.runs.trained import read_trained
from thalweg.runs.training import MOST_STEPS
from thalweg.runs.transfer.alike import unknown_columns
from thalweg.runs.transfer.trained_start import read_source
from thalweg.runs.transfer.transfer import Transfer, transfer_of, transferred
from thalweg.search.folds_of_run import run_splits
from thalweg.search.of_run import Wanted, search_record
from thalweg.serialise import from_plain
from thalweg.train.checkpoint import load_checkpoint
from thalweg.train.controllers import Controller
from thalweg.train.fits import check_batch
from thalweg.train.loop import LoopState
from thalweg.train.population import population, start
from thalweg.train.prepare import Prepared
from thalweg.train.state import learner_of


def _silent(line: str) -> None:
    del line


def _never() -> bool:
    return False


def fit(
    data: Any,
    *,
    say: Say = _silent,
    controllers: Sequence[Controller] = (),
    observers: Sequence[Function] = (),
    stop: Stop = _never,
    **options: Any,
) -> Fitted:
    """Train a network on data, everything but the test set unless `open_test` says so.

    With `search=32` its settings are searched for first, over 32 trials: the network that is trained then, watched and
    judged is the one that did best. With `folds=5` the settings are cross-validated besides; with `ensemble=5` four
    further networks are trained, and all five predict as one.

    Args:
        data: A file, the name of a built-in set, a DataFrame, or a pair of arrays (x, y).
        say: Gets each line that a person should read, as it becomes known.
        controllers: Asked between chunks of steps, besides early stopping; they steer the run's own network, not the
            trials of a search, nor folds, nor the further members of an ensemble.
        observers: Functions of your own that measure each step: of a `View`, to a number or a dict of numbers. The
            history has what they returned as "1/<name>", "2/<name>": the monitors of every run are "0".
        stop: Asked while trials, folds or further members are trained: whether to leave off, so that `resume` goes on
            from there.
        **options: Fields of `Options`, by name.

    Returns:
        The run: its directory, final state, model and outcome.

    Raises:
        InputError: If something given cannot be used; nothing is left behind then.

    Example:
        thalweg.fit("adult.csv", target="income", seed=1).outcome.scores[0]
    """
    require_watchers(say, controllers, observers)
    asked = options_of(options)
    asked, examples, prepared, experiment, transfer = _opened(data, asked)
    record = record_of(data, asked, examples, experiment)._replace(pretrained=transfer and transfer.record)
    kind, wanted = examples.source.task.kind, None
    if asked.search is not None:
        how = asked.search, asked.strategy, asked.space, asked.over, asked.finalists, asked.finalist_seeds
        wanted = Wanted(*how, run=str(asked.from_run or ""))
        record = record._replace(search=search_record(wanted, experiment, kind, by_name(asked.parts)))
    if asked.ensemble is not None:
        ensemble = asked.ensemble, asked.ensemble_of, asked.ensemble_average
        record = record._replace(ensemble=ensemble_record(*ensemble, experiment, kind, trials=asked.search))
    folds = run_splits(record, examples.source, examples.split)
    if folds:
        check_batch(experiment, max(len(fold.train) for fold in folds))
    if asked.open_test:  # a refusal after minutes of training would be a poor joke
        folder = (Path(asked.runs) if asked.out is None else Path(asked.out).absolute().parent).resolve()
        check_opening(folder, record.sealed, again=asked.again)
    rates = None
    if wanted is not None and asked.space is None and not asked.over and asked.checks:
        # Nobody has said which rates to search, so these are found; it takes seconds, and what is refused comes before.
        rates = suitable_rates(record, examples.source, prepared)
        record = record._replace(search=search_record(wanted, experiment, kind, by_name(asked.parts), rates))
    place = new_run(examples.source.name, None if asked.out is None else Path(asked.out), Path(asked.runs))
    if rates is not None:
        say(f"rates of about {rates[0]:.2g} to {rates[1]:.2g} should suit, by short runs: searched around")
    watching = Watching(say, controllers, observers, stop, asked.parts)
    fitted = begun(place, record, examples, prepared, watching, transfer)
    if asked.open_test and fitted.outcome is not None:
        fitted = fitted._replace(outcome=open_test(fitted.run, again=asked.again, data=data, **_beside(asked)))
    return fitted


def open_test(
    run: str | Path,
    *,
    again: bool = False,
    data: Any = None,
    test_data: Any = None,
    validation_data: Any = None,
    parts: Sequence[Function] = (),
    test_time_flips: bool = False,
) -> Outcome:
    """Open a run's sealed test part, and write its report again with what was found.

    Args:
        run: The run directory.
        again: Open it although it was opened before.
        data: The data, where they or the run have moved since, or where they were never in a file.
        test_data: The same for the file of the test part, if there was one.
        validation_data: The same for the file of the validation part.
        parts: The user's own functions that the run was made with, if any.
        test_time_flips: Whether each prediction is the mean over an image and its mirror image.

    Returns:
        The outcome with the test part's scores.

    Raises:
        InputError: If it was opened before and `again` is false, `again` or `test_time_flips` is neither true nor
            false, the run or its data cannot be used, or flips are asked for of what is no image.
    """
    require_truth("again", again)
    require_truth("test_time_flips", test_time_flips)
    moved = {"data": data, "test_data": test_data, "validation_data": validation_data}
    place = run_folder(run)
    _, outcome = evaluate_test(place, again=again, parts=parts, test_time_flips=test_time_flips, **moved)
    write_report(place / "report.html", outcome)
    return outcome


def resume(
    run: str | Path,
    *,
    data: Any = None,
    test_data: Any = None,
    validation_data: Any = None,
    parts: Sequence[Function] = (),
    say: Say = _silent,
    controllers: Sequence[Controller] = (),
    observers: Sequence[Function] = (),
    stop: Stop = _never,
) -> Fitted:
    """Go on with a run that was paused or killed, as if it had never stopped.

    Args:
        run: The run directory.
        data: The data, where they or the run have moved since, or where they were never in a file.
        test_data: The same for the file of the test part, if there was one.
        validation_data: The same for the file of the validation part.
        parts: The user's own functions that the run was made with, if any.
        say: As for `fit`.
        controllers: As for `fit`.
        observers: As for `fit`.
        stop: As for `fit`.

    Returns:
        The run; of a finished one nothing is changed.

    Raises:
        InputError: If it is no run directory, the data are gone or changed, or another process is at work in it.
    """
    require_watchers(say, controllers, observers)
    run = run_folder(run)
    record = read_record(run)
    with locked(run):
        if (run / "result.json").exists():
            return _finished(run, record, say, parts)
        clear_parts(run)
        examples = reopened(run, record, data, test_data=test_data, validation_data=validation_data)
        if hardly_begun(run):
            record = write_beginning(run, record, examples)
        experiment = from_plain(record.chosen, "experiment", KINDS, given=by_name(parts))
        transfer = transfer_of(run, record, experiment, examples.source.task, parts)
        examples, prepared = prepared_examples(examples, experiment, record.checks, transfer)
        for line in differences(record.versions, versions()):
            say(line)
        subject = Subject(run, record, examples, prepared)
        return carried_out(subject, Watching(say, controllers, observers, stop, parts))


def check(data: Any, **options: Any) -> tuple[Examples, tuple[CheckResult, ...]]:
    """Check data and network as `fit` does before training, and train nothing.

    Args:
        data: As for `fit`.
        **options: Fields of `Options`, by name.

    Returns:
        The examples, with what was noticed while reading them, and the checks' results.

    Raises:
        InputError: If something given cannot be used. Nothing is written in any case.
    """
    asked = options_of(options)
    asked, examples, prepared, *_ = _opened(data, asked)
    return examples, checked(prepared, examples.source, asked.seed, asked.class_weight, thorough=True)


def reproduce(
    run: str | Path,
    *,
    out: str | Path | None = None,
    data: Any = None,
    test_data: Any = None,
    validation_data: Any = None,
    parts: Sequence[Function] = (),
    say: Say = _silent,
    controllers: Sequence[Controller] = (),
    observers: Sequence[Function] = (),
    stop: Stop = _never,
) -> tuple[Fitted, bool]:
    """Train a run again from its record, in a directory of its own.

    Of a run that searched, what its search chose is trained again; its trials stay where they are.

    Args:
        run: The run directory.
        out: The new directory; None for the next free name beside the run.
        data: The data, where they or the run have moved since, or where they were never in a file.
        test_data: The same for the file of the test part, if there was one.
        validation_data: The same for the file of the validation part.
        parts: The user's own functions that the run was made with, if any.
        say: As for `fit`.
        controllers: As for `fit`.
        observers: As for `fit`.
        stop: As for `fit`.

    Returns:
        The new run, and whether its weights are the same bits as the old one's.

    Raises:
        InputError: If the run or its data cannot be used.
    """
    require_watchers(say, controllers, observers)
    require_out(out)
    run = run_folder(run)
    record, model = read_trained(run, parts)
    examples = reopened(run, record, data, test_data=test_data, validation_data=validation_data)
    experiment = from_plain(record.chosen, "experiment", KINDS, given=by_name(parts))
    transfer = transfer_of(run, record, experiment, examples.source.task, parts)
    examples, prepared = prepared_examples(examples, experiment, record.checks, transfer)
    for line in differences(record.versions, versions()):
        say(line)
    record = record._replace(
        experiment=record.chosen,
        search=None,
        winner=None,
        # Not the places that the old record names where others were given: those were not opened.
        data=record.data if data is None else place_of(data),
        test_data=record.test_data if test_data is None else beside(test_data),
        validation_data=record.validation_data if validation_data is None else beside(validation_data),
        versions=versions(),
        created=now(),
        repairs=(),
        members=record.members if record.ensemble and record.ensemble.of == "trials" else (),
    )
    place = new_run(examples.source.name, None if out is None else Path(out), run.resolve().parent)
    fitted = begun(place, record, examples, prepared, Watching(say, controllers, observers, stop, parts), transfer)
    old, new = (jax.tree.leaves([(m.params, m.state) for m in (one, *one.others)]) for one in (model, fitted.model))
    same = len(old) == len(new) and all(np.array_equal(a, b) for a, b in zip(old, new, strict=True))
    return fitted, same


def _beside(asked: Options) -> dict[str, Any]:
    return {"test_data": asked.test_data, "validation_data": asked.validation_data, "parts": asked.parts}


class _Opened(NamedTuple):
    """All that a run begins with; nothing is written yet."""

    asked: Options  # what of the data a trained network does not know is dropped
    examples: Examples
    prepared: Prepared
    experiment: Experiment  # resolved
    transfer: Transfer | None  # what the network begins with; None where it is drawn


def _opened(data: Any, asked: Options) -> _Opened:
    run = None if asked.from_run is None else read_source(asked.from_run, asked.parts)
    examples = _read(data, asked)
    unknown = () if run is None else unknown_columns(run.start.model, examples.source)
    if unknown:
        asked = asked._replace(drop=(*asked.drop, *unknown))
        examples = _read(data, asked)
    if asked.class_weight and examples.source.task.kind != "classes":
        kind = examples.source.task.kind
        instead = ", or choose by --metric balanced_accuracy" if kind == "attributes" else ""
        raise InputError(f"--class-weight balanced is for classes; the task is {kind}. Leave it out{instead}.")
    inputs = examples.source.inputs
    shape = inputs.shape[1:] if isinstance(inputs, np.ndarray) else ()
    rows = len(examples.split.train)
    experiment, transfer = default_experiment(examples.source, rows), None
    if run is None:
        experiment = resolve(asked, experiment, shape, training_rows=rows)
    else:
        experiment, transfer = transferred(asked, run, unknown, examples, experiment)
    examples, prepared = prepared_examples(examples, experiment, asked.checks, transfer)
    return _Opened(asked, examples, prepared, experiment, transfer)


def _read(data: Any, asked: Options) -> Examples:
    return open_examples(
        data,
        reading=asked.reading(),
        test_data=asked.test_data,
        validation_data=asked.validation_data,
        split_seed=asked.split_seed,
    )


def _finished(run: Path, record: Record, say: Say, parts: Sequence[Function]) -> Fitted:
    """Return a finished run as it lies there."""
    outcome = read_run_outcome(run)
    _, model = read_trained(run, parts)
    like = start(learner_of(model.experiment), root(record.seed), model.input_shape, MOST_STEPS)
    state = load_checkpoint(run / "checkpoint", population([like]), record.identity)
    say(f"{run} was brought to its end before: {outcome.ending}. Nothing is left to do.")
    return Fitted(run, state or LoopState(population([like])), model, outcome)
