"""Train the network of a run: from its last checkpoint, or from the start."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from thalweg.data.source import Source
from thalweg.diagnosis.attempts import Ground
from thalweg.errors import InputError
from thalweg.experiment import Experiment
from thalweg.functions import Function
from thalweg.monitors.custom_observer import CustomObserver
from thalweg.monitors.presets import preset
from thalweg.runs.probe_rows import MOST, probe_rows
from thalweg.runs.record import Record
from thalweg.train.beginning import begin, steering
from thalweg.train.checkpoint import load_checkpoint, save_checkpoint
from thalweg.train.controllers import Controller
from thalweg.train.loop import Data, LoopState, Watch, run
from thalweg.train.observers import Observer
from thalweg.train.plan import Plan
from thalweg.train.prepare import Prepared

WATCHED_ROWS = 2_000  # training rows scored beside the validation part
MOST_STEPS = 2**31 - 1  # the compiled program counts in 32 bits
CHECKPOINTS = "checkpoint"  # their folder in a run


def train_run(
    folder: Path,
    record: Record,
    prepared: Prepared,
    began: tuple[LoopState, Data, Plan],
    controllers: Sequence[Controller],
    observers: Sequence[Function] = (),
) -> LoopState:
    """Train until early stopping, the last epoch or a controller ends it; checkpoints lie in the run.

    Args:
        folder: The run directory, locked by the caller.
        record: Gives the identity and the monitors.
        prepared: What to train on.
        began: State, data and steps, of `beginning`; the state may be a later one.
        controllers: Besides early stopping.
        observers: The user's own functions of a step, besides the run's monitors.

    Returns:
        The state at the end.

    Raises:
        InputError: If a checkpoint cannot be written.
    """
    state, data, plan = began
    own = tuple(map(CustomObserver, observers))
    watch = default_watch(prepared.experiment, plan, controllers, own, record.monitors)
    return run(state, data, plan, watch, save=lambda state: save_state(folder, state, record))


def saved_state(folder: Path, record: Record, fresh: LoopState) -> LoopState:
    """Return where a run was left.

    Args:
        folder: The run directory.
        record: Gives the identity.
        fresh: The state at its step 0.

    Returns:
        The state of the last checkpoint; the fresh one where there is none.

    Raises:
        InputError: If the checkpoints cannot be read, or are of another network or run.
    """
    return load_checkpoint(folder / CHECKPOINTS, fresh.members, record.identity) or fresh


def save_state(folder: Path, state: LoopState, record: Record) -> None:
    """Write where a run is; raises InputError if it cannot."""
    save_checkpoint(folder / CHECKPOINTS, state, record.identity)


def training_weight(prepared: Prepared, source: Source, class_weight: str | None) -> np.ndarray:
    """Return how much each row counts in training.

    Args:
        prepared: The arrays, with the weights that the data give.
        source: The classes.
        class_weight: "balanced" for classes that all weigh the same in all; None or "" for the data's own weights.

    Returns:
        (n,) float32, of every row of the source.
    """
    if class_weight != "balanced":
        return prepared.weight
    counts = np.bincount(source.targets[prepared.split.train], minlength=len(source.task.classes))
    share = counts.sum() / (np.maximum(counts, 1) * len(counts))
    return (prepared.weight * share[source.targets]).astype(np.float32)


def default_watch(
    experiment: Experiment,
    plan: Plan,
    controllers: Sequence[Controller] = (),
    observers: Sequence[Observer] = (),
    monitors: str = "default",
) -> Watch:
    """Return a run's monitors with others behind them, and the controllers with early stopping behind them.

    Args:
        experiment: Its network is looked into; its patience stops, its plateau reduces the rate.
        plan: The steps.
        controllers: Asked before early stopping.
        observers: Further ones.
        monitors: A name in `monitors.presets.PRESETS`.

    Returns:
        Who looks on and who steers.
    """
    looking = preset(monitors, experiment.network)
    return Watch(
        observers=(*looking.observers, *observers),
        probes=looking.probes,
        controllers=(*controllers, *steering(experiment, plan)),
        look_share=looking.look_share,
    )


def beginning(record: Record, source: Source, prepared: Prepared) -> tuple[LoopState, Data, Plan]:
    """Return a run's state at step 0, its data as training sees them, and its steps.

    Args:
        record: Seeds, metric and class weights.
        source: Task and weights.
        prepared: The arrays.

    Returns:
        (state, data, plan).

    Raises:
        InputError: If there are more steps than can be counted.
    """
    training = prepared.experiment.training
    plan = plan_of(record, prepared)
    if plan.total > MOST_STEPS:
        raise InputError(
            f"{int(training.epochs):,} epochs of {plan.steps:,} steps are {plan.total:,} steps; at most {MOST_STEPS:,} "
            "can be counted. Give fewer --epochs or a larger training.batch."
        )
    watched, probe = _looked_at(record, prepared)
    weight = training_weight(prepared, source, record.class_weight)
    given = {"weight": weight, "watched": watched, "probe": probe, "metric": record.metric, "seed": record.seed}
    return *begin(prepared, plan, **given), plan


def ground_of(record: Record, source: Source, prepared: Prepared) -> Ground:
    """Return what a run is made on, for further short ones.

    Args:
        record: Seeds, metric, monitors and class weights.
        source: The examples.
        prepared: The arrays.

    Returns:
        The ground; a user's own observers are to see the steps of the run alone.
    """
    return Ground(
        source=source,
        prepared=prepared,
        weight=training_weight(prepared, source, record.class_weight),
        watched=_looked_at(record, prepared)[0],
        metric=record.metric,
        seed=record.seed,
        observers=preset(record.monitors, prepared.experiment.network).observers,
    )


def plan_of(record: Record, prepared: Prepared) -> Plan:
    """Return how a run's steps are laid out.

    Args:
        record: Gives the seed, and how often steps are recorded.
        prepared: Gives the training rows, the batch and the epochs.

    Returns:
        The plan of a population of one.
    """
    training = prepared.experiment.training
    later = preset(record.monitors, prepared.experiment.network).every
    plan = Plan(prepared.split.train, int(training.batch), 0, ((record.seed, 0),), later)
    return plan._replace(total=plan.steps * int(training.epochs))


def _looked_at(record: Record, prepared: Prepared) -> tuple[np.ndarray, np.ndarray]:
    """Return the training rows that are scored, and those of them that monitors look into the network with."""
    random = np.random.Generator(np.random.Philox(key=record.split_seed))
    watched = _some(random, prepared.split.train, WATCHED_ROWS)
    shape, plan = prepared.x.shape[1:], plan_of(record, prepared)
    # Who asks for all there is to see gets it, whatever it costs.
    rows = MOST if record.monitors == "full" else probe_rows(prepared.experiment.network, shape, plan)
    return watched, _some(random, watched, rows)


def _some(random: np.random.Generator, rows: np.ndarray, most: int) -> np.ndarray:
    return rows if len(rows) <= most else np.sort(random.choice(rows, most, replace=False))
