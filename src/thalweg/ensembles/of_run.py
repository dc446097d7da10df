"""The ensemble that a run makes of its network and further ones: trained side by side, kept, averaged, calibrated."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from thalweg.catalogue import KINDS
from thalweg.data.source import Source
from thalweg.diagnosis.attempts import Ground, prepared_for
from thalweg.ensembles.members import best_weights
from thalweg.errors import InputError
from thalweg.experiment import Experiment
from thalweg.files import make_folder
from thalweg.functions import Functions
from thalweg.losses.head import scored
from thalweg.runs.ensemble.gain import best_of, gain_over
from thalweg.runs.ensemble.record import EnsembleRecord, MemberRecord
from thalweg.runs.ensemble.summary import EnsembleSummary, MemberRow, PartGain
from thalweg.runs.ensemble.temperature import LOWEST, Temperature, fit_temperature
from thalweg.runs.judging import predicted_part
from thalweg.runs.model import (
    MEMBERS,
    Model,
    is_member,
    load_model,
    member_name,
    member_path,
    save_model,
    together,
)
from thalweg.runs.record import Record
from thalweg.runs.scoring import Predicted, measure_of
from thalweg.runs.training import ground_of
from thalweg.search.engine.train_trials import Engine, train_trials
from thalweg.search.engine.trial import Result, Trial
from thalweg.serialise import from_plain
from thalweg.train.completed import same_but_completed
from thalweg.train.prepare import Prepared
from thalweg.wording import agreeing, counted

SEEDS = 2**32
NO_TEMPERATURE = Temperature(1.0, math.nan, math.nan, math.nan, math.nan)


class Joined(NamedTuple):
    """A run's network with further ones."""

    model: Model
    numbers: tuple[int, ...]  # of the further members' files
    predicted: Predicted  # the validation part, by all of them together
    summary: EnsembleSummary


def ensemble_record(
    members: int, of: str, average: str, experiment: Experiment, task: str, *, trials: int | None
) -> EnsembleRecord:
    """Return what ensemble is asked for, as a record keeps it.

    Args:
        members: Networks in all, the run's own among them.
        of: Where the further ones come from, "seeds" or "trials".
        average: What is averaged, "probabilities" or "scores".
        experiment: Of the run.
        task: Kind of its task.
        trials: Of the run's search; None where it does not search.

    Returns:
        The record.

    Raises:
        InputError: If trials are asked for and there is no search, or one of fewer trials, or scores are to be averaged
            and there are no probabilities that they could be made from.
    """
    if of == "trials" and trials is None:
        raise InputError("--ensemble-of trials takes the best trials of a search. Add --search 32, or take seeds.")
    if of == "trials" and trials is not None and trials < members:
        raise InputError(
            f"--ensemble {members} of the best trials needs a search of as many; got --search {trials}. Ask for more "
            "trials, or for fewer networks."
        )
    if average == "scores" and (task == "regression" or scored(experiment.loss)):
        what = f"a {task}" if task == "regression" else f"the loss {type(experiment.loss).__name__}"
        raise InputError(
            f"--ensemble-average scores is for probabilities, and {what} gives none. Leave it out: what is predicted "
            "is averaged then."
        )
    return EnsembleRecord(members, of, average)


def further_seeds(record: Record) -> tuple[MemberRecord, ...]:
    """Return the further networks of an ensemble whose members differ by their seeds alone.

    Args:
        record: Of the run, with what training ended with.

    Returns:
        A member a seed, those that follow on the run's own.
    """
    count = record.ensemble.members if record.ensemble else 1
    return tuple(MemberRecord((record.seed + k) % SEEDS, -1, record.final) for k in range(1, count))


def joined(
    run: Path,
    record: Record,
    source: Source,
    prepared: Prepared,
    model: Model,
    given: Functions,
    *,
    stop: Callable[[], bool],
    say: Callable[[str], None],
) -> Joined | None:
    """Train the further networks of a run's ensemble, and make one predictor of all.

    Each is, bit for bit, what a run of its own experiment and seed alone would come to, on a CPU. It is saved as soon
    as it has ended, and where it lies there already it is not trained again. One whose numbers went astray is left
    out. The temperature is fitted on the validation part, for predictions that are probabilities.

    Args:
        run: The run directory, locked by the caller.
        record: Names the members.
        source: The data.
        prepared: As the run's own network was trained on.
        model: That network.
        given: The user's own functions, by name.
        stop: Whether to leave off.
        say: Gets lines for people.

    Returns:
        The ensemble; None where it was told to leave off.

    Raises:
        InputError: If a member cannot be read or written.
        RunFailed: If one network alone needs more memory than there is.
    """
    ground, folder = ground_of(record, source, prepared), run / MEMBERS
    make_folder(folder)
    wanted = {number: _trial(number, one, given) for number, one in enumerate(record.members, 1)}
    have = {number: _kept(run, number, trial, model, given) for number, trial in wanted.items()}
    have = {number: one for number, one in have.items() if one is not None}
    lost: dict[int, str] = {}
    with_scores = scored(model.experiment.loss)
    for number, trial in wanted.items():
        if scored(trial.experiment.loss) != with_scores:
            lost[number] = "it gives scores where the run's own network gives probabilities, or the reverse"
    missing = [trial for number, trial in wanted.items() if number not in have and number not in lost]
    if missing:
        there = f", {len(have)} {agreeing(len(have), 'is', 'are')} there already" if have else ""
        say(f"ensemble: training {counted(len(missing), 'further network')}{there}")

    def keep(result: Result) -> None:
        number = result.trial.number
        if result.failed or result.rest is None:
            lost[number] = result.ending
            return
        have[number] = _model_of(ground, result, model)._replace(run=member_name(model.run, number))
        save_model(member_path(run, number), have[number])

    if not train_trials(Engine(ground, stop=stop), missing, keep):
        return None
    remarks = _remarks(record, lost)
    for remark in remarks:
        say(f"warning: {remark}")
    return _made(record, source, prepared, model, dict(sorted(have.items())), remarks)


