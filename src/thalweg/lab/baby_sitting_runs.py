"""The runs of the procedure: at rates that are wrong and at one that is not, a coarse search and two finer ones."""

import math
from typing import NamedTuple

import numpy as np

from thalweg.checks.rate_check import check_rate
from thalweg.checks.rate_range import not_judged
from thalweg.checks.result import CheckResult
from thalweg.diagnosis.attempts import Ground
from thalweg.lab.baby_sitting_start import experiment_of
from thalweg.search.dimension import Dimension
from thalweg.search.drive import Asked, search
from thalweg.search.engine.train_trials import Engine, train_trials
from thalweg.search.engine.trial import Result, Trial
from thalweg.search.limits import limits_of
from thalweg.search.narrowed import at_edge
from thalweg.search.ranges.log_uniform import LogUniform
from thalweg.search.record import TrialRecord, ranked
from thalweg.search.space import Space
from thalweg.search.strategies.random_search import RandomSearch

RATE, STRENGTH = "update.rate", "penalty.strength"
SLOW, FAIR, FAST, WILD = 1e-6, 1e-3, 3e-3, 1e6  # rates that the notes try, and the upper end of the usual range
EPOCHS, LONGER = 5, 10  # of the coarse search and of the finer ones
COARSE = {RATE: LogUniform(1e-6, 1e-3), STRENGTH: LogUniform(1e-5, 1e5)}
FINE = {RATE: LogUniform(1e-4, 1e-3), STRENGTH: LogUniform(1e-4, 1.0)}
PAST = {**FINE, RATE: LogUniform(3e-4, 3e-3)}  # as wide, its middle at the edge of the finer one


class Course(NamedTuple):
    """One run, epoch by epoch."""

    rate: float
    loss: np.ndarray  # (e,) on training images, before the first epoch and after each; NaN once it went astray
    accuracy: np.ndarray  # (e,) on the same images

    @property
    def lost(self) -> int | None:
        """The first epoch after which the loss is no number; None for never."""
        at = np.flatnonzero(~np.isfinite(self.loss))
        return int(at[0]) if len(at) else None

    @property
    def diverged(self) -> bool:
        """Whether the loss was ever no number, or above the first."""
        return self.lost is not None or float(self.loss.max()) > float(self.loss[0])

    @property
    def fallen(self) -> float:
        """The share of the first loss that is gone at the end; NaN where it went astray."""
        return float(1 - self.loss[-1] / self.loss[0])


class Searched(NamedTuple):
    """One search at random."""

    name: str
    ranges: dict[str, LogUniform]
    epochs: int  # of each trial
    records: tuple[TrialRecord, ...]
    edges: dict[str, str]  # of each setting at an edge of whose range the best trials lie: "low" or "high"

    @property
    def ranked(self) -> list[TrialRecord]:
        """The trials, the highest validation accuracy first."""
        return ranked(list(self.records), 1.0)

    @property
    def best(self) -> TrialRecord:
        """The trial of the highest validation accuracy."""
        return self.ranked[0]

    @property
    def failed(self) -> int:
        """How many trials went astray or were given up."""
        return sum(record.failed for record in self.records)

    def best_beyond(self, rate: float, *, above: bool) -> float:
        """Return the best accuracy of the trials above a rate, or up to it; NaN where there is none."""
        scores = [r.score for r in self.records if (r.proposal.point[RATE] > rate) == above and not r.failed]
        return max(scores, default=math.nan)

    def piled(self, count: int) -> int:
        """Return how many of the best trials have a rate in the upper third of its range."""
        over = self.ranges[RATE]
        return sum(over.place(record.proposal.point[RATE]) >= 2 / 3 for record in self.ranked[:count])


def run_rates(ground: Ground) -> tuple[Course, ...]:
    """Train at each of the four rates for five epochs.

    Args:
        ground: The images.

    Returns:
        The courses, by rising rate.
    """
    classes, found = ground.source.task.size, {}

    def told(result: Result) -> None:
        found[result.trial.number] = result

    rates = (SLOW, FAIR, FAST, WILD)
    # Spared, so that it can be seen how far a loss rises.
    trials = [
        Trial(k, experiment_of(classes, rate=rate, epochs=EPOCHS), ground.seed, spared=True)
        for k, rate in enumerate(rates)
    ]
    train_trials(Engine(ground), trials, told)
    return tuple(_course(rate, found[k]) for k, rate in enumerate(rates))


def rates_that_suit(ground: Ground) -> CheckResult:
    """Return what the program's own check says of the rate, of which the usual range's upper end is tried.

    Args:
        ground: The images.

    Returns:
        The result, with its curve where rates were tried.
    """
    found = check_rate(ground.prepared, seed=ground.seed, training_weight=ground.weight, thorough=True)
    return found or not_judged("The update rule finds its own steps, so no rates are tried.")


def search_all(ground: Ground, trials: int) -> tuple[Searched, Searched, Searched]:
    """Search coarsely, then in the notes' finer range, then past the upper edge of that.

    Args:
        ground: The images.
        trials: Of the finer searches, and half of the coarse one's; of fewer than 8 nobody could say whether the best
            lie at an edge.

    Returns:
        The searches.
    """
    return (
        search_ranges("coarse", ground, COARSE, trials=2 * trials, epochs=EPOCHS),
        search_ranges("finer", ground, FINE, trials=trials, epochs=LONGER),
        search_ranges("last", ground, PAST, trials=trials, epochs=LONGER),
    )


def search_ranges(name: str, ground: Ground, ranges: dict[str, LogUniform], *, trials: int, epochs: int) -> Searched:
    """Search at random.

    Args:
        name: A word, by which it is told from others.
        ground: The images.
        ranges: Of the rate and the penalty's strength.
        trials: How many; at least 1.
        epochs: Of each.

    Returns:
        What was found.
    """
    experiment = experiment_of(ground.source.task.size, rate=FAIR, epochs=epochs)
    space = Space(tuple(Dimension((path,), over) for path, over in ranges.items()))
    asked = Asked(experiment, space, RandomSearch(trials, epochs), epochs, ground.seed, seeds=1)
    records = search(Engine(ground), asked).records
    limits = limits_of(space, experiment)
    edges = {one.name: side for one in space.dimensions if (side := at_edge(one, records, limits, 1.0))}
    return Searched(name, ranges, epochs, records, edges)


def _course(rate: float, result: Result) -> Course:
    made = result.history.evaluations
    loss = np.array([float(one.training_loss[0]) for one in made])
    return Course(rate, loss, np.array([float(one.training_score[0]) for one in made]))
