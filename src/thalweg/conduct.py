"""The course of a run, once it is known what it is to do: search, train, cross-validate, join, judge, explain, save."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from thalweg.checks.shared_rows import copy_remarks
from thalweg.data.source import Remark
from thalweg.diagnosis.on_finding import STOPPED_BY
from thalweg.ensembles.of_run import Joined, further_seeds, joined
from thalweg.experiment import Experiment
from thalweg.functions import Function, by_name
from thalweg.report.ensemble import ensemble_lines
from thalweg.report.folds import folds_lines
from thalweg.report.search import search_lines
from thalweg.report.write import write_report
from thalweg.runs.beginning import write_beginning
from thalweg.runs.best_model import best_model
from thalweg.runs.examples import Examples
from thalweg.runs.folds_summary import FoldsSummary
from thalweg.runs.judging import judge, predicted_part, with_interval
from thalweg.runs.model import Model, save_model
from thalweg.runs.opening import data_lines, experiment_line
from thalweg.runs.outcome import Outcome
from thalweg.runs.outcomes import write_outcome
from thalweg.runs.place import Place, claimed
from thalweg.runs.record import Record, write_record
from thalweg.runs.repairing import Run, train_with_repairs
from thalweg.runs.search_record import SearchSummary
from thalweg.runs.training import beginning
from thalweg.runs.transfer.transfer import Transfer
from thalweg.search.folds_of_run import folds_of_run
from thalweg.search.of_run import searched
from thalweg.train.controllers import Controller, TimeBudget
from thalweg.train.loop import LoopState
from thalweg.train.nonfinite import all_finite
from thalweg.train.prepare import Prepared, prepare

Say = Callable[[str], None]
Stop = Callable[[], bool]


class Fitted(NamedTuple):
    """A run that was trained, or paused."""

    run: Path
    state: LoopState
    model: Model
    outcome: Outcome | None  # None where the run was paused

    def __repr__(self) -> str:
        """Name the run and how it ended; the weights and the history would fill many screens."""
        if self.outcome is None:
            return f"Fitted(run={str(self.run)!r}, paused at step {self.state.clock})"
        scores = [f"{score.part} {score.metric} {score.value:.4g}" for score in self.outcome.scores]
        return f"Fitted(run={str(self.run)!r}, {', '.join([self.outcome.status, *scores])})"


class Watching(NamedTuple):
    """Who looks on, and what the user handed in."""

    say: Say
    controllers: Sequence[Controller]
    observers: Sequence[Function]
    stop: Stop
    parts: Sequence[Function]


class Subject(NamedTuple):
    """What a run is made on."""

    run: Path
    record: Record
    examples: Examples
    prepared: Prepared


class _Further(NamedTuple):
    """What is trained besides a run's own network, where it is asked for."""

    folds: FoldsSummary | None = None
    joined: Joined | None = None
    remarks: tuple[Remark, ...] = ()  # on what is asked for and not there


def prepared_examples(
    examples: Examples, experiment: Experiment, checks: bool, transfer: Transfer | None = None
) -> tuple[Examples, Prepared]:
    """Return the prepared arrays, and the examples with what was noticed in preparing them.

    Args:
        examples: As read.
        experiment: Gives the preprocessing.
        checks: Whether they follow.
        transfer: What the network begins with; None where it is drawn.

    Returns:
        (examples, prepared).

    Raises:
        InputError: If the experiment does not fit the data.
    """
    prepared = prepare(examples.source, examples.split, experiment, transfer and transfer.pretrained)
    taken = transfer.record.remarks if transfer else ()
    # The checks tell of inputs that never vary and of rows judged on that were trained on, and say what to do;
    # without them preparation's own words, and these, must do.
    told = tuple(remark for remark in prepared.fitted.remarks if not (checks and remark.kind == "constant"))
    noticed = () if checks else copy_remarks(examples.source, examples.split)
    return examples._replace(remarks=examples.remarks + taken + told + noticed), prepared


def begun(
    place: Place,
    record: Record,
    examples: Examples,
    prepared: Prepared,
    watching: Watching,
    transfer: Transfer | None = None,
) -> Fitted:
    """Write what a run is to do, then do it; take the directory away again if it comes to nothing.

    Args:
        place: The run's directory, empty.
        record: What is to be done.
        examples: As read.
        prepared: By the record's experiment.
        watching: Who looks on.
        transfer: What the network begins with; None where it is drawn.

    Returns:
        The run.

    Raises:
        InputError: If the directory is another process's, or a file cannot be written.
    """
    with claimed(place):
        record = write_beginning(place.run, record, examples, transfer)
        return carried_out(Subject(place.run, record, examples, prepared), watching)


