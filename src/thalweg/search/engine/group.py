"""Trials of one structure, and what they are trained and scored on."""

import json
from collections import deque
from collections.abc import Hashable, Iterable, Sequence
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from thalweg.diagnosis.attempts import Ground, prepared_for
from thalweg.experiment import Experiment
from thalweg.search.engine.trial import Trial
from thalweg.serialise import to_plain
from thalweg.spec import traced
from thalweg.train.evaluate import Part, part_of
from thalweg.train.fresh import fresh_member
from thalweg.train.plan import Plan
from thalweg.train.prepare import Prepared, prepare_folds, with_experiment
from thalweg.train.scores import variance_of
from thalweg.train.state import Batches, Member, learner_of
from thalweg.types import Array


class Scored(NamedTuple):
    """What members of some folds are scored on: parts of the same size, for padding would change the last digit."""

    folds: tuple[int, ...]
    parts: tuple[Part, ...]  # the watched training rows and the validation rows, of each of these folds


class Group(NamedTuple):
    """What trials of one structure share."""

    grounds: tuple[Ground, ...]  # of each fold; of a search without folds, one
    prepared: tuple[Prepared, ...]  # of each fold, for the first of the trials
    batches: Batches  # the folds' rows, those of one after those of another; without an order
    steps: int  # of an epoch, of the fold that has most
    scored: tuple[Scored, ...]
    variances: np.ndarray  # (2, folds), of the targets in the watched and in the validation rows
    units: np.ndarray  # (folds,), one trained unit of the target in the unit of the data

    @property
    def ordered(self) -> bool:
        """Whether members have orders of examples, and do not all see all rows in place."""
        return len(self.grounds) > 1 or self.steps > 1

    def begin(self, fold: int) -> int:
        """Return where a fold's rows begin."""
        return fold * len(self.prepared[0].x)


def structure_of(experiment: Experiment, rows: int) -> Hashable:
    """Return what tells apart trials that share no compiled program, or no arrays.

    Args:
        experiment: Of a trial.
        rows: How many are trained on.

    Returns:
        Something that is equal for two trials of one structure: network, loss, rule and all that is no number among
        them; the batch; the preprocessing, with its numbers, for these make other inputs. Where every step sees all
        rows, also the epochs, for those decide when trials are scored.
    """
    learner = jax.tree.structure(traced(learner_of(experiment)))
    batch = int(experiment.training.batch)
    scored = int(experiment.training.epochs) if batch >= rows else 0
    return learner, min(batch, rows), scored, json.dumps(to_plain(experiment.preprocess))


def grouped(trials: Iterable[Trial], rows: Sequence[int]) -> dict[Hashable, deque[Trial]]:
    """Sort trials by structure.

    Args:
        trials: In the order in which they are to begin.
        rows: How many are trained on, in each fold.

    Returns:
        The trials of each structure, those in the order of their first. Folds are not told apart, but for their number
        of rows where every step sees all of them, and for bins that a loss takes from the rows.
    """
    groups: dict[Hashable, deque[Trial]] = {}
    for trial in trials:
        structure = structure_of(trial.experiment, rows[trial.fold])
        bins = trial.fold if hasattr(trial.experiment.loss, "completed") else 0
        groups.setdefault((structure, bins), deque()).append(trial)
    return groups


