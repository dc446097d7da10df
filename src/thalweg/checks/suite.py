"""All checks of a prepared experiment, in seconds."""

import numpy as np

from thalweg.checks.data_checks import check_data
from thalweg.checks.network_checks import check_network
from thalweg.checks.rate_check import check_rate
from thalweg.checks.result import CheckResult
from thalweg.data.source import Source
from thalweg.train.observers import Observer
from thalweg.train.prepare import Prepared


def run_checks(
    prepared: Prepared,
    source: Source,
    *,
    seed: int,
    training_weight: np.ndarray | None = None,
    observers: tuple[Observer, ...] = (),
    thorough: bool = False,
) -> tuple[CheckResult, ...]:
    """Check data and network before training, on 20,000 training rows at most (fewer of very wide ones).

    Args:
        prepared: The arrays, and the experiment that is to be trained.
        source: The examples as they were read.
        seed: Of the run: the network checked is the one that will be trained.
        training_weight: (n,), how much each row counts in training, which a start may look at; None for the data's
            own weights.
        observers: Those of the run's steps, so that tried rates and the run share a compiled program.
        thorough: Try rates even where the run has fewer steps than the tries.

    Returns:
        The data's checks, then the network's; of what follows from one another the cause comes first. With inputs that
        are not finite numbers, the checks of the data end there: no other would mean anything.
    """
    weight = prepared.weight if training_weight is None else training_weight
    found = check_data(prepared, source, seed=seed, training_weight=weight)
    if not all(result.passed for result in found if result.name == "finite inputs"):
        return found
    network = check_network(prepared, source, seed=seed, training_weight=weight)
    rate = check_rate(prepared, seed=seed, training_weight=weight, observers=observers, thorough=thorough)
    return (*found, *network, *(() if rate is None else (rate,)))
