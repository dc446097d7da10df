"""What nearest neighbours answer, how far rows are apart as they get longer, and what asking takes."""

import time
from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import numpy as np

from thalweg.classic.nearest.nearest_rows import nearest_rows
from thalweg.classic.nearest.vote import vote
from thalweg.data.toy import load_toy
from thalweg.experiment import Experiment
from thalweg.keys import root
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.network.presets.dense import dense_network
from thalweg.spec import traced
from thalweg.train.evaluate import predict
from thalweg.train.population import advance, member_of, population, start
from thalweg.train.state import Batches, learner_of
from thalweg.updates.sgd import SGD

# The notes' two pictures of 4 x 4 pixels, whose L1 distance is 456.
TEST = np.array([[56, 32, 10, 18], [90, 23, 128, 133], [24, 26, 178, 200], [2, 0, 255, 220]])
TRAIN = np.array([[10, 20, 24, 17], [8, 10, 89, 100], [12, 16, 178, 170], [4, 32, 233, 112]])
KS = (1, 3, 5)
POINTS, TURNED, GRID = 200, 0.1, 121  # of the cloud; share of its classes that are wrong; points of a picture's side
SIDE = np.linspace(-1.1, 1.1, GRID)
WIDTHS = tuple(2**k for k in range(10))  # numbers in a row: 1 to 512
ROWS, QUERIES = 500, 50
SIZES = (2_000, 8_000, 32_000)  # training rows of what is timed
ASKED, WIDTH, CLASSES, STEPS = 1_000, 64, 10, 100


class Cloud(NamedTuple):
    """Points of four quadrants, class 1 where both signs agree, some of whose training points have a wrong class."""

    x: np.ndarray  # (n, 2) training points
    y: np.ndarray  # (n,) their classes, as given
    turned: int  # how many of them are wrong
    new: np.ndarray  # (n, 2) new points
    truth: np.ndarray  # (n,) their classes, none of them wrong


class Answer(NamedTuple):
    """What one k and one distance say of a cloud."""

    k: int
    distance: str
    training: float  # share of the training points that get the class that they were given
    new: float  # share of new points that get theirs
    turned: float  # share of new points that get another class once all points are turned by 45 degrees
    regions: np.ndarray  # (GRID, GRID)


class Spread(NamedTuple):
    """Random points in a cube of so many dimensions."""

    width: int
    nearest: float  # median over the queries
    farthest: float
    ratio: float  # median of a query's farthest over its nearest


class Timed(NamedTuple):
    """Seconds that both classifiers take with so many training rows, compiling left out."""

    rows: int
    keep: float  # to copy the rows: all that nearest neighbours do beforehand
    ask: float  # to ask the nearest for all queries
    train: float  # to train a linear classifier
    predict: float  # to ask it
    right: tuple[float, float]  # shares of the queries that nearest neighbours and the linear classifier get right


def picture_distance(distance: str) -> float:
    """Return how far the notes' two pictures are apart, as nearest neighbours measure it."""
    found = nearest_rows(TRAIN.reshape(1, -1), TEST.reshape(1, -1), 1, distance=distance)
    return float(found.distance[0, 0])


def draw_cloud(seed: int) -> Cloud:
    """Draw points of four quadrants and give some of the training points the wrong class.

    Args:
        seed: 0 to 4294967295.

    Returns:
        The points.

    Raises:
        InputError: If the seed is out of its range.
    """
    root(seed)  # refuses a seed out of range
    source = load_toy("quadrants", seed=seed, n=2 * POINTS)
    x, y = np.asarray(source.inputs, float), np.asarray(source.targets, int)
    turned = np.random.Generator(np.random.Philox(key=seed)).permutation(POINTS)[: round(TURNED * POINTS)]
    given = y[:POINTS].copy()
    given[turned] = 1 - given[turned]
    return Cloud(x[:POINTS], given, len(turned), x[POINTS:], y[POINTS:])


