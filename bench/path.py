"""Thalweg's own training path, as a recipe takes it: default monitors, validation, best weights."""

from collections.abc import Sequence

import numpy as np

from thalweg.experiment import Experiment
from thalweg.keys import root
from thalweg.runs.probe_rows import probe_rows
from thalweg.runs.training import WATCHED_ROWS, default_watch
from thalweg.train.loop import Data, LoopState, run
from thalweg.train.plan import Plan
from thalweg.train.population import population, start
from thalweg.train.state import learner_of


def trained(
    experiment: Experiment,
    x: np.ndarray,
    y: np.ndarray,
    train: np.ndarray,
    validation: np.ndarray,
    *,
    watched: bool = True,
) -> float:
    """Train to the end of the plan.

    Args:
        experiment: What to train.
        x: Inputs, preprocessed.
        y: Targets.
        train: Training rows.
        validation: Validation rows.
        watched: Whether the default monitors look on.

    Returns:
        The last validation loss.
    """
    state = ended(experiment, x, y, train, validation, watched=watched)
    return float(state.history.evaluations[-1].validation_loss[0])


def ended(
    experiment: Experiment,
    x: np.ndarray,
    y: np.ndarray,
    train: np.ndarray,
    validation: np.ndarray,
    *,
    watched: bool = True,
    seed: int = 0,
) -> LoopState:
    """Train to the end of the plan, as `trained` does.

    Args:
        experiment: What to train.
        x: Inputs, preprocessed.
        y: Targets.
        train: Training rows.
        validation: Validation rows.
        watched: Whether the default monitors look on.
        seed: Of weights and order.

    Returns:
        The state at the end.
    """
    return ended_together([experiment], x, y, train, validation, watched=watched, seed=seed)


def ended_together(
    experiments: Sequence[Experiment],
    x: np.ndarray,
    y: np.ndarray,
    train: np.ndarray,
    validation: np.ndarray,
    *,
    watched: bool = True,
    seed: int = 0,
    metric: str = "accuracy",
) -> LoopState:
    """Train several experiments that differ in numbers alone, as one population.

    Args:
        experiments: What to train; the first says for how long.
        x: Inputs, preprocessed.
        y: Targets.
        train: Training rows.
        validation: Validation rows.
        watched: Whether the default monitors look on.
        seed: Of weights and order, the same for all.
        metric: What the best weights are best by.

    Returns:
        The state at the end.
    """
    training = experiments[0].training
    plan = Plan(train, int(training.batch), 0, ((seed, 0),) * len(experiments))
    plan = plan._replace(total=plan.steps * int(training.epochs))
    probe = train[: probe_rows(experiments[0].network, x.shape[1:], plan)]
    data = Data(x, y, np.ones(len(x), np.float32), validation, train[:WATCHED_ROWS], probe, metric)
    watch = default_watch(experiments[0], plan)
    watch = watch if watched else watch._replace(observers=(), probes=())
    members = [start(learner_of(experiment), root(seed), x.shape[1:], plan.total) for experiment in experiments]
    return run(LoopState(population(members)), data, plan, watch)