def group_of(grounds: tuple[Ground, ...], trial: Trial) -> Group:
    """Prepare what trials of one structure share.

    Args:
        grounds: The data, of each fold.
        trial: Any of the trials.

    Returns:
        The group, its arrays on the device.

    Raises:
        InputError: If the experiment does not fit the data.
    """
    prepared = _prepared(grounds, trial.experiment)
    dtype = jnp.result_type(float)
    x = jnp.concatenate([jnp.asarray(own.x, dtype) for own in prepared])
    y = jnp.concatenate([jnp.asarray(own.y, dtype if own.y.dtype.kind == "f" else None) for own in prepared])
    weight = jnp.concatenate([jnp.asarray(ground.weight, dtype) for ground in grounds])
    plans = [Plan(own.split.train, int(trial.experiment.training.batch), 0, ()) for own in prepared]
    full = plans[trial.fold].full_batch
    rows = jnp.asarray(plans[0].rows)
    in_place = full and len(grounds) == 1
    # Scores count the data's own weights, training those that balance classes, too.
    scoring = jnp.concatenate([jnp.asarray(own.weight, dtype) for own in prepared])
    evaluated = [(ground.watched, own.split.validation) for ground, own in zip(grounds, prepared, strict=True)]
    return Group(
        grounds=grounds,
        prepared=prepared,
        batches=Batches(*((x[rows], y[rows], weight[rows]) if in_place else (x, y, weight)), order=None, mask=None),
        steps=1 if full else max(plan.steps for plan in plans),
        scored=_scored(x, y, scoring, evaluated),
        variances=np.array(
            [
                [variance_of(own.y[part], own.weight[part]) for own, part in zip(prepared, parts, strict=True)]
                for parts in zip(*evaluated, strict=True)
            ]
        ),
        units=np.array([own.unit for own in prepared]),
    )


def _prepared(grounds: tuple[Ground, ...], experiment: Experiment) -> tuple[Prepared, ...]:
    first, task = grounds[0], grounds[0].source.task
    if len(grounds) == 1:
        return (prepared_for(first, experiment),)
    before = first.prepared.experiment
    if experiment.preprocess == before.preprocess and type(experiment.loss) is type(before.loss):
        return tuple(with_experiment(ground.prepared, experiment, task) for ground in grounds)
    splits = [ground.prepared.split for ground in grounds]
    return prepare_folds(first.source, splits, experiment, first.prepared.pretrained)


def _scored(x: Array, y: Array, weight: Array, evaluated: list[tuple[np.ndarray, ...]]) -> tuple[Scored, ...]:
    """Lay out the rows of each fold's parts, those of folds whose parts are of one size together."""
    if len(evaluated) == 1:
        return (Scored((0,), tuple(part_of(x, y, weight, rows) for rows in evaluated[0])),)
    each, sizes = len(x) // len(evaluated), [tuple(map(len, rows)) for rows in evaluated]
    made = []
    for size in dict.fromkeys(sizes):
        folds = tuple(fold for fold, own in enumerate(sizes) if own == size)
        laid = [[part_of(x, y, weight, rows + fold * each) for rows in evaluated[fold]] for fold in folds]
        parts = (
            part[0]._replace(
                order=jnp.stack([own.order for own in part]),
                mask=jnp.stack([own.mask for own in part]),
            )
            for part in zip(*laid, strict=True)
        )
        made.append(Scored(folds, tuple(parts)))
    return tuple(made)


def plan_of(group: Group, trial: Trial) -> Plan:
    """Return how a trial's steps are laid out.

    Args:
        group: Gives the rows.
        trial: Gives batch, epochs, seed and fold.

    Returns:
        The plan of a run of it alone.
    """
    training = trial.experiment.training
    plan = Plan(group.prepared[trial.fold].split.train, int(training.batch), 0, ((trial.seed, 0),))
    return plan._replace(total=plan.steps * int(training.epochs))


def member_of_trial(group: Group, trial: Trial) -> Member:
    """Return a trial's network as a run of it alone begins with it, or as it was left.

    Args:
        group: What it shares.
        trial: Begun or not.

    Returns:
        The member, without a population axis.

    Raises:
        InputError: If the trial does not fit the data.
    """
    if trial.rest is not None:
        return jax.tree.map(jnp.asarray, trial.rest.member)
    ground = group.grounds[trial.fold]
    prepared = with_experiment(group.prepared[trial.fold], trial.experiment, ground.source.task)
    return fresh_member(prepared, ground.weight, seed=trial.seed, total=plan_of(group, trial).total)


def on_the_host(member: Member) -> Member:
    """Return a member in the memory of the host, its key left where it is.

    Args:
        member: Without a population axis.

    Returns:
        The same numbers.
    """
    return jax.tree.map(
        lambda leaf: leaf if jnp.issubdtype(leaf.dtype, jax.dtypes.prng_key) else np.asarray(leaf), member
    )
