"""Networks with a limit on each unit's weights and without, at rates from small to far too high, watched step by step.

A constant rate is a cosine that falls to a floor of 1, so all rates and both courses are one compiled program.
"""

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np

from thalweg.activations.leaky_relu import LeakyReLU
from thalweg.experiment import Experiment
from thalweg.keys import root
from thalweg.lab.digits import Digits, accuracies, batches_of
from thalweg.layers.activation import Activation
from thalweg.layers.dense import Dense
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.network.sequential import Sequential
from thalweg.projections.max_norm import MaxNorm
from thalweg.projections.no_projection import NoProjection
from thalweg.report.numbers import amount
from thalweg.schedules.cosine import Cosine
from thalweg.train.observers import View
from thalweg.train.population import advance, population, start
from thalweg.train.state import learner_of
from thalweg.types import Array
from thalweg.updates.sgd import SGD

UNITS, CLASSES = 100, 10
ROWS, BATCH, STEPS = 1150, 64, 300
CHUNK = 150  # steps a call: each is recorded
LIMIT = 2.0
RATES = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
# Leaky units: plain rectified ones die at such rates, and a dead network's weights stand still before they run away.
NETWORK = Sequential((Dense(UNITS), Activation(LeakyReLU()), Dense(CLASSES)))
HIDDEN, HEAD = "dense_1", "dense_2"


class UnitWatch(NamedTuple):
    """Observes how long each unit's weights are, and how far they move in a step."""

    def measure(self, view: View) -> dict[str, Array]:
        """Return the loss before the step, and lengths after it: (100,) and (10,), and of two kinds the longest."""
        lengths = {name: _lengths(view.after[name]["w"]) for name in (HIDDEN, HEAD)}
        moves = [_lengths(view.after[name]["w"] - view.before[name]["w"]) for name in (HIDDEN, HEAD)]
        biases = [jnp.abs(view.after[name]["b"]) for name in (HIDDEN, HEAD)]
        longest = {"move": jnp.concatenate(moves).max(), "bias": jnp.concatenate(biases).max()}
        return {"loss": view.evaluated.data, **lengths, **longest}


class Course(NamedTuple):
    """One network, step by step."""

    limited: bool
    rate: float  # at the first step
    falling: bool  # to 0 at the end; else constant
    loss: np.ndarray  # (300,) on each step's batch, before the step; NaN or infinite once training ran away
    hidden: np.ndarray  # (300, 100) lengths of the hidden units' weights after each step
    head: np.ndarray  # (300, 10) of the head's
    move: np.ndarray  # (300,) how far the weights of a unit moved, at most
    bias: np.ndarray  # (300,) the largest bias, in size
    training: float  # share of the training digits right at the end
    validation: float

    @property
    def longest(self) -> float:
        """Return the longest that the weights of a unit ever were; NaN where they became no numbers."""
        return float(np.maximum(self.hidden.max(), self.head.max()))

    @property
    def ceiling(self) -> str:
        """Return the whole number that no loss passes, in words where there is none."""
        return amount(float(np.ceil(self.loss.max())))

    @property
    def ran_away(self) -> int | None:
        """Return the first step, from 1, whose loss is no finite number; None for never."""
        lost = np.flatnonzero(~np.isfinite(self.loss))
        return int(lost[0]) + 1 if len(lost) else None


def run_courses(digits: Digits, *, limited: bool, seed: int) -> tuple[Course, ...]:
    """Train one network at six rates, each constant and falling, from the same weights on the same batches.

    Args:
        digits: Whose first split is used.
        limited: Whether each unit's weights are brought back to the limit after each step.
        seed: Of the first weights and the order of digits.

    Returns:
        Twelve courses: the constant rates from low to high, then the falling ones.
    """
    projection = MaxNorm(LIMIT) if limited else NoProjection()
    settings = [(rate, falling) for falling in (False, True) for rate in RATES]
    members = population(
        [
            start(
                learner_of(
                    Experiment(
                        NETWORK,
                        SoftmaxCrossEntropy(),
                        update=SGD(rate),
                        schedule=Cosine(floor=0.0 if falling else 1.0),
                        projection=projection,
                    )
                ),
                root(seed),
                digits.x.shape[1:],
                STEPS,
            )
            for rate, falling in settings
        ]
    )
    splits = [0] * len(settings)
    batches = batches_of(digits, splits, seed=seed, steps=STEPS, batch=BATCH)
    records = []
    for clock in range(0, STEPS, CHUNK):
        members, (seen,) = advance(members, batches, clock=clock, count=CHUNK, every=1, observers=(UnitWatch(),))
        records.append({name: np.asarray(values)[:, :CHUNK] for name, values in seen.items()})
    whole = {name: np.concatenate([record[name] for record in records], axis=1) for name in records[0]}
    shares = accuracies(members, digits, splits).T
    return tuple(
        Course(
            limited,
            rate,
            falling,
            *(whole[name][k].astype(float) for name in ("loss", HIDDEN, HEAD, "move", "bias")),
            *map(float, shares[k]),
        )
        for k, (rate, falling) in enumerate(settings)
    )


def _lengths(w: Array) -> Array:
    return jnp.linalg.norm(w, axis=0)  # beyond 1e19 their squares overflow to infinity: then they have run away