def carried_out(subject: Subject, watching: Watching) -> Fitted:
    """Do what a run's record says, going on with what lies in its directory.

    Args:
        subject: The run, its directory locked by the caller.
        watching: Who looks on.

    Returns:
        The run.

    Raises:
        InputError: If a file cannot be read or written, or no trial of its search came to a score.
        RunFailed: If a network needs more memory than there is.
    """
    run, record, examples, prepared = subject
    say = watching.say
    for line in (*data_lines(examples), experiment_line(prepared, record.metric)):
        say(line)
    for remark in examples.remarks:
        say(("warning: " if remark.severity == "warning" else "") + remark.text)
    summary: SearchSummary | None = None
    if record.search is not None:
        found = searched(run, record, examples, prepared, by_name(watching.parts), stop=watching.stop, say=say)
        if found is None:
            state = beginning(record, examples.source, prepared)[0]._replace(paused="the search was told to stop")
            return Fitted(run, state, best_model(record, examples.source, prepared, state), None)
        record, prepared, summary = found
        for line in search_lines(summary):
            say(line)
        write_record(run, record)
    budget = (TimeBudget(record.time_budget),) if record.time_budget else ()
    trained = train_with_repairs(
        Run(
            folder=run,
            record=record,
            source=examples.source,
            controllers=(*watching.controllers, *budget),
            observers=watching.observers,
            say=say,
        ),
        prepared,
    )
    state, prepared = trained.state, trained.prepared
    model = best_model(record, examples.source, prepared, state)
    if state.paused:
        return Fitted(run, state, model, None)
    if trained.repairs:
        record = record._replace(repairs=trained.repairs)
    if record.ensemble is not None and record.ensemble.of == "seeds" and not record.members:
        record = record._replace(members=further_seeds(record))
    if trained.repairs or record.members:
        write_record(run, record)
    further = _further(Subject(run, record, examples, prepared), model, state, watching)
    if further is None:
        return Fitted(run, state._replace(paused="it was told to stop"), model, None)
    own = predicted_part(examples.source, prepared, model, "validation")
    predicted = own
    if further.joined:
        model, predicted = further.joined.model, further.joined.predicted
    model = with_interval(model, predicted)
    # What was learned is safe, however long judging takes.
    save_model(run / "model.safetensors", model, further.joined.numbers if further.joined else None)
    outcome = judge(run, record, examples, prepared, state, model, predicted, own, trained.reader, say, summary)
    outcome = outcome._replace(
        folds=further.folds,
        ensemble=further.joined.summary if further.joined else None,
        remarks=(*outcome.remarks, *further.remarks),
    )
    write_report(run / "report.html", outcome)
    write_outcome(run, outcome, record.identity)
    return Fitted(run, state, model, outcome)


def _further(subject: Subject, model: Model, state: LoopState, watching: Watching) -> _Further | None:
    """Train in each fold, and the further members of an ensemble; None where it was told to leave off."""
    run, record, examples, prepared = subject
    say, stop, found = watching.say, watching.stop, _Further()
    wanted = [name for name, asked in (("folds", record.folds), ("ensemble", record.ensemble)) if asked]
    if not wanted:
        return found
    if not all_finite(state.members).all() or state.endings[0].startswith(STOPPED_BY):
        text = f"no {' and no '.join(wanted)}: the run's own network did not come to its end ({state.endings[0]})."
        say(f"warning: {text}")
        return found._replace(remarks=(Remark("alone", text, "", "warning"),))
    if record.folds:
        folds = folds_of_run(run, record, examples.source, prepared, stop=stop, say=say)
        if folds is None:
            return None
        for line in folds_lines(folds):
            say(line)
        found = found._replace(folds=folds)
    if record.ensemble is not None:
        given = by_name(watching.parts)
        made = joined(run, record, examples.source, prepared, model, given, stop=stop, say=say)
        if made is None:
            return None
        for line in ensemble_lines(made.summary):
            say(line)
        found = found._replace(joined=made)
    return found