def _remarks(record: Record, lost: dict[int, str]) -> tuple[str, ...]:
    """Return what is to be said of networks that were asked for and are no members."""
    count = 1 + len(record.members)
    few = record.ensemble is not None and count < record.ensemble.members
    lacking = (f"the search has no more than {counted(count, 'trial')} of full length with a score",) if few else ()
    named = [f"{_called(record.members[k - 1])} gave no member: {lost[k].rstrip('.')}" for k in sorted(lost)]
    return (*lacking, *named)


def _made(
    record: Record,
    source: Source,
    prepared: Prepared,
    model: Model,
    have: dict[int, Model],
    remarks: tuple[str, ...],
) -> Joined:
    ensemble = record.ensemble or EnsembleRecord(1, "seeds", "probabilities")
    ground = ground_of(record, source, prepared)
    members = (model, *have.values())
    each = [predicted_part(source, prepared_for(ground, one.experiment), one, "validation") for one in members]
    model = model._replace(others=tuple(have.values()), average=ensemble.average)
    predicted, scale = _together(model, each)
    model = model._replace(temperature=scale.value)
    best = best_of(each, record.metric)
    gain = gain_over([predicted], [each[best]], record.metric)
    named = (MemberRecord(record.seed, -1, {}), *(record.members[number - 1] for number in have))
    summary = EnsembleSummary(
        of=ensemble.of,
        average=ensemble.average,
        metric=record.metric,
        members=tuple(
            MemberRow(one.seed, record.winner.trial if record.winner and not k else one.trial, score)
            for k, (one, score) in enumerate(zip(named, _scores(each, record.metric), strict=True))
        ),
        best=best,
        score=gain.score,
        gains=(PartGain("validation", gain),),
        temperature=model.temperature,
        error_before=scale.error_before,
        error_after=scale.error_after,
        remarks=remarks,
    )
    return Joined(model, tuple(have), predicted, summary)


def _together(model: Model, each: list[Predicted]) -> tuple[Predicted, Temperature]:
    """Return what members that are not yet calibrated predict together, calibrated, and the temperature."""
    one = each[0]
    outputs = together(model, [member.outputs for member in each])
    if model.task.kind == "regression" or not one.probable or not model.others:
        return one._replace(outputs=outputs), NO_TEMPERATURE
    scale = fit_temperature(outputs, one.truth, one.weight)
    if scale.value <= LOWEST:  # where every row is right, none can be too sure, and new rows have nothing to go by
        return one._replace(outputs=outputs), scale._replace(value=1.0, error_after=scale.error_before)
    model = model._replace(temperature=scale.value)
    return one._replace(outputs=together(model, [member.outputs for member in each])), scale


def _scores(each: list[Predicted], metric: str) -> list[float]:
    return [float(measure_of(one, metric)(one.weight)) for one in each]


def _model_of(ground: Ground, result: Result, like: Model) -> Model:
    prepared, weights = prepared_for(ground, result.trial.experiment), best_weights(result)
    return like._replace(
        experiment=prepared.experiment,
        input_shape=prepared.x.shape[1:],
        params=weights.params,
        state=weights.state,
        fitted=prepared.fitted,
        target_fitted=prepared.target_fitted,
    )


def _trial(number: int, member: MemberRecord, given: Functions) -> Trial:
    experiment = from_plain(member.experiment, "experiment", KINDS, given=given)
    return Trial(number, experiment, member.seed, spared=True)  # as a run of it alone would go on


def _kept(run: Path, number: int, trial: Trial, model: Model, given: Functions) -> Model | None:
    """Return a member that was trained before; None where there is none."""
    path = member_path(run, number)
    if not path.exists():
        return None
    found = load_model(path, given)
    own = is_member(found, model, number) and same_but_completed(trial.experiment, found.experiment)
    if not own or found.others:
        raise InputError(f"{path} is of another ensemble. Remove it, and it is trained again.")
    return found


def _called(member: MemberRecord) -> str:
    return f"trial {member.trial}" if member.trial >= 0 else f"seed {member.seed}"
