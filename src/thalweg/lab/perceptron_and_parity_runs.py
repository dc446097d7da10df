"""Perceptrons, Adalines and Madalines on parity, and perceptrons on clouds of a known margin."""

import itertools
from typing import NamedTuple

import numpy as np

from thalweg.classic.threshold.adaline import Adaline, train_adaline, train_batch_adaline
from thalweg.classic.threshold.madaline import Madaline
from thalweg.classic.threshold.madaline_rule_one import train_madaline_rule_one
from thalweg.classic.threshold.madaline_rule_two import train_madaline_rule_two
from thalweg.classic.threshold.mistake_bound import mistake_bound
from thalweg.classic.threshold.perceptron import Perceptron, train_perceptron
from thalweg.classic.threshold.rate_limits import batch_rate_limit, row_rate_limit
from thalweg.classic.threshold.unit import ThresholdUnit
from thalweg.keys import root

BITS = (2, 3, 4)
STARTS, EPOCHS = 30, 100  # of each rule on parity; an Adaline, which never stops by itself, takes all epochs
POINTS, MARGINS, ORDERS = 200, (0.4, 0.2, 0.1, 0.05), 20
TURNED = 0.1  # share of the cloud's classes that are turned round, where no plane is to separate them
RATES = (0.5, 0.95, 1.05)  # shares of the limit
STEPS = 100
RIGHT_ANGLES = 16
_SEEDS = 2**32


class Parity(NamedTuple):
    """All rules on the corners of a cube, from several starts each."""

    bits: int
    x: np.ndarray  # (2^n, n) of -1 and 1
    y: np.ndarray  # (2^n,) whether an odd number of them is 1
    units: tuple[int, int]  # of the Madalines, by rule I and by rule II
    perceptrons: tuple[Perceptron, ...]  # each in orders of its own
    adalines: tuple[Adaline, ...]
    rule_one: tuple[Madaline, ...]
    rule_two: tuple[Madaline, ...]


class Cloud(NamedTuple):
    """Points that a known plane separates, and perceptrons on them."""

    margin: float  # of the plane, to the nearest point
    x: np.ndarray  # (n, 2)
    y: np.ndarray  # (n,)
    bound: float  # Novikoff's, by that plane
    found: tuple[Perceptron, ...]  # each in orders of its own

    @property
    def mistakes(self) -> np.ndarray:
        """How many corrections each perceptron made until it made no more."""
        return np.array([one.mistakes.sum() for one in self.found])


class Lost(NamedTuple):
    """The same points, some of them turned round: no plane separates them."""

    turned: int
    found: tuple[Perceptron, ...]
    last: np.ndarray  # points that the last weights of each get wrong
    pocket: np.ndarray  # and those in the pocket


class Steepness(NamedTuple):
    """Adalines on all points at a time, at several rates."""

    shares: tuple[float, ...]  # of the limit
    limit: float
    found: tuple[Adaline, ...]


def run_parity(bits: int, starts: int, seed: int) -> Parity:
    """Train every rule on n-bit parity from several starts.

    By rule I a Madaline has n units, or n + 1 where n is even: a majority of so many can tell parity, by a plane
    between each count of ones and the next. By rule II it has n + 2: of three units whose votes are nearly alike any
    two win, and it would be the majority of rule I once more.

    Args:
        bits: n, at least 1.
        starts: How many of each.
        seed: Of the first start; each next one's is one more.

    Returns:
        What came of them.
    """
    x = np.array(list(itertools.product([-1.0, 1.0], repeat=bits)))
    y = ((x > 0).sum(axis=1) % 2).astype(int)
    units, rate = (bits + 1 - bits % 2, bits + 2), 0.5 * row_rate_limit(x)
    seeds = [(seed + k) % _SEEDS for k in range(starts)]
    return Parity(
        bits,
        x,
        y,
        units,
        tuple(train_perceptron(x, y, epochs=EPOCHS, seed=s) for s in seeds),
        tuple(train_adaline(x, y, rate=rate, epochs=EPOCHS, seed=s) for s in seeds),
        tuple(train_madaline_rule_one(x, y, units=units[0], epochs=EPOCHS, seed=s) for s in seeds),
        tuple(train_madaline_rule_two(x, y, units=units[1], epochs=EPOCHS, seed=s) for s in seeds),
    )


def draw_cloud(margin: float, points: int, seed: int) -> tuple[np.ndarray, np.ndarray, ThresholdUnit]:
    """Draw points of a square, none of them nearer to a plane than a margin.

    Args:
        margin: Distance of the nearest point, at least; below 0.6.
        points: How many.
        seed: 0 to 4294967295.

    Returns:
        Points (n, 2), their classes (n,), the plane with weights of length 1.
    """
    random = np.random.Generator(np.random.Philox(key=seed))
    angle = random.uniform(0.0, 2 * np.pi)
    plane = ThresholdUnit(np.array([np.cos(angle), np.sin(angle)]), float(random.uniform(-0.2, 0.2)))
    x = random.uniform(-1.0, 1.0, (20 * points, 2))
    x = x[np.abs(plane.scores(x)) >= margin][:points]
    return x, plane.says(x).astype(int), plane


def run_cloud(margin: float, orders: int, seed: int) -> Cloud:
    """Train perceptrons on a cloud until each has found a plane.

    Args:
        margin: See `draw_cloud`.
        orders: How many perceptrons.
        seed: Of the points, and of the first one's orders; each next one's is one more.

    Returns:
        What came of them.

    Raises:
        InputError: If the seed is out of its range.
    """
    root(seed)  # refuses a seed out of range
    x, y, plane = draw_cloud(margin, POINTS, seed)
    found = tuple(train_perceptron(x, y, epochs=10_000, seed=(seed + k) % _SEEDS) for k in range(orders))
    return Cloud(margin, x, y, mistake_bound(x, y, plane), found)


def run_lost(cloud: Cloud, orders: int, seed: int) -> Lost:
    """Turn some of a cloud's classes round, and train perceptrons that cannot succeed.

    Args:
        cloud: Whose points.
        orders: How many perceptrons.
        seed: As for `run_cloud`.

    Returns:
        What came of them.
    """
    random = np.random.Generator(np.random.Philox(key=seed + _SEEDS))
    turned = random.permutation(len(cloud.y))[: round(TURNED * len(cloud.y))]
    y = cloud.y.copy()
    y[turned] = 1 - y[turned]
    found = tuple(train_perceptron(cloud.x, y, epochs=EPOCHS, seed=(seed + k) % _SEEDS) for k in range(orders))
    last = np.array([int((one.last.says(cloud.x) != (y == 1)).sum()) for one in found])
    return Lost(len(turned), found, last, np.array([one.wrong for one in found]))


def run_rates(cloud: Cloud) -> Steepness:
    """Train Adalines on all points of a cloud at rates below the limit and above it.

    Args:
        cloud: Whose points.

    Returns:
        What came of them.
    """
    limit = batch_rate_limit(cloud.x)
    found = tuple(train_batch_adaline(cloud.x, cloud.y, rate=share * limit, epochs=STEPS) for share in RATES)
    return Steepness(RATES, limit, found)


def run_right_angles(count: int) -> tuple[int, float]:
    """Train a perceptron without a bias on rows at right angles, which reach Novikoff's bound.

    Args:
        count: Of rows.

    Returns:
        Its mistakes, and the bound.
    """
    rows, y = np.eye(count), np.arange(count) % 2
    found = train_perceptron(rows, y, bias=False)
    bound = mistake_bound(rows, y, ThresholdUnit(2.0 * y - 1, 0.0), bias=False)
    return int(found.mistakes.sum()), bound
