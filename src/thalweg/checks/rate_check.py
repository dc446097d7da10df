"""Try learning rates on a run's own network and data, within a stated time."""

import math
from typing import NamedTuple

import numpy as np

from thalweg.checks.overfit_tiny import in_float
from thalweg.checks.rate_range import learning_rate, not_judged, rate_range
from thalweg.checks.rate_sweep import Ground, sweep_rates
from thalweg.checks.result import CheckResult
from thalweg.checks.tolerances import (
    RATE_BATCH,
    RATE_SECONDS,
    RATE_SHIFTS,
    RATE_SIDE,
    RATE_STARTS,
    RATE_WALK,
)
from thalweg.network.work import example_work, step_seconds
from thalweg.spec import tunables
from thalweg.train.fresh import fresh_member, learns
from thalweg.train.observers import Observer
from thalweg.train.plan import Plan
from thalweg.train.prepare import Prepared


class _Effort(NamedTuple):
    steps: int
    batch: int
    starts: int

    @property
    def all_steps(self) -> int:
        """Steps of all tries."""
        return self.steps * (self.starts * (2 * RATE_SIDE + 2) + RATE_WALK)


def check_rate(
    prepared: Prepared,
    *,
    seed: int,
    training_weight: np.ndarray,
    observers: tuple[Observer, ...] = (),
    thorough: bool = False,
) -> CheckResult | None:
    """Try rates on the network that is to be trained, from several first weights, and judge the run's own.

    The more a step costs, the fewer are made, with 32 examples each where need be. Nothing of the run is changed: its
    first weights, its draws and its order of examples are what they would have been.

    Args:
        prepared: The arrays, and the experiment.
        seed: Of the run.
        training_weight: (n,), how much each row counts in training.
        observers: Those of the run, so that it and the tries share a compiled program.
        thorough: Make as many steps as help, even where the run itself has fewer.

    Returns:
        The result; not judged where a step takes too long, or the run has fewer steps than the tries. None for rules
        that find the length of a step themselves.
    """
    experiment, rows = prepared.experiment, prepared.split.train
    if math.isfinite(tunables(type(experiment.update))["rate"].high):
        return None
    plan = Plan(rows, min(int(experiment.training.batch), len(rows)), 0, ((seed, 0),))
    total = plan.steps * int(experiment.training.epochs)
    effort = _effort(
        example_work(experiment.network, prepared.x.shape[1:]), plan.batch, math.inf if thorough else float(total)
    )
    if effort is None:
        few = "has fewer steps than the tries would take" if total < _least(plan.batch) else "takes long for a step"
        return not_judged(f"The run {few}, so no other rates are tried.")
    # What a start learns from all rows takes its time, and the run has learned it from its own seed already.
    count = 1 if learns(experiment.start) else effort.starts
    seeds = [(seed + k) % 2**32 for k in range(count)]
    full = effort.batch >= len(rows)
    x, y, weight = (values[rows] if full else values for values in (prepared.x, prepared.y, training_weight))
    ground = Ground(in_float(x), in_float(y), in_float(weight), rows, effort.batch, observers)
    starts = [fresh_member(prepared, training_weight, seed=own, total=max(total, effort.steps)) for own in seeds]
    sweep = sweep_rates(starts, seeds, ground, steps=effort.steps)
    return learning_rate(rate_range(sweep), sweep, float(experiment.update.rate))


def _least(batch: int) -> int:
    return _Effort(min(RATE_SHIFTS), batch, RATE_STARTS - 1).all_steps


def _effort(work: int, batch: int, most: float) -> _Effort | None:
    """Return the most steps that the time allows, then fewer examples and starts; None if none are few enough."""
    few = min(batch, RATE_BATCH)
    fewest = min(RATE_SHIFTS)
    tried = [_Effort(steps, batch, RATE_STARTS) for steps in sorted(RATE_SHIFTS, reverse=True)]
    tried += [_Effort(fewest, few, RATE_STARTS), _Effort(fewest, few, RATE_STARTS - 1)]
    for effort in tried:
        seconds = effort.all_steps * step_seconds(work, effort.batch)
        if effort.all_steps <= most and seconds <= RATE_SECONDS:
            return effort
    return None
