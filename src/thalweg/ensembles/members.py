"""Members of an ensemble that differ by their seeds alone, trained together."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from thalweg.errors import InputError, RunFailed
from thalweg.experiment import Experiment
from thalweg.objective import Objective
from thalweg.search.engine.train_trials import Engine, train_trials
from thalweg.search.engine.trial import Result, Trial
from thalweg.spec import traced
from thalweg.train.evaluate import predict
from thalweg.types import Params, State


class Weights(NamedTuple):
    """One member's network."""

    params: Params
    state: State


class Members(NamedTuple):
    """Networks that were trained from one seed each."""

    weights: tuple[Weights, ...]  # each one's best, in the order of the seeds
    results: tuple[Result, ...]  # what came of each of these
    remarks: tuple[str, ...]  # of seeds that gave no member, and why


def train_members(engine: Engine, experiment: Experiment, seeds: Sequence[int]) -> Members:
    """Train one network from each seed, all of them together.

    A seed draws the first weights, dropout and the order of examples. Each member is, bit for bit, what a run of its
    seed alone would come to, with the weights of its best evaluation. One whose numbers or loss went astray is left
    out.

    Args:
        engine: The data, the workers, and whether to leave off.
        experiment: Of every member.
        seeds: One a member, each another; from 0 to 4294967295.

    Returns:
        The members; where the engine was told to leave off, those that had come to their end.

    Raises:
        InputError: If there is no seed, or one comes twice.
        RunFailed: If no seed gave a member.

    Source: Hansen and Salamon, "Neural network ensembles", 1990; Lakshminarayanan, Pritzel and Blundell, "Simple and
    scalable predictive uncertainty estimation using deep ensembles", 2017, section 2.4.
    """
    if not seeds or len(set(seeds)) < len(seeds):
        raise InputError(f"an ensemble needs seeds, each another; got {list(seeds)}.")
    told: list[Result] = []
    train_trials(engine, [Trial(number, experiment, seed) for number, seed in enumerate(seeds)], told.append)
    told.sort(key=lambda result: result.trial.number)
    good = tuple(result for result in told if not result.failed and result.rest is not None)
    remarks = tuple(f"seed {r.trial.seed} gave no member: {r.ending}" for r in told if r not in good)
    if not good:
        why = remarks[0] if remarks else "it was told to leave off before any had ended"
        raise RunFailed(f"no member of {len(seeds)} was trained: {why}.")
    return Members(tuple(map(best_weights, good)), good, remarks)


def best_weights(result: Result) -> Weights:
    """Return a trial's network at its best evaluation.

    Args:
        result: What came of it.

    Returns:
        The weights.

    Raises:
        InputError: If the trial was never begun.
    """
    if result.rest is None:
        raise InputError(f"trial {result.trial.number} was never begun: {result.ending}")
    return Weights(*result.rest.member.best)


def member_predictions(objective: Objective, members: Sequence[Weights], x: np.ndarray) -> np.ndarray:
    """Return what each of several networks of one structure predicts.

    Args:
        objective: Of all members; its loss's head turns outputs into predictions.
        members: One or more.
        x: Preprocessed inputs (n, ...).

    Returns:
        (m, n, ...): probabilities, or values in the unit that they were trained in.
    """
    traced_objective = traced(objective)
    return np.stack([predict(traced_objective, member.params, member.state, x) for member in members])