def answer(cloud: Cloud, k: int, distance: str) -> Answer:
    """Ask the k nearest about training points, new points and the whole plane.

    Args:
        cloud: The points.
        k: How many vote.
        distance: "l1" or "l2".

    Returns:
        What they say.
    """

    def said(train: np.ndarray, queries: np.ndarray) -> np.ndarray:
        found = nearest_rows(train, queries, k, distance=distance)
        return vote(found, cloud.y, 2, [k])[0].argmax(axis=1)

    quarter = np.array([[1.0, 1.0], [-1.0, 1.0]]) / np.sqrt(2)
    plane = np.stack(np.meshgrid(SIDE, SIDE), axis=-1).reshape(-1, 2)
    new = said(cloud.x, cloud.new)
    return Answer(
        k,
        distance,
        float((said(cloud.x, cloud.x) == cloud.y).mean()),
        float((new == cloud.truth).mean()),
        float((said(cloud.x @ quarter, cloud.new @ quarter) != new).mean()),
        said(cloud.x, plane).reshape(GRID, GRID),
    )


def dense_grid(width: int) -> np.ndarray:
    """Return the middles of the cells that four steps along each side cut a cube of side 1 into.

    Args:
        width: d, the dimensions of the cube.

    Returns:
        (4^d, d) points. No place in the cube is farther than 1/8 from one of them in any direction.

    Example:
        >>> dense_grid(1).ravel().tolist()
        [0.125, 0.375, 0.625, 0.875]
    """
    middles = (np.arange(4) + 0.5) / 4
    return np.stack(np.meshgrid(*[middles] * width, indexing="ij"), axis=-1).reshape(-1, width)


def farthest_from_grid(width: int, seed: int) -> float:
    """Return how far, in any direction, random points of a cube are from their nearest grid point at most."""
    grid = dense_grid(width)
    points = np.random.Generator(np.random.Philox(key=seed)).random((2_000, width))
    return float(np.abs(grid[nearest_rows(grid, points, 1).rows[:, 0]] - points).max())


def spread(width: int, seed: int) -> Spread:
    """Measure how far the nearest and the farthest of random points in a cube are from others.

    Args:
        width: Dimensions of the cube.
        seed: Of the points.

    Returns:
        Medians over the queries.
    """
    random = np.random.Generator(np.random.Philox(key=[seed, width]))
    points, queries = random.random((ROWS, width)), random.random((QUERIES, width))
    far = nearest_rows(points, queries, ROWS).distance
    return Spread(
        width, float(np.median(far[:, 0])), float(np.median(far[:, -1])), float(np.median(far[:, -1] / far[:, 0]))
    )


def timed(rows: int, seed: int) -> Timed:
    """Take the time of nearest neighbours and of a linear classifier on the same rows.

    Both are run once before, so that no compiling counts, and then three times, of which the shortest counts: what
    else the machine does makes times longer only. The linear classifier, softmax, makes 100 steps over all rows.

    Args:
        rows: Training rows, of 64 numbers and 10 classes.
        seed: Of the rows and the first weights.

    Returns:
        Seconds.
    """
    random = np.random.Generator(np.random.Philox(key=seed))
    y = np.arange(rows + ASKED, dtype=np.int32) % CLASSES
    x = (random.normal(size=(CLASSES, WIDTH))[y] + 2.5 * random.normal(size=(len(y), WIDTH))).astype(np.float32)
    train, queries, known, truth = x[:rows], x[rows:], y[:rows], y[rows:]

    def ask() -> np.ndarray:
        return known[nearest_rows(train, queries, 1).rows[:, 0]]

    experiment = Experiment(dense_network(CLASSES, hidden=()), SoftmaxCrossEntropy(), update=SGD(0.1))
    batches = Batches(train, known, np.ones(rows, np.float32), None, None)

    def learn() -> Any:
        members = population([start(learner_of(experiment), root(seed), (WIDTH,), STEPS)])
        carry = member_of(advance(members, batches, clock=0, count=STEPS)[0], 0).carry
        return jax.block_until_ready((carry.params, carry.state))

    keep, _ = _seconds(train.copy)
    ask_time, nearest = _seconds(ask)
    train_time, learned = _seconds(learn)
    params, state = learned
    predict_time, outputs = _seconds(
        lambda: np.asarray(predict(traced(experiment.objective()), params, state, queries))
    )
    right = float((nearest == truth).mean()), float((outputs.argmax(axis=1) == truth).mean())
    return Timed(rows, keep, ask_time, train_time, predict_time, right)


def _seconds(work: Callable[[], Any]) -> tuple[float, Any]:
    made, times = work(), []
    for _ in range(3):
        begin = time.perf_counter()
        made = work()
        times.append(time.perf_counter() - begin)
    return min(times), made
