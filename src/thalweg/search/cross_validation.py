"""Compare settings by cross-validation: each is trained once per fold, all of them side by side.

A hold-out set scores each setting once, on rows that chance has picked; which setting wins may be that chance. With k
folds each row is validated once, and the scores' spread says how far the folds are apart. It costs k times as much, so
that it suits small data; where training takes hours, one validation part of thousands of rows is sharp enough.

The best setting's own mean is a little too good, since it was chosen by it. The test part, which takes part in nothing
here, says how good it is.
"""

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from thalweg.errors import InputError
from thalweg.experiment import Experiment
from thalweg.runs.paired import Paired, paired
from thalweg.search.engine.train_trials import Engine, train_trials
from thalweg.search.engine.trial import Result, Trial
from thalweg.train.scores import METRICS


class FoldScore(NamedTuple):
    """What came of a setting in one fold."""

    score: float  # the best on the fold's validation rows; NaN where the run failed
    loss: float  # that came with it
    epoch: float  # after which it was reached
    ending: str  # why the run ended
    failed: bool


class Setting(NamedTuple):
    """One setting over all folds."""

    number: int  # its place among those asked for, from 0
    folds: tuple[FoldScore, ...]

    @property
    def scores(self) -> tuple[float, ...]:
        """The score in each fold."""
        return tuple(fold.score for fold in self.folds)

    @property
    def mean(self) -> float:
        """Mean score over the folds; NaN where it failed in one."""
        return float(np.mean(self.scores))

    @property
    def deviation(self) -> float:
        """Standard deviation of the scores over the folds, divided by k - 1: how far one fold is from another."""
        return float(np.std(self.scores, ddof=1))

    @property
    def standard_error(self) -> float:
        """The deviation over sqrt(k): that of the mean, were the folds independent; they share training rows.

        Two settings are not to be compared by it, for what is hard about a fold is hard for both: see `paired`.
        """
        return self.deviation / math.sqrt(len(self.folds))

    @property
    def epochs(self) -> float:
        """Median over the folds of the epoch of the best score: how long to train on all rows, with no fold to stop by.

        The schedule is to be laid out for as many epochs as here, and left at this one.
        """
        return float(np.median([fold.epoch for fold in self.folds]))


class Comparison(NamedTuple):
    """The best setting beside another."""

    number: int  # of the other
    paired: Paired  # above 0 where the best is better


class CrossValidated(NamedTuple):
    """What came of all settings."""

    metric: str
    settings: tuple[Setting, ...]  # the best mean first; those that failed in a fold last
    comparisons: tuple[Comparison, ...]  # of the best with each of the others, in their order
    ended: bool  # whether all were trained; false where it was told to leave off, and settings may be missing

    @property
    def beyond_chance(self) -> bool:
        """Whether the best is better than the next at the lower end of the 95% interval, too."""
        return bool(self.comparisons) and self.comparisons[0].paired.beyond_chance


def cross_validate(
    engine: Engine,
    experiments: Sequence[Experiment],
    *,
    seed: int = 0,
    told: Callable[[Result], None] = lambda result: None,
) -> CrossValidated:
    """Train each setting once in each fold, and compare them.

    All runs of one structure are members of the same populations, whatever their fold, by one compiled program; each
    comes to what a run on its fold alone comes to. They begin from the same seed, so that settings differ in nothing
    else. Means are compared fold by fold (see `paired`); with many settings some come out better by chance alone.

    Args:
        engine: With a ground a fold; see `fold_grounds`.
        experiments: The settings. They may differ in anything.
        seed: Of first weights, draws and order of examples.
        told: Gets what came of each run as it ends; run number n is of setting n // k and fold n % k.

    Returns:
        The settings, the best first.

    Raises:
        InputError: If there are fewer than 2 folds, or no settings.
        RunFailed: If one run alone needs more memory than there is.

    Source: Hastie, Tibshirani and Friedman, "The Elements of Statistical Learning", section 7.10; CS231n notes, "Image
    Classification", "Cross-validation".
    """
    folds = len(engine.grounds)
    if folds < 2:
        raise InputError(f"cross_validate needs an engine of at least 2 folds; got {folds}. Make them by fold_grounds.")
    if not experiments:
        raise InputError("cross_validate was given no settings. Give one experiment at least.")
    results: dict[int, Result] = {}

    def keep(result: Result) -> None:
        results[result.trial.number] = result
        told(result)

    trials = [
        Trial(number * folds + fold, experiment, seed, spared=True, fold=fold)
        for number, experiment in enumerate(experiments)
        for fold in range(folds)
    ]
    ended = train_trials(engine, trials, keep)
    found = []
    for number in range(len(experiments)):
        own = [results[n] for n in range(number * folds, (number + 1) * folds) if n in results]
        if len(own) == folds:
            found.append(Setting(number, tuple(map(_fold_score, own))))
    metric = engine.ground.metric
    sign = 1.0 if METRICS[metric].larger_is_better else -1.0
    found.sort(key=lambda setting: (_last_if_nan(-sign * setting.mean), setting.number))
    splits = [ground.prepared.split for ground in engine.grounds]
    training, validation = (sum(map(len, parts)) for parts in list(zip(*splits, strict=True))[:2])
    comparisons = [
        Comparison(other.number, paired(_differences(found[0], other, sign), training, validation))
        for other in found[1:]
    ]
    return CrossValidated(metric, tuple(found), tuple(comparisons), ended)


def _fold_score(result: Result) -> FoldScore:
    if result.failed:
        return FoldScore(math.nan, math.nan, math.nan, result.ending, True)
    best = [evaluation.epoch for evaluation in result.history.evaluations if evaluation.better[0]]
    return FoldScore(result.score, result.loss, best[-1] if best else math.nan, result.ending, False)


def _differences(one: Setting, other: Setting, sign: float) -> list[float]:
    return [sign * (first - second) for first, second in zip(one.scores, other.scores, strict=True)]


def _last_if_nan(number: float) -> float:
    return math.inf if math.isnan(number) else number
