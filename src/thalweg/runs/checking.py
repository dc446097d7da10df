"""What is made of a run's data and network before training: checks, and simple models to hold it against."""

from collections.abc import Callable, Sequence

import numpy as np

from thalweg.checks.rate_check import check_rate
from thalweg.checks.result import CheckResult, tally
from thalweg.checks.suite import run_checks
from thalweg.classic.baseline import Baseline
from thalweg.classic.baselines import baselines
from thalweg.data.source import Source
from thalweg.functions import Function
from thalweg.monitors.presets import preset
from thalweg.runs.record import Record
from thalweg.runs.training import training_weight
from thalweg.train.prepare import Prepared

Say = Callable[[str], None]


def checked(
    prepared: Prepared,
    source: Source,
    seed: int,
    class_weight: str | None,
    *,
    monitors: str = "",
    thorough: bool = False,
) -> tuple[CheckResult, ...]:
    """Check data and network.

    Args:
        prepared: What is to be trained on.
        source: The data as read.
        seed: Of the run.
        class_weight: "balanced", or None or "" for the data's own weights.
        monitors: Those of the run, so that a check and training share a compiled program; "" for none.
        thorough: Whether checks that take long are made in full.

    Returns:
        The results.
    """
    weight = training_weight(prepared, source, class_weight)
    observers = preset(monitors, prepared.experiment.network).observers if monitors else ()
    return run_checks(prepared, source, seed=seed, training_weight=weight, observers=observers, thorough=thorough)


def told_checks(
    record: Record, source: Source, prepared: Prepared, observers: Sequence[Function], say: Say
) -> tuple[CheckResult, ...]:
    """Check data and network of a run, and say what did not pass.

    Args:
        record: Of the run.
        source: The data as read.
        prepared: What is to be trained on.
        observers: The user's own functions of each step, which are to see the steps of the run alone.
        say: Gets a line a check that did not pass, and one of how many did.

    Returns:
        The results; () where the run is to be made without.
    """
    if not record.checks:
        return ()
    monitors = "" if observers else record.monitors
    checks = checked(prepared, source, record.seed, record.class_weight, monitors=monitors)
    say(tally(checks))
    for check in (check for check in checks if not check.passed):
        say(f"{check.severity}: {check.text} {check.advice}")
    return checks


def suitable_rates(record: Record, source: Source, prepared: Prepared) -> tuple[float, float] | None:
    """Try learning rates in short runs, and return the lowest and the highest that should suit a whole one.

    Args:
        record: Of the run.
        source: The data as read.
        prepared: What is to be trained on.

    Returns:
        (lowest, highest); None where inputs are not finite, a step takes too long for tries, no rate made the loss
        fall, or the update rule finds the length of a step itself.
    """
    if not np.isfinite(prepared.x[prepared.split.train]).all():
        return None
    weight = training_weight(prepared, source, record.class_weight)
    observers = preset(record.monitors, prepared.experiment.network).observers
    found = check_rate(prepared, seed=record.seed, training_weight=weight, observers=observers, thorough=True)
    if found is None or found.curve is None:
        return None
    return found.curve.low, found.curve.high


def simple_models(record: Record, source: Source, prepared: Prepared, say: Say) -> tuple[Baseline, ...]:
    """Fit simple models on the rows of a run, and score them as the network.

    Args:
        record: Of the run.
        source: The data as read.
        prepared: What is trained on.
        say: Gets a line, for it takes its time.

    Returns:
        Their scores.
    """
    say("fitting simple models on the same rows, to hold the network against")
    images = source.inputs if source.kind == "image" and isinstance(source.inputs, np.ndarray) else None
    return baselines(prepared, task=source.task.kind, metric=record.metric, seed=record.seed, images=images)
