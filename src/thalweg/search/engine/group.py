"""Trials of one structure, and what they are trained and scored on."""

import json
from collections import deque
from collections.abc import Hashable, Iterable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from thalweg.diagnosis.attempts import Ground, prepared_for
from thalweg.experiment import Experiment
from thalweg.keys import root
from thalweg.search.engine.trial import Trial
from thalweg.serialise import to_plain
from thalweg.spec import traced
from thalweg.train.evaluate import Part, part_of
from thalweg.train.plan import Plan
from thalweg.train.population import start
from thalweg.train.prepare import Prepared
from thalweg.train.scores import variance_of
from thalweg.train.seen import seen_by_start
from thalweg.train.state import Batches, Member, learner_of


class Group(NamedTuple):
    """What trials of one structure share."""

    ground: Ground
    prepared: Prepared  # of the first of them
    batches: Batches  # without an order
    parts: tuple[Part, ...]  # the watched training rows and the validation rows
    variances: tuple[float, ...]  # of the targets in each part


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


def grouped(trials: Iterable[Trial], rows: int) -> dict[Hashable, deque[Trial]]:
    """Sort trials by structure.

    Args:
        trials: In the order in which they are to begin.
        rows: How many are trained on.

    Returns:
        The trials of each structure, those in the order of their first.
    """
    groups: dict[Hashable, deque[Trial]] = {}
    for trial in trials:
        groups.setdefault(structure_of(trial.experiment, rows), deque()).append(trial)
    return groups


def group_of(ground: Ground, experiment: Experiment) -> Group:
    """Prepare what trials of one structure share.

    Args:
        ground: The data.
        experiment: Of any of the trials.

    Returns:
        The group, its arrays on the device.

    Raises:
        InputError: If the experiment does not fit the data.
    """
    prepared = prepared_for(ground, experiment)
    dtype = jnp.result_type(float)
    x, weight = jnp.asarray(prepared.x, dtype), jnp.asarray(ground.weight, dtype)
    y = jnp.asarray(prepared.y, dtype if prepared.y.dtype.kind == "f" else None)
    plan = Plan(prepared.split.train, int(experiment.training.batch), 0, ())
    rows = jnp.asarray(plan.rows)
    given = (x[rows], y[rows], weight[rows]) if plan.full_batch else (x, y, weight)
    # Scores count the data's own weights, training those that balance classes, too.
    scoring, evaluated = jnp.asarray(prepared.weight, dtype), (ground.watched, prepared.split.validation)
    return Group(
        ground=ground,
        prepared=prepared,
        batches=Batches(*given, order=None, mask=None),
        parts=tuple(part_of(x, y, scoring, part) for part in evaluated),
        variances=tuple(variance_of(prepared.y[part], prepared.weight[part]) for part in evaluated),
    )


def plan_of(group: Group, trial: Trial) -> Plan:
    """Return how a trial's steps are laid out.

    Args:
        group: Gives the rows.
        trial: Gives batch, epochs and seed.

    Returns:
        The plan of a run of it alone.
    """
    training = trial.experiment.training
    plan = Plan(group.prepared.split.train, int(training.batch), 0, ((trial.seed, 0),))
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
    prepared = prepared_for(group.ground._replace(prepared=group.prepared), trial.experiment)
    return start(
        learner_of(prepared.experiment),
        root(trial.seed),
        prepared.x.shape[1:],
        plan_of(group, trial).total,
        begin=prepared.experiment.start,
        seen=seen_by_start(prepared, group.ground.weight, seed=trial.seed),
    )


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
