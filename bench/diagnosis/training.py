"""Train one setup with one seed as `fit` does, and keep what a diagnosis looks at."""

import time
from typing import NamedTuple

import numpy as np
from tests.faults.setups import Setup
from tests.faults.tasks import parts_of

from thalweg.checks.result import CheckResult
from thalweg.checks.suite import run_checks
from thalweg.classic.baseline import Baseline
from thalweg.classic.baselines import baselines
from thalweg.data.source import Source
from thalweg.experiment import Experiment
from thalweg.monitors.presets import preset
from thalweg.runs.record import Record
from thalweg.runs.training import beginning, default_watch, training_weight
from thalweg.serialise import to_plain
from thalweg.train.history import History
from thalweg.train.loop import run
from thalweg.train.prepare import Prepared, prepare


class Kept(NamedTuple):
    """A finished run, as a diagnosis gets it."""

    setup: Setup
    seed: int  # of the run and of its split
    history: History
    checks: tuple[CheckResult, ...]  # () where none were made
    experiment: Experiment  # as trained, with what the rows filled in
    task: str  # "classes" or "regression"
    metric: str
    ending: str
    baselines: tuple[Baseline, ...]
    validation_rows: int
    score: float  # on the validation rows, by the best weights
    seconds: float  # that checks and training took, compiling included

    def prepared(self) -> tuple[Prepared, Source]:
        """Return the arrays it was trained on, made again, and the data as read."""
        return prepared_of(self.setup, self.seed)


def prepared_of(setup: Setup, seed: int) -> tuple[Prepared, Source]:
    """Return a setup's arrays and data; the split goes with the seed."""
    source = setup.source()
    with np.errstate(invalid="ignore"):  # cells that are no numbers are one of the faults
        return prepare(source, parts_of(source, seed), setup.experiment), source


def trained(setup: Setup, seed: int, *, checked: bool = True, known: tuple[Baseline, ...] | None = None) -> Kept:
    """Train.

    Args:
        setup: What.
        seed: Of the run and of the split.
        checked: Whether data and network are checked before.
        known: The baselines' scores, where they were computed before for these data, preprocessing and split.

    Returns:
        What is kept of it.
    """
    begin = time.perf_counter()
    prepared, source = prepared_of(setup, seed)
    metric = setup.metric_of(source)
    record = record_of(setup, seed, metric)
    weight = training_weight(prepared, source, setup.class_weight or None)
    observers = preset("default", prepared.experiment.network).observers
    checks = run_checks(prepared, source, seed=seed, training_weight=weight, observers=observers) if checked else ()
    state, data, plan = beginning(record, source, prepared)
    state = run(state, data, plan, default_watch(prepared.experiment, plan))
    if known is None:
        known = baselines(prepared, task=source.task.kind, metric=metric, seed=seed)
    (best,) = state.best_score
    return Kept(
        setup,
        seed,
        state.history,
        checks,
        prepared.experiment,
        source.task.kind,
        metric,
        state.endings[0],
        known,
        len(prepared.split.validation),
        float(best),
        time.perf_counter() - begin,
    )


def record_of(setup: Setup, seed: int, metric: str) -> Record:
    """Return the record of such a run, of which training reads the seeds, the metric and the weights."""
    return Record(
        name="",
        data="",
        reading={},
        test_data="",
        validation_data="",
        fingerprint="",
        experiment=to_plain(setup.experiment),
        metric=metric,
        seed=seed,
        split_seed=seed,
        class_weight=setup.class_weight,
        time_budget=0.0,
        versions={},
        command="",
        created="",
    )
