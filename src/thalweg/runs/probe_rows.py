"""With how many training rows monitors look into a network, for a look to be worth its time."""

import math

from thalweg.network.sequential import Sequential
from thalweg.network.work import example_work, step_seconds
from thalweg.train.plan import LOOK_COST, LOOK_GROWTH, Plan
from thalweg.types import Shape

MOST, LEAST = 256, 64
SHARE = 0.02  # of a run's time that looks may take before there are fewer rows to them; steps' records take about 1%


def probe_rows(network: Sequential, input_shape: Shape, plan: Plan) -> int:
    """Return how many rows a look takes: 256, or a half or a quarter of them in a run that is short for its network.

    Time is estimated from the work and not measured, so that the same run is always looked into with the same rows.

    Args:
        network: Is looked into.
        input_shape: Shape of one preprocessed example.
        plan: The steps, in which looks fall due at both ends and each time that the steps have grown by a half.

    Returns:
        64, 128 or 256.

    Example:
        >>> import numpy as np
        >>> from thalweg.network.presets.dense import dense_network
        >>> plan = Plan(np.arange(10_000), 100, 100_000, ((0, 0),))
        >>> probe_rows(dense_network(10), (64,), plan)
        256
    """
    work = example_work(network, input_shape)
    idle = step_seconds(work, 0)  # of a look, too, and no fewer rows save it
    taken = plan.total * step_seconds(work, min(plan.batch, len(plan.rows)))
    evaluations = max(1, -(-plan.total // plan.period))
    looks = min(evaluations + 1, 2 + math.ceil(math.log(evaluations, LOOK_GROWTH)))
    rows = MOST
    while rows > LEAST and looks * (step_seconds(work, LOOK_COST * rows) - idle) > SHARE * taken:
        rows //= 2
    return rows
