"""A run that begins with the network of another: from the option to what is trained, and again from its record."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import jax

from thalweg.data.source import Remark, Task
from thalweg.errors import said_of, shown
from thalweg.experiment import Experiment
from thalweg.functions import Function
from thalweg.rates.layer_rates import LayerRates
from thalweg.runs.examples import Examples
from thalweg.runs.model import Model
from thalweg.runs.options import Options
from thalweg.runs.record import PretrainedRecord, Record
from thalweg.runs.resolving import resolve
from thalweg.runs.transfer.adapted import adapted, shapes_of
from thalweg.runs.transfer.alike import require_alike
from thalweg.runs.transfer.frozen import frozen
from thalweg.runs.transfer.learned_rows import Before, Learned, before_of, learned_of
from thalweg.runs.transfer.met_before import met_before
from thalweg.runs.transfer.taken_over import taken_over
from thalweg.runs.transfer.trained_start import TrainedRun, TrainedStart, read_start
from thalweg.train.pace import with_followers
from thalweg.train.pretrained import Pretrained
from thalweg.wording import agreeing


class Transfer(NamedTuple):
    """What a run begins with, and what is kept of it."""

    start: TrainedStart
    record: PretrainedRecord
    pretrained: Pretrained
    before: Before | None  # what the trained network has seen; None where that is not known


def transferred(
    asked: Options, run: TrainedRun, unknown: Sequence[str], examples: Examples, experiment: Experiment
) -> tuple[Experiment, Transfer]:
    """Return the experiment and the trained weights of a run that begins with another's network.

    Args:
        asked: Says how many layers are frozen, and what else is set.
        run: The other one.
        unknown: Columns that its network does not know, and that were dropped therefore.
        examples: The new run's data.
        experiment: What suits them when nothing is said.

    Returns:
        The resolved experiment, and what it begins with.

    Raises:
        InputError: If the run cannot be used, or it and the data or the settings do not go together.
    """
    place, record, start = run
    source, model = examples.source, start.model
    with said_of(f"--from {place}"):
        require_alike(model, source)
        experiment = adapted(experiment, model, source.task)
    experiment = resolve(asked, experiment)
    with said_of(f"--from {place}"):
        pretrained = taken_over(experiment, model, source.task)
    if asked.freeze is not None:
        experiment = frozen(experiment, pretrained, asked.freeze, model.input_shape)
    folds = asked.folds is not None
    learned = learned_of(place, record)
    told = [Remark("pretrained", _told(place, experiment, pretrained, model, source.task), str(place))]
    if unknown:
        text = f"the trained network does not know {', '.join(map(shown, unknown))}, so left out."
        told.append(Remark("unknown_column", text, ", ".join(unknown), "warning"))
    met = met_before(place, record, learned, source, examples.split, folds=folds)
    kept = PretrainedRecord(str(place.resolve()), start.digest, (*told, *met))
    return experiment, Transfer(start, kept, pretrained, learned.seen if isinstance(learned, Learned) else None)


def transfer_of(
    run: Path, record: Record, experiment: Experiment, task: Task, parts: Sequence[Function]
) -> Transfer | None:
    """Return what a run began with, from its own directory.

    Args:
        run: The run directory.
        record: Of the run.
        experiment: That it begins with.
        task: Of its data.
        parts: The user's own functions that the run was made with, if any.

    Returns:
        The same as when it was made; None for a run that begins with drawn weights.

    Raises:
        InputError: If its file is missing, damaged or of another run.
    """
    if record.pretrained is None:
        return None
    start = read_start(run, record.pretrained.digest, parts)
    return Transfer(start, record.pretrained, taken_over(experiment, start.model, task), before_of(run, record))


def _told(run: Path, experiment: Experiment, pretrained: Pretrained, model: Model, task: Task) -> str:
    params, state = shapes_of(experiment.network, model.input_shape)
    names = [name for name in experiment.network.names() if jax.tree.leaves((params[name], state[name]))]
    taken = [name for name in names if name in pretrained.params]
    drawn = [name for name in names if name not in taken]
    text = f"the trained weights of {_listed(taken)} and the preprocessing come from {run}"
    if drawn:
        why = "" if task == model.task else f", for {_unlike(task, model.task)}"
        text += f"; {_listed(drawn)} {agreeing(len(drawn), 'is', 'are')} drawn anew{why}"
    still = _still(experiment.rates, params, state, experiment.network.names())
    if still:
        text += f"; {_listed(still)} {agreeing(len(still), 'stays', 'stay')} as trained"
    return f"{text}."


def _unlike(task: Task, trained: Task) -> str:
    if (task.kind, task.target) == (trained.kind, trained.target):
        return "its classes are others" if task.kind == "classes" else "its attributes are others"
    return f"the task was {trained.kind} of {shown(trained.target)}"


def _still(rates: Any, params: Any, state: Any, names: tuple[str, ...]) -> list[str]:
    if not isinstance(rates, LayerRates):
        return []
    factors = with_followers(rates.factors(params, (), layers=names), names, params, state)
    return [name for name in names if name in factors and float(factors[name]) == 0]


def _listed(names: Sequence[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
