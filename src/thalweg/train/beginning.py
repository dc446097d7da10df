"""A run of one member at step 0, and who steers it by its own experiment."""

import numpy as np

from thalweg.experiment import Experiment
from thalweg.schedules.reduce_on_plateau import ReduceOnPlateau
from thalweg.train.controllers import Controller, EarlyStopping, RateReduction
from thalweg.train.fresh import fresh_member
from thalweg.train.loop import Data, LoopState
from thalweg.train.plan import Plan
from thalweg.train.population import population
from thalweg.train.prepare import Prepared


def begin(
    prepared: Prepared,
    plan: Plan,
    *,
    weight: np.ndarray,
    watched: np.ndarray,
    probe: np.ndarray,
    metric: str,
    seed: int,
) -> tuple[LoopState, Data]:
    """Return a run's state at step 0 and its data as training sees them.

    Args:
        prepared: The arrays, and the experiment.
        plan: The steps.
        weight: (n,), how much each row counts in training; in scores the data's own weights count.
        watched: Training rows that are scored beside the validation part.
        probe: Training rows that observers look into the network with.
        metric: A name in `train.scores.METRICS`.
        seed: Of the first weights and the draws.

    Returns:
        (state, data).
    """
    data = Data(
        x=prepared.x,
        y=prepared.y,
        weight=weight,
        validation=prepared.split.validation,
        watched=watched,
        probe=probe,
        metric=metric,
        unit=prepared.unit,
        scoring_weight=prepared.weight,
    )
    return LoopState(population([fresh_member(prepared, weight, seed=seed, total=plan.total)])), data


def steering(experiment: Experiment, plan: Plan) -> tuple[Controller, ...]:
    """Return the controllers that an experiment asks for: of its plateau, and of its patience.

    Args:
        experiment: Gives both.
        plan: The steps; where evaluations lie further apart than the patience, it takes three without a better score.

    Returns:
        What reduces the rate, if anything does, then what stops.
    """
    least = 3.0 * plan.period / plan.steps if plan.full_batch else 0.0
    stopping = EarlyStopping(max(float(experiment.training.patience), least))
    plateau = experiment.training.plateau
    if not isinstance(plateau, ReduceOnPlateau):
        return (stopping,)
    wait = max(float(plateau.patience), least)
    return (RateReduction(float(plateau.factor), wait, float(plateau.floor)), stopping)
