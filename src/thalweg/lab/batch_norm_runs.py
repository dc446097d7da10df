"""Networks with batch normalisation and without: a grid of rates and first weights, and repeats of chosen settings."""

import math
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np

from thalweg.activations.relu import ReLU
from thalweg.experiment import Experiment
from thalweg.initializers.small_normal import SmallNormal
from thalweg.keys import root
from thalweg.lab.digits import Digits, accuracies, batches_of
from thalweg.layers.activation import Activation
from thalweg.layers.batch_norm import BatchNorm
from thalweg.layers.dense import Dense
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.network.sequential import Sequential
from thalweg.schedules.cosine import Cosine
from thalweg.train.evaluate import assess, part_of
from thalweg.train.population import advance, member_of, population, start
from thalweg.train.scores import loss_of, score_of
from thalweg.train.state import Member, learner_of
from thalweg.updates.sgd import SGD

DEPTH, UNITS, CLASSES = 4, 64, 10
ROWS, BATCH, STEPS = 600, 64, 250
HE = math.sqrt(2 / UNITS)  # He's standard deviation: every layer here has 64 inputs
RATES = np.geomspace(1e-3, 10, 9)
SIZES = np.geomspace(0.01, 10**1.5, 8)  # standard deviations of the first weights, in units of He's
TRAINED = 0.95  # a setting whose network gets this share of its training digits right is said to train


class Setting(NamedTuple):
    """One point of the grid."""

    rate: float
    size: float  # of the first weights, in units of He's


class Grid(NamedTuple):
    """One kind of network at every setting, each trained once on the same digits."""

    normed: bool
    accuracy: np.ndarray  # (9, 8) on the training part, rates down and sizes across; NaN where training ran away
    loss: np.ndarray  # (9, 8) on the training part; NaN or infinite where it ran away
    held_out: np.ndarray  # (9, 8) loss on the validation part

    @property
    def trained(self) -> np.ndarray:
        """Return (9, 8) bool, where it trains."""
        return self.accuracy >= TRAINED

    @property
    def highest_rate(self) -> float:
        """Return the highest rate at which it trains from weights of any size; 0 for none."""
        return float(RATES[self.trained.any(axis=1)].max(initial=0.0))

    @property
    def most_sizes(self) -> int:
        """Return how many sizes of weights train at one rate, the most forgiving one."""
        return int(self.trained.sum(axis=1).max())

    @property
    def best(self) -> Setting:
        """Return the setting of the smallest loss on the validation part."""
        rate, size = np.unravel_index(np.nanargmin(self.held_out), self.held_out.shape)
        return Setting(float(RATES[rate]), float(SIZES[size]))


class Repeats(NamedTuple):
    """One kind of network at one setting, on other splits and from other first weights."""

    normed: bool
    setting: Setting
    training: np.ndarray  # (k,) accuracies
    validation: np.ndarray  # (k,)
    last: Member  # one of the networks

    @property
    def gaps(self) -> np.ndarray:
        """Return (k,) training less validation accuracy."""
        return self.training - self.validation


def network(size: float, *, normed: bool) -> Sequential:
    """Return the network: four hidden layers of 64 rectified units and a head, all weights drawn alike.

    Args:
        size: Standard deviation of the first weights, in units of He's.
        normed: Whether each hidden layer's sums are normalised over the batch before they are rectified.

    Returns:
        The network.
    """
    weights = SmallNormal(size * HE)
    norms = (BatchNorm(),) if normed else ()
    return Sequential((*(Dense(UNITS, weights=weights), *norms, Activation(ReLU())) * DEPTH, Dense(CLASSES, weights)))


def run_grid(digits: Digits, *, normed: bool, seed: int) -> Grid:
    """Train one kind of network at all 72 settings, on the first split.

    The settings are numbers of one structure, so that all of them are one compiled program.

    Args:
        digits: Whose first split is used.
        normed: Whether with batch normalisation.
        seed: Of the first weights, the same draw at each setting, and of the order of digits.

    Returns:
        What was reached.
    """
    settings = [Setting(float(rate), float(size)) for rate in RATES for size in SIZES]
    members = _trained(digits, [(s, 0) for s in settings], normed=normed, seed=seed)
    x, y = jnp.asarray(digits.x, jnp.result_type(float)), jnp.asarray(digits.y)
    split = digits.splits[0]
    sums = assess(members, tuple(part_of(x, y, jnp.ones(len(x)), rows) for rows in (split.train, split.validation)))
    accuracy, loss, held_out = (
        values.reshape(len(RATES), len(SIZES))
        for values in (score_of("accuracy", sums[0]), loss_of(sums[0]), loss_of(sums[1]))
    )
    return Grid(normed, accuracy, loss, held_out)


def run_repeats(digits: Digits, setting: Setting, *, normed: bool, seed: int) -> Repeats:
    """Train one kind of network at one setting on every split but the first, from other weights each time.

    Args:
        digits: Of two splits or more.
        setting: Rate and size of the first weights.
        normed: Whether with batch normalisation.
        seed: Of the first weights and the order of digits.

    Returns:
        What was reached.
    """
    splits = range(1, len(digits.splits))
    members = _trained(digits, [(setting, k) for k in splits], normed=normed, seed=seed)
    training, validation = accuracies(members, digits, splits)
    return Repeats(normed, setting, training, validation, member_of(members, len(splits) - 1))


def _trained(digits: Digits, runs: list[tuple[Setting, int]], *, normed: bool, seed: int) -> Member:
    starts = []
    for (rate, size), split in runs:
        experiment = Experiment(
            network(size, normed=normed), SoftmaxCrossEntropy(), update=SGD(rate), schedule=Cosine()
        )
        starts.append(start(learner_of(experiment), root(seed, split), digits.x.shape[1:], STEPS))
    batches = batches_of(digits, [split for _, split in runs], seed=seed, steps=STEPS, batch=BATCH)
    return advance(population(starts), batches, clock=0, count=STEPS)[0]
