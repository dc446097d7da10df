"""Optuna's tree-structured Parzen estimator, asked for several trials at a time."""

import math
import warnings
from collections.abc import Sequence
from typing import Any, NamedTuple

from thalweg.errors import InputError
from thalweg.search.dimension import Dimension
from thalweg.search.ranges.choice import Choice
from thalweg.search.ranges.integer import Integer
from thalweg.search.ranges.log_uniform import LogUniform
from thalweg.search.record import Proposal, TrialRecord, worth
from thalweg.search.space import Point
from thalweg.search.stage import Known, Stage

TOGETHER = 8  # trials that are asked for at once, on every machine, so that the same search is the same everywhere


class TPE(NamedTuple):
    """Draw where earlier trials that did well lie more densely than those that did not.

        argmax over candidates x of l(x) / g(x),    l the density of the best trials, g that of the others

    The first trials are random. Eight are asked for at once and told together: an estimate from few of them is hardly
    worse, and they are trained side by side.

    Example:
        >>> TPE(trials=32, epochs=10).trials
        32

    Source: Bergstra et al., "Algorithms for hyper-parameter optimization", 2011; Optuna's `TPESampler`.
    """

    trials: int  # at least 1
    epochs: int  # of each; at least 1

    def next(self, known: Known) -> Stage | None:
        """Return the next eight trials, or those that are left.

        Args:
            known: The space, the seed and what came of the trials before.

        Returns:
            The stage; None once there are as many as were asked for.

        Raises:
            InputError: If Optuna is not installed.
        """
        done = [record for record in known.records if record.stage.startswith("tpe ")]
        count = min(TOGETHER, self.trials - len(done))
        if count <= 0:
            return None
        study = _study(known.seed)
        for begin in range(0, len(done), TOGETHER):
            some = done[begin : begin + TOGETHER]
            asked = [study.ask() for _ in some]
            for trial in asked:
                _point(trial, known.space.dimensions)
            for trial, record in zip(asked, some, strict=True):
                _tell(study, trial, record, known.sign)
        points = [_point(study.ask(), known.space.dimensions) for _ in range(count)]
        name = f"tpe {len(done) // TOGETHER + 1}"
        return Stage(name, known.space, tuple(Proposal(point, self.epochs) for point in points))


def _optuna() -> Any:
    try:
        import optuna  # noqa: PLC0415 (an extra)
    except ImportError:
        raise InputError(
            "the strategy tpe needs Optuna, which is not installed. Run pip install 'thalweg[search]', or take another "
            "strategy."
        ) from None
    return optuna


def _study(seed: int) -> Any:
    optuna = _optuna()
    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.WARNING)  # that it made a study is no news to anybody
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            # Trials that run at the same time count as poor ones, so that they are not all alike.
            sampler = optuna.samplers.TPESampler(seed=seed, constant_liar=True)
        return optuna.create_study(direction="maximize", sampler=sampler)
    finally:
        optuna.logging.set_verbosity(before)


def _tell(study: Any, trial: Any, record: TrialRecord, sign: float) -> None:
    value = worth(record, sign)
    if value == -math.inf:
        study.tell(trial, state=_optuna().trial.TrialState.FAIL)
    else:
        study.tell(trial, value)


def _point(trial: Any, dimensions: Sequence[Dimension]) -> Point:
    """Let Optuna choose a value for each dimension that counts."""
    point: Point = {}
    for dimension in dimensions:
        if dimension.active(point):
            point[dimension.name] = _chosen(trial, dimension)
    return point


def _chosen(trial: Any, dimension: Dimension) -> Any:
    name, over = dimension.name, dimension.over
    if isinstance(over, Choice):  # by position: Optuna takes no tables
        return over.options[trial.suggest_categorical(name, tuple(range(len(over.options))))]
    if isinstance(over, Integer):
        return trial.suggest_int(name, int(over.low), int(over.high), log=over.log)
    return trial.suggest_float(name, float(over.low), float(over.high), log=isinstance(over, LogUniform))
