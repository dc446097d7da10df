"""Short runs with one thing changed each, beside the same run unchanged: what helps is what was wrong."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import jax
import numpy as np

from thalweg.data.source import Source
from thalweg.diagnosis.case import Case
from thalweg.diagnosis.change import Change
from thalweg.diagnosis.thresholds import (
    ATTEMPT_COMPILE,
    ATTEMPT_LEAST_STEPS,
    ATTEMPT_MOST,
    ATTEMPT_REPEATED,
    ATTEMPT_SECONDS,
    ATTEMPT_SEEDS,
)
from thalweg.errors import InputError
from thalweg.experiment import Experiment
from thalweg.network.chain import every
from thalweg.network.work import example_work, step_seconds
from thalweg.spec import traced
from thalweg.train.beginning import begin, steering
from thalweg.train.loop import Watch, run
from thalweg.train.observers import Observer
from thalweg.train.plan import Plan
from thalweg.train.prepare import Prepared, prepare, with_experiment
from thalweg.train.state import learner_of


class Ground(NamedTuple):
    """What a run was made on."""

    source: Source
    prepared: Prepared
    weight: np.ndarray  # (n,) how much each row counts in training
    watched: np.ndarray  # training rows that are scored
    metric: str
    seed: int
    observers: tuple[Observer, ...] = ()  # of the run's steps, so that runs of its structure need not be compiled


class Tried(NamedTuple):
    """What became of one change, or of none, from one seed after the other."""

    change: Change | None
    steps: int
    scores: tuple[float, ...]  # the best on the validation rows
    losses: tuple[float, ...]  # at the end, on training rows


class Attempts(NamedTuple):
    """All that was tried."""

    whole: bool  # whether they were as long as the run
    unchanged: Tried
    changed: tuple[Tried, ...]
    unfit: tuple[tuple[str, str], ...] = ()  # keys of the changes that do not fit the data


def key_of(change: Change) -> tuple[str, str]:
    """Return what tells a change from the others of a case."""
    return change.cause, change.text


def make_attempts(case: Case, ground: Ground, changes: Sequence[Change], *, share: float) -> Attempts | None:
    """Try changes, each in a run from the same first weights, with the same order of examples.

    First all that there is time for from the run's own seed; then the best of them, and the run as it was, from two
    more. Time is estimated from the work and not measured, so that the same run is always followed by the same tries.
    The runs are as long as the one that is judged where that is short; else in miniature, each through its schedule.

    Args:
        case: What is known of the run.
        ground: What it was made on.
        changes: The likeliest cause first; a cause's further changes are tried as their turn comes.
        share: Of the run's estimated time that they may take; short runs are given some seconds in any case. 0 for
            none.

    Returns:
        What was tried; None where there is nothing to try, no time is given, or the run ended before its first step.
    """
    can = [(change, change.experiment) for change in changes if change.experiment is not None][:ATTEMPT_MOST]
    fresh = not case.steps and not case.ending  # at the beginning of a run that goes on
    if not can or share <= 0 or (not case.steps and not fresh):
        return None
    epoch = Plan(ground.prepared.split.train, int(case.experiment.training.batch), 0, ()).steps
    whole, each = epoch * int(case.experiment.training.epochs), _seconds(ground, case.experiment)
    # A run that broke down would have gone on; of any other, what it was given and did not take counts for nothing.
    planned = whole if case.blown_up or fresh else case.steps
    budget = max(ATTEMPT_SECONDS, share * planned * each)
    most = int(budget / (2 * ATTEMPT_MOST * each))
    steps = min(planned, max(most, ATTEMPT_LEAST_STEPS))
    trial = _Trial(case.experiment, ground, steps / epoch)
    unchanged = trial.rows(case.experiment, ground.seed)
    left, first, unfit = budget - steps * each, [], []
    for change, experiment in can:
        if change.cause == "too_few_epochs" and steps < planned:
            continue  # a longer run shows in nothing shorter
        cost = trial.seconds(experiment)
        if cost > left and first:
            continue
        rows = trial.rows(experiment, ground.seed)
        if rows:
            first.append((change, experiment, rows))
            left -= cost
        else:
            unfit.append(key_of(change))
    if not unchanged or not first:
        return None
    first.sort(key=lambda one: (-_ordered(case.sign * one[2][0].score), one[2][0].loss))
    more = [(ground.seed + k) % 2**32 for k in range(1, ATTEMPT_SEEDS)]
    changed = [
        _tried(change, [*rows, *(trial.rows(experiment, *more) if place < ATTEMPT_REPEATED else [])])
        for place, (change, experiment, rows) in enumerate(first)
    ]
    base = [*unchanged, *trial.rows(case.experiment, *more)]
    return Attempts(steps >= planned, _tried(None, base), tuple(changed), tuple(unfit))


class _Row(NamedTuple):
    steps: int
    score: float  # the best on the validation rows
    loss: float  # the last on training rows


class _Trial(NamedTuple):
    own: Experiment  # the run's
    ground: Ground
    epochs: float  # as long as the unchanged run is tried

    def length(self, experiment: Experiment) -> float:
        """Epochs of a changed run: as many times more as it asks for."""
        return self.epochs * int(experiment.training.epochs) / int(self.own.training.epochs)

    def seconds(self, experiment: Experiment) -> float:
        """Return about how long a changed run takes."""
        rows = len(self.ground.prepared.split.train)
        steps = self.length(experiment) * rows / min(int(experiment.training.batch), rows)
        compiled = 0.0 if same_program(experiment, self.own) else _compiling(experiment)
        return compiled + steps * _seconds(self.ground, experiment)

    def rows(self, experiment: Experiment, *seeds: int) -> list[_Row]:
        """Train from each seed; [] where the experiment does not fit the data."""
        observers = self.ground.observers if same_program(experiment, self.own) else ()
        try:
            prepared = prepared_for(self.ground, experiment)
        except InputError:
            return []
        return [_trained(self.ground, prepared, seed, self.length(experiment), observers) for seed in seeds]


def _tried(change: Change | None, rows: list[_Row]) -> Tried:
    return Tried(change, rows[0].steps, tuple(row.score for row in rows), tuple(row.loss for row in rows))


def _trained(ground: Ground, prepared: Prepared, seed: int, epochs: float, observers: tuple[Observer, ...]) -> _Row:
    experiment, split = prepared.experiment, prepared.split
    plan = Plan(split.train, int(experiment.training.batch), 0, ((seed, 0),))
    plan = plan._replace(total=max(1, round(epochs * plan.steps)))
    state, data = begin(
        prepared,
        plan,
        weight=ground.weight,
        watched=ground.watched,
        probe=ground.watched[:1],
        metric=ground.metric,
        seed=seed,
    )
    state = run(state, data, plan, Watch(observers=observers, controllers=steering(experiment, plan)))
    last = float(state.history.evaluations[-1].training_loss[0])
    return _Row(plan.total, state.best_score[0], last if math.isfinite(last) else math.inf)


def prepared_for(ground: Ground, experiment: Experiment) -> Prepared:
    """Return a ground's arrays as a changed experiment takes them.

    Args:
        ground: What the run is made on.
        experiment: The changed one.

    Returns:
        The arrays, made anew only where the preprocessing or the kind of loss is another.

    Raises:
        InputError: If the experiment does not fit the data.
    """
    before = ground.prepared
    own = before.experiment
    if experiment.preprocess != own.preprocess or type(experiment.loss) is not type(own.loss):
        return prepare(ground.source, before.split, experiment, before.pretrained)
    return with_experiment(before, experiment, ground.source.task)


def same_program(one: Experiment, other: Experiment) -> bool:
    """Say whether one compiled program, and one set of prepared arrays, serves both.

    Args:
        one: An experiment.
        other: Another one.

    Returns:
        Whether they differ in numbers alone.
    """
    same = jax.tree.structure(traced(learner_of(one))) == jax.tree.structure(traced(learner_of(other)))
    return same and one.training.batch == other.training.batch and one.preprocess == other.preprocess


def _seconds(ground: Ground, experiment: Experiment) -> float:
    """Return about how long a step takes, with its part of the evaluations."""
    prepared = ground.prepared
    work = example_work(experiment.network, prepared.x.shape[1:])
    batch = min(int(experiment.training.batch), len(prepared.split.train))
    scored = (len(prepared.split.validation) + len(ground.watched)) * batch / len(prepared.split.train)
    return step_seconds(work, batch, scored)


def _compiling(experiment: Experiment) -> float:
    """Return about how long a program of another structure takes to compile."""
    return ATTEMPT_COMPILE * (1 + sum(1 for _ in every(experiment.network.layers)) / 4)


def _ordered(score: float) -> float:
    return score if math.isfinite(score) else -math.inf
