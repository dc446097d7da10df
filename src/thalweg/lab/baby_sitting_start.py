"""The notes' network on CIFAR-10, and what comes before its training: centred pixels, first losses, 20 images."""

from typing import NamedTuple

import jax
import numpy as np

from thalweg.activations.relu import ReLU
from thalweg.checks.initial_loss import expected_first_loss, initial_loss
from thalweg.checks.overfit_tiny import Fitted, fit_tiny, in_float, overfit_tiny
from thalweg.checks.penalty_raises_loss import penalty_raises_loss
from thalweg.checks.result import CheckResult
from thalweg.checks.some_rows import some_rows
from thalweg.checks.tiny_set import pick_tiny
from thalweg.checks.tolerances import FIRST_LOSS_ROWS, TINY_LOSS
from thalweg.data.source import Source
from thalweg.data.split import split_source
from thalweg.diagnosis.attempts import Ground
from thalweg.experiment import Experiment, Training
from thalweg.initializers.small_normal import SmallNormal
from thalweg.keys import root
from thalweg.layers.activation import Activation
from thalweg.layers.dense import Dense
from thalweg.layers.flatten import Flatten
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.network.sequential import Sequential
from thalweg.penalties.l2 import L2
from thalweg.preprocess.arrays import Center
from thalweg.train.evaluate import assess, part_of, penalties
from thalweg.train.population import population, start
from thalweg.train.prepare import prepare
from thalweg.train.scores import loss_of
from thalweg.train.state import Member, learner_of
from thalweg.updates.sgd import SGD

UNITS, BATCH = 50, 100
SPREAD = 1e-4  # standard deviation of the first weights
STRONG = 1000.0  # the penalty that is to raise the first loss
WEAK = 1e-6  # the one that training begins with
VALIDATION, SHARE = 1000, 5  # images to score on, and at most one in so many
WATCHED = 1000  # training images that are scored, too


class Begun(NamedTuple):
    """What the untrained network shows, and what becomes of 20 images."""

    means: tuple[float, float]  # of all training pixels, as they are and once centred
    first: CheckResult  # the first loss beside a blind guess's
    penalised: CheckResult  # beside the one with a penalty of 1000
    derived: float  # that one by the size of the weights that are drawn
    tiny: CheckResult  # whether some images are learned by heart
    fitted: Fitted
    images: int  # that were to be learned


def experiment_of(classes: int, *, rate: float, strength: float = WEAK, epochs: int = 1) -> Experiment:
    """Return the notes' network and its training: 50 hidden units, centred pixels, plain gradient descent.

    Args:
        classes: Outputs.
        rate: Of the steps.
        strength: Of the penalty on the weights.
        epochs: How long.

    Returns:
        The experiment.
    """
    drawn = SmallNormal(SPREAD)
    return Experiment(
        Sequential((Flatten(), Dense(UNITS, weights=drawn), Activation(ReLU()), Dense(classes, weights=drawn))),
        SoftmaxCrossEntropy(),
        preprocess=Center(),
        penalty=L2(strength),
        update=SGD(rate),
        training=Training(batch=BATCH, epochs=epochs),
    )


def ground_of_images(source: Source, *, seed: int) -> Ground:
    """Return what everything is trained on: the images parted and centred.

    Args:
        source: See `load_images`.
        seed: Of the split, and of the first weights.

    Returns:
        The ground.
    """
    share = min(VALIDATION, len(source.targets) // SHARE) / len(source.targets)
    split, _ = split_source(source, split_seed=seed, test_share=0.0, validation_share=share)
    prepared = prepare(source, split, experiment_of(source.task.size, rate=1e-3))
    return Ground(source, prepared, prepared.weight, some_rows(split.train, WATCHED, seed), "accuracy", seed)


def look_at_start(ground: Ground) -> Begun:
    """Take the steps that come before the first training run.

    Args:
        ground: See `ground_of_images`.

    Returns:
        What was found.
    """
    prepared, train, classes = ground.prepared, ground.prepared.split.train, ground.source.task.size
    member = _drawn(ground, STRONG)
    rows = some_rows(train, FIRST_LOSS_ROWS, ground.seed)
    x, y, weight = (in_float(values[rows]) for values in (prepared.x, prepared.y, prepared.weight))
    part = part_of(x, y, weight, np.arange(len(rows)))
    (sums,) = jax.device_get(assess(population([member]), (part,)))
    first, charge = float(loss_of(sums)[0]), float(penalties(population([member]))[0])
    loss = prepared.experiment.loss
    blind = expected_first_loss(loss, classes=classes, targets=prepared.y[rows], weight=prepared.weight[rows])
    weights = prepared.x[0].size * UNITS + UNITS * classes
    tiny = pick_tiny(prepared.x, prepared.y, train, seed=ground.seed)
    fitted = fit_tiny(member, prepared.x[tiny], prepared.y[tiny], enough=TINY_LOSS * blind)
    return Begun(
        means=(float(np.asarray(ground.source.inputs)[train].mean()), float(prepared.x[train].mean(dtype=np.float64))),
        first=initial_loss(first, blind),
        penalised=penalty_raises_loss(first, first + charge),
        derived=blind + 0.5 * STRONG * weights * SPREAD**2,
        tiny=overfit_tiny(fitted, examples=len(tiny), outputs=classes, classes=True, blind=blind),
        fitted=fitted,
        images=len(tiny),
    )


def _drawn(ground: Ground, strength: float) -> Member:
    learner = learner_of(experiment_of(ground.source.task.size, rate=1e-3, strength=strength))
    return start(learner, root(ground.seed), ground.prepared.x.shape[1:], 1)
