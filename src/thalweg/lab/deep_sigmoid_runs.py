"""Networks of one depth and width, begun or built in five ways: first gradients, and what each learns from few images.

All repeats of a way are one population, so that a way compiles once; a repeat has its own images, weights and order.
"""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np

from thalweg.activations.relu import ReLU
from thalweg.activations.sigmoid import Sigmoid
from thalweg.data.idx import idx_test_file, read_idx
from thalweg.data.split import Split
from thalweg.errors import InputError
from thalweg.experiment import Experiment
from thalweg.initializers.glorot_normal import GlorotNormal
from thalweg.initializers.he_normal import HeNormal
from thalweg.keys import root
from thalweg.lab.digits import Digits, batches_of
from thalweg.lab.residual_runs import weight_paths
from thalweg.layers.activation import Activation
from thalweg.layers.batch_norm import BatchNorm
from thalweg.layers.dense import Dense
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.network.residual import Residual
from thalweg.network.sequential import Sequential
from thalweg.platform import jit
from thalweg.schedules.cosine import Cosine
from thalweg.spec import traced
from thalweg.starts.as_drawn import AsDrawn
from thalweg.starts.boltzmann_stack import BoltzmannStack
from thalweg.train.evaluate import predict
from thalweg.train.population import advance, member_of, population, start
from thalweg.train.state import Member, learner_of
from thalweg.train.step import Batch, differentiate, rows_of
from thalweg.trees import named_leaves, norm
from thalweg.types import Layer, Params, Seen, Start
from thalweg.updates.momentum import Momentum

DEPTH, WIDTH = 8, 100  # hidden layers, units in each
REPEATS = 5
BATCH, STEPS = 100, 800  # 40 epochs of 2,000 images
RATES = (0.03, 0.1, 0.3)
EPOCHS = 20  # of each machine
HELD = 5000  # validation images, which choose the rate
_AS_DRAWN = AsDrawn()


class Images(NamedTuple):
    """The set: all images of its training part, then those of its test part."""

    x: np.ndarray  # (n, pixels) float32 from 0 to 1
    y: np.ndarray  # (n,) int32
    classes: int
    training: int  # images of the training part


class Way(NamedTuple):
    """How a network is begun or built."""

    title: str
    layers: tuple[Layer, ...]
    begin: Start = _AS_DRAWN


class Course(NamedTuple):
    """One way, all repeats."""

    title: str
    lengths: np.ndarray  # (repeats, layers) of each layer's gradient at the first step, from the input
    validation: np.ndarray  # (repeats, rates) share of validation images right
    test: np.ndarray  # (repeats, rates)
    training: np.ndarray  # (repeats, rates)

    @property
    def ratio(self) -> np.ndarray:
        """Return the first hidden layer's gradient over the last one's, (repeats,)."""
        return self.lengths[:, 0] / self.lengths[:, -2]

    @property
    def chosen(self) -> np.ndarray:
        """Return the place of the rate that each repeat does best with on validation images, (repeats,)."""
        return self.validation.argmax(axis=1)

    @property
    def score(self) -> np.ndarray:
        """Return each repeat's share of test images right at that rate, (repeats,)."""
        return np.take_along_axis(self.test, self.chosen[:, None], axis=1)[:, 0]

    @property
    def fitted(self) -> np.ndarray:
        """Return each repeat's share of training images right at that rate, (repeats,)."""
        return np.take_along_axis(self.training, self.chosen[:, None], axis=1)[:, 0]


def load_images(folder: Path, rows: int) -> Images:
    """Load MNIST, or a set of its form.

    Args:
        folder: Of the idx files.
        rows: Labelled images that will be trained on; at least 1.

    Returns:
        The images.

    Raises:
        InputError: If files are missing or damaged, or there are not enough training images.
    """
    if not folder.is_dir():
        raise InputError(f"{folder} is no folder. Give the one of MNIST's files, such as train-images-idx3-ubyte.gz.")
    if rows < 1:
        raise InputError(f"--rows must be 1 or more; got {rows}.")
    file = idx_test_file(folder)
    if file is None:
        raise InputError(f"{folder} holds no t10k-images-idx3-ubyte file (or .gz of it) to judge by. Put it there.")
    training = read_idx(folder)
    test = read_idx(file, known=training.task)
    have = len(training.targets)
    if have <= rows:
        raise InputError(f"{folder} holds {have} training images; {rows} to train on and others to choose the rate by "
                         "are needed. Use a smaller --rows.")  # fmt: skip
    x = [np.asarray(part.inputs, np.float32).reshape(len(part.targets), -1) / 255 for part in (training, test)]
    y = np.concatenate([training.targets, test.targets]).astype(np.int32)
    return Images(np.concatenate(x), y, training.task.size, have)


