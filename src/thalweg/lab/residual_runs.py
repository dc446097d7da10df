"""Deep networks with shortcuts and without, at several rates: each layer's gradient at first, and the loss over steps.

Networks this deep take longer to compile than to train. So no step is watched from inside: the loss is what the
program adds up by itself over a stretch of steps, and the first gradient is taken once.
"""

from collections.abc import Iterator
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from thalweg.experiment import Experiment
from thalweg.keys import root
from thalweg.lab.digits import Digits, accuracies, batches_of
from thalweg.layers.reshape import Reshape
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.network.chain import chains, layer_names
from thalweg.network.named import bare
from thalweg.network.presets.resnet import small_resnet
from thalweg.network.sequential import Sequential
from thalweg.platform import jit
from thalweg.schedules.cosine import Cosine
from thalweg.train.population import advance, member_of, population, start
from thalweg.train.state import Batches, Member, learner_of
from thalweg.train.step import Batch, differentiate, rows_of
from thalweg.trees import named_leaves, norm
from thalweg.types import Layer, Params
from thalweg.updates.momentum import Momentum

CLASSES, WIDTH = 10, 4
ROWS, BATCH, STEPS = 1200, 64, 200
STRETCH = 10  # steps whose mean loss is a point of the curve
RATES = (0.03, 0.1, 0.3)


class Course(NamedTuple):
    """One network, trained at one rate."""

    rate: float  # at the first step; it falls to 0
    loss: np.ndarray  # (steps / 10,) mean over each 10 steps of their batches' losses, each before its step
    training: float  # share of the training digits right at the end
    validation: float

    @property
    def end(self) -> float:
        """Return the mean loss of the last 20 steps."""
        return float(self.loss[-2:].mean())


class Runs(NamedTuple):
    """One network at all rates."""

    depth: int
    shortcuts: bool
    parameters: int
    lengths: np.ndarray  # (depth,) of each layer's gradient at the first step, from the input; alike at all rates
    courses: tuple[Course, ...]

    @property
    def best(self) -> Course:
        """Return the course of the smallest loss at its end."""
        return min(self.courses, key=lambda course: course.end if np.isfinite(course.end) else np.inf)

    @property
    def growth(self) -> float:
        """Return how many times longer the gradient of the first convolution is than that of the last one."""
        return float(self.lengths[0] / self.lengths[-2])

    @property
    def title(self) -> str:
        """Return its name on the page."""
        return f"{'residual' if self.shortcuts else 'plain'}, {self.depth} layers"


def run_network(
    digits: Digits,
    *,
    depth: int,
    shortcuts: bool,
    seed: int,
    width: int = WIDTH,
    steps: int = STEPS,
    rates: tuple[float, ...] = RATES,
) -> Runs:
    """Train one network at each rate, from the same weights on the same batches.

    Args:
        digits: Whose first split is used.
        depth: Layers with weights: 8, 14, 20, ...
        shortcuts: Whether each pair of convolutions has a shortcut around it.
        seed: Of the first weights and the order of digits.
        width: Filters of the first layers.
        steps: A multiple of 10.
        rates: At the first step.

    Returns:
        What came of it.
    """
    side = round(digits.x.shape[1] ** 0.5)
    inner = small_resnet(CLASSES, depth=depth, width=width, shortcuts=shortcuts)
    network = Sequential((Reshape((side, side, 1)), *inner.layers))
    experiments = (
        Experiment(network, SoftmaxCrossEntropy(), update=Momentum(rate), schedule=Cosine()) for rate in rates
    )
    members = population([start(learner_of(e), root(seed), digits.x.shape[1:], steps) for e in experiments])
    numbers = sum(leaf.size for leaf in jax.tree.leaves(members.carry.params)) // len(rates)
    splits = [0] * len(rates)
    batches = batches_of(digits, splits, seed=seed, steps=steps, batch=BATCH)
    order, mask = (jnp.asarray(np.asarray(part)[0]) for part in (batches.order, batches.mask))
    first = rows_of(batches, order, mask, jnp.int32(0))
    gradients = named_leaves(_first_gradient(member_of(members, 0), first))
    lengths = np.array([float(norm(gradients[path])) for path in weight_paths(network.layers)])
    members, losses = _trained(members, batches, steps)
    shares = accuracies(members, digits, splits).T
    courses = (Course(rate, loss, *map(float, pair)) for rate, loss, pair in zip(rates, losses, shares, strict=True))
    return Runs(depth, shortcuts, numbers, lengths, tuple(courses))


def _at_first(member: Member, batch: Batch) -> Params:
    return differentiate(member, member.carry, batch).gradients


_first_gradient = jit(_at_first)


def _trained(members: Member, batches: Batches, steps: int) -> tuple[Member, np.ndarray]:
    """Return the members after training, and (members, steps / 10) mean losses."""
    order, mask = (np.asarray(part) for part in (batches.order, batches.mask))
    losses = []
    for clock in range(0, steps, STRETCH):
        columns = slice(clock, clock + STRETCH)  # a stretch is an epoch to the program, which adds up an epoch's losses
        stretch = batches._replace(order=jnp.asarray(order[:, columns]), mask=jnp.asarray(mask[:, columns]))
        members, _ = advance(members, stretch, clock=clock, count=STRETCH)
        losses.append(np.asarray(members.carry.loss_sum, float) / np.asarray(members.carry.weight_sum, float))
    return members, np.stack(losses, axis=1)


def weight_paths(layers: tuple[Layer, ...], before: str = "") -> Iterator[str]:
    """Give the path of each layer's weights in the order that an image meets them, those inside blocks included.

    Args:
        layers: Of a network; those with weights call them w.
        before: What the paths begin with.

    Yields:
        Paths, as `named_leaves` has them.

    Example:
        >>> list(weight_paths(small_resnet(10, depth=8).layers))[:2]
        ['convolution_1/w', 'residual_1/branch/convolution_1/w']
    """
    for name, layer in zip(layer_names(layers), layers, strict=True):
        if hasattr(bare(layer), "weights"):
            yield f"{before}{name}/w"
        for field, held in chains(layer).items():
            yield from weight_paths(held, f"{before}{name}/{field}/")
