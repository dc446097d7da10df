"""Nine trials of a grid and nine random ones, over again in ranges that lie elsewhere, each a network trained anew."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from thalweg.activations.relu import ReLU
from thalweg.data.builtin import load_builtin
from thalweg.data.split import split_source
from thalweg.diagnosis.attempts import Ground
from thalweg.experiment import Experiment, Training
from thalweg.keys import root
from thalweg.layers.activation import Activation
from thalweg.layers.dense import Dense
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.network.sequential import Sequential
from thalweg.penalties.l2 import L2
from thalweg.preprocess.arrays import Standardize
from thalweg.search.dimension import Dimension
from thalweg.search.engine.train_trials import Engine, train_trials
from thalweg.search.engine.trial import Result, Trial
from thalweg.search.limits import limits_of
from thalweg.search.ranges.log_uniform import LogUniform
from thalweg.search.space import Space
from thalweg.search.stage import Known
from thalweg.search.strategies.grid_search import GridSearch
from thalweg.search.strategies.random_search import RandomSearch
from thalweg.spec import replaced
from thalweg.train.prepare import prepare
from thalweg.updates.sgd import SGD

TRIALS, PER_AXIS = 9, 3
UNITS, CLASSES, BATCH, EPOCHS = 16, 10, 100, 4
WATCHED = 200  # training digits by whose loss a hopeless trial is given up
RATE, STRENGTH = "update.rate", "penalty.strength"
# Powers of ten in the middle of each range, and how many it spans. A range may lie half the distance of two values of
# the grid to either side of that, so that the best rate is in it, but nowhere in particular.
MIDDLES, WIDTHS = (-0.75, -5.5), (4.0, 3.0)
SHIFTS = tuple(width / (PER_AXIS - 1) / 2 for width in WIDTHS)
EXPERIMENT = Experiment(
    Sequential((Dense(UNITS), Activation(ReLU()), Dense(CLASSES))),
    SoftmaxCrossEntropy(),
    preprocess=Standardize(),
    penalty=L2(),
    update=SGD(),
    training=Training(batch=BATCH, epochs=EPOCHS),
)


class Sample(NamedTuple):
    """The trials of one search."""

    places: np.ndarray  # (k, 2) powers of ten of rate and strength
    scores: np.ndarray  # (k,) share of the validation digits right, at the best epoch

    @property
    def best(self) -> float:
        """The best score of all."""
        return float(self.scores.max())

    def distinct(self, setting: int) -> int:
        """Return how many values of a setting were tried: 0 for the rate, 1 for the penalty's strength."""
        return len(np.unique(self.places[:, setting].round(9)))


class Repeat(NamedTuple):
    """Both searches of the same ranges."""

    grid: Sample
    random: Sample


class Surface(NamedTuple):
    """Scores of networks trained at finely spaced rates and a few strengths."""

    rates: np.ndarray  # (r,) powers of ten, increasing
    strengths: np.ndarray  # (s,) the same
    scores: np.ndarray  # (r, s)


def digits_ground(seed: int) -> Ground:
    """Return the handwritten digits, one half to train on and one to be scored on.

    Args:
        seed: Of the halves; 0 to 4294967295.

    Returns:
        What trials are trained on.

    Raises:
        InputError: If the seed is out of its range.
    """
    root(seed)
    source = load_builtin("digits")
    split, _ = split_source(source, split_seed=seed, test_share=0.0, validation_share=0.5)
    prepared = prepare(source, split, EXPERIMENT)
    return Ground(source, prepared, prepared.weight, split.train[:WATCHED], "accuracy", seed)


def space_at(shifts: Sequence[float] = (0.0, 0.0)) -> Space:
    """Return the ranges of both settings, moved.

    Args:
        shifts: By how many powers of ten, of rate and strength.

    Returns:
        The space.
    """
    ends = (
        (middle + shift - width / 2, middle + shift + width / 2)
        for middle, width, shift in zip(MIDDLES, WIDTHS, shifts, strict=True)
    )
    ranges = (LogUniform(10.0**low, 10.0**high) for low, high in ends)
    return Space(tuple(Dimension((path,), over) for path, over in zip((RATE, STRENGTH), ranges, strict=True)))


def run_repeats(ground: Ground, count: int, *, seed: int) -> tuple[Repeat, ...]:
    """Search by a grid and at random, nine trials each, again and again.

    Each repeat has ranges that lie elsewhere, the same ones for both, first weights of its own, and other random
    points.

    Args:
        ground: See `digits_ground`.
        count: Repeats; at least 1.
        seed: Of all that is drawn.

    Returns:
        The repeats.
    """
    shifts = np.random.default_rng([seed, 1]).uniform(-1, 1, (count, 2)) * SHIFTS
    trials: list[Trial] = []
    points: list[dict[str, float]] = []
    for repeat in range(count):
        space, own = space_at(tuple(map(float, shifts[repeat]))), (seed + repeat) % 2**32
        for strategy in (GridSearch(TRIALS, EPOCHS), RandomSearch(TRIALS, EPOCHS)):
            known = Known(space, limits_of(space, EXPERIMENT), 1.0, own, ())
            stage = strategy.next(known)
            for proposal in stage.proposals if stage else ():
                trials.append(_trial(len(trials), proposal.point, own))
                points.append(proposal.point)
    scores = _scores(ground, trials)
    places = np.log10([[point[RATE], point[STRENGTH]] for point in points])
    samples = [Sample(places[k : k + TRIALS], scores[k : k + TRIALS]) for k in range(0, len(trials), TRIALS)]
    return tuple(Repeat(*samples[k : k + 2]) for k in range(0, len(samples), 2))


def measure_surface(ground: Ground, *, rates: int, strengths: int, seed: int) -> Surface:
    """Train networks at evenly spaced places of all that any repeat may try.

    Args:
        ground: See `digits_ground`.
        rates: How many; at least 2.
        strengths: How many; at least 2.
        seed: Of the first weights and the order of digits, the same for all.

    Returns:
        Their scores.
    """
    at = [
        np.linspace(middle - width / 2 - shift, middle + width / 2 + shift, count)
        for middle, width, shift, count in zip(MIDDLES, WIDTHS, SHIFTS, (rates, strengths), strict=True)
    ]
    points = [{RATE: float(10.0**r), STRENGTH: float(10.0**s)} for r in at[0] for s in at[1]]
    trials = [_trial(k, point, seed) for k, point in enumerate(points)]
    return Surface(at[0], at[1], _scores(ground, trials).reshape(rates, strengths))


def _trial(number: int, point: dict[str, float], seed: int) -> Trial:
    return Trial(number, replaced(EXPERIMENT, update=SGD(point[RATE]), penalty=L2(point[STRENGTH])), seed)


def _scores(ground: Ground, trials: Sequence[Trial]) -> np.ndarray:
    found = np.zeros(len(trials))

    def told(result: Result) -> None:
        found[result.trial.number] = np.nan_to_num(result.score)

    train_trials(Engine(ground), trials, told)
    return found