def ways(classes: int, *, depth: int = DEPTH, width: int = WIDTH, epochs: int = EPOCHS) -> tuple[Way, ...]:
    """Return the five ways, all of one depth and width.

    Args:
        classes: Outputs.
        depth: Hidden layers, at least 2.
        width: Units in each.
        epochs: Of each machine.

    Returns:
        Random sigmoids, pre-trained sigmoids, rectifiers, batch-normalised sigmoids, residual sigmoids.
    """
    dense, sigmoid, head = Dense(width, GlorotNormal()), Activation(Sigmoid()), Dense(classes)
    plain = (*(dense, sigmoid) * depth, head)
    return (
        Way("sigmoids, random weights", plain),
        Way("sigmoids, pre-trained", plain, BoltzmannStack(epochs)),
        Way("rectifiers, He's weights", (*(Dense(width, HeNormal()), Activation(ReLU())) * depth, head)),
        Way("sigmoids, batch-normalised", (*(dense, BatchNorm(), sigmoid) * depth, head)),
        Way("sigmoids, with shortcuts", (dense, *(Residual((sigmoid, dense)),) * (depth - 1), sigmoid, head)),
    )


def run_way(
    images: Images,
    way: Way,
    *,
    rows: int,
    seed: int,
    repeats: int = REPEATS,
    steps: int = STEPS,
    rates: tuple[float, ...] = RATES,
    say: Callable[[str], None],
) -> Course:
    """Train a network of one way at each rate, several times.

    Args:
        images: The set.
        way: How the network is begun or built.
        rows: Labelled images to train on.
        seed: Of all repeats; each way sees the same images in the same order.
        repeats: How often, each with images, weights and an order of its own.
        steps: Of training.
        rates: At the first step; they fall to 0 along a cosine.
        say: Told how far it is.

    Returns:
        What came of it.
    """
    say(way.title)
    splits = [_split(images, rows, seed, k) for k in range(repeats)]
    digits = Digits(images.x, images.y, tuple(splits))
    network = Sequential(way.layers)
    learners = [
        learner_of(Experiment(network, SoftmaxCrossEntropy(), update=Momentum(rate), schedule=Cosine()))
        for rate in rates
    ]
    members, lengths, places = [], [], []
    for k, split in enumerate(splits):
        seen = None if isinstance(way.begin, AsDrawn) else _seen(images, split)
        begun = start(learners[0], root(seed, k), images.x.shape[1:], steps, begin=way.begin, seen=seen)
        members += [begun._replace(learner=traced(learner)) for learner in learners]
        places += [k] * len(rates)
        first = batches_of(digits, [k], seed=seed, steps=1, batch=BATCH)
        order, mask = (jnp.asarray(np.asarray(part)[0]) for part in (first.order, first.mask))
        gradients = named_leaves(_first_gradient(begun, rows_of(first, order, mask, jnp.int32(0))))
        lengths.append([float(norm(gradients[path])) for path in weight_paths(way.layers)])
    batches = batches_of(digits, places, seed=seed, steps=steps, batch=BATCH)
    trained, _ = advance(population(members), batches, clock=0, count=steps)
    shares = [_shares(member_of(trained, i), digits, splits[k]) for i, k in enumerate(places)]
    training, validation, test = np.array(shares).reshape(repeats, len(rates), 3).transpose(2, 0, 1)
    return Course(way.title, np.array(lengths), validation, test, training)


def _split(images: Images, rows: int, seed: int, repeat: int) -> Split:
    order = np.random.default_rng([seed, repeat]).permutation(images.training)
    train, held = np.sort(order[:rows]), np.sort(order[rows : rows + HELD])
    return Split(train, held, np.arange(images.training, len(images.x)))


def _seen(images: Images, split: Split) -> Seen:
    x, y = images.x[split.train], images.y[split.train]
    return Seen(jnp.asarray(x), jnp.asarray(y), jnp.ones(len(x)))


def _at_first(member: Member, batch: Batch) -> Params:
    return differentiate(member, member.carry, batch).gradients


_first_gradient = jit(_at_first)


def _shares(member: Member, digits: Digits, split: Split) -> list[float]:
    def share(rows: np.ndarray) -> float:
        outputs = predict(member.learner.objective, member.carry.params, member.carry.state, digits.x[rows])
        return float((outputs.argmax(axis=1) == digits.y[rows]).mean())

    return [share(rows) for rows in (split.train, split.validation, split.test)]
