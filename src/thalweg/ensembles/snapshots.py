"""Several members out of one run: its weights at the end of each cycle of the rate."""

from typing import NamedTuple

from thalweg.ensembles.members import Weights
from thalweg.errors import InputError, RunFailed
from thalweg.experiment import Experiment
from thalweg.schedules.cyclic import Cyclic
from thalweg.search.engine.train_trials import Engine, train_trials
from thalweg.search.engine.trial import Result, Trial
from thalweg.spec import replaced
from thalweg.train.plan import Plan
from thalweg.train.state import evaluated_weights


class Snapshots(NamedTuple):
    """A run's networks at the end of each cycle."""

    weights: tuple[Weights, ...]  # in the order of the cycles
    scores: tuple[float, ...]  # of each on the validation rows
    result: Result | None  # where the run is, to be gone on with; None before its first cycle has ended
    remark: str  # why there are fewer than cycles; "" if there are not


NONE = Snapshots((), (), None, "")


def train_snapshots(engine: Engine, experiment: Experiment, seed: int, begun: Snapshots = NONE) -> Snapshots:
    """Train one network through all cycles of its rate, and keep its weights where each ends.

        member k = w at epoch k epochs / cycles,    k = 1, ..., cycles

    There the rate has fallen to its floor and the network has settled; the next cycle's high rate takes it elsewhere.
    So the members cost one run together. That run has the bits that it would have without snapshots. A rate that rises
    again makes scores worse for a while, so that patience must not end it: it is trained to its last epoch. Members are
    the weights of that moment, not the best ones before.

    Args:
        engine: The data, and whether to leave off.
        experiment: Its schedule is `Cyclic`.
        seed: Of the run.
        begun: What an earlier call came to, which had been told to leave off: the run goes on from its last cycle's
            end as if it never had been interrupted.

    Returns:
        The snapshots; fewer than cycles where the engine was told to leave off, or the run's numbers went astray.

    Raises:
        InputError: If the schedule is another, or a cycle does not end where a run is scored: at the end of an epoch,
            or of full batches every 50th step (every 100th part of a run of over 5,000).
        RunFailed: If the run goes astray before the end of its first cycle, or does not fit the data.

    Source: Huang, Li, Pleiss, Liu, Hopcroft and Weinberger, "Snapshot ensembles: train 1, get M for free", 2017.
    """
    schedule, training = experiment.schedule, experiment.training
    if not isinstance(schedule, Cyclic):
        raise InputError("snapshots need a rate that falls and starts again: the schedule Cyclic (schedule=cyclic).")
    cycles, epochs = int(schedule.cycles), int(training.epochs)
    _check(engine, cycles, experiment)
    patient = replaced(experiment, training=replaced(training, patience=epochs))
    while len(begun.weights) < cycles and not begun.remark:
        made = len(begun.weights) + 1
        rest = None if begun.result is None else begun.result.rest
        until = epochs * made // cycles if made < cycles else 0
        told: list[Result] = []
        train_trials(engine, [Trial(0, patient, seed, until, spared=True, rest=rest)], told.append)
        if not told:  # it was told to leave off
            break
        begun = _with(begun, told[0], cycles)
    if begun.remark and not begun.weights:
        raise RunFailed(f"no snapshot was taken: {begun.remark}.")
    return begun


def _with(before: Snapshots, result: Result, cycles: int) -> Snapshots:
    if result.failed or result.rest is None:
        return before._replace(remark=f"{len(before.weights)} of {cycles} cycles, for {result.ending}")
    taken = Weights(*evaluated_weights(result.rest.member))
    score = float(result.history.evaluations[-1].validation_score[0])
    return Snapshots((*before.weights, taken), (*before.scores, score), result, "")


def _check(engine: Engine, cycles: int, experiment: Experiment) -> None:
    rows, epochs = engine.ground.prepared.split.train, int(experiment.training.epochs)
    plan = Plan(rows, int(experiment.training.batch), 0, ())
    plan = plan._replace(total=plan.steps * epochs)
    if plan.total % (cycles * plan.period):
        period = max(1, plan.period // plan.steps)
        raise InputError(
            f"each of {cycles} cycles must end where the run is scored: give epochs that {cycles * period} divides; "
            f"got {epochs}."
        )
