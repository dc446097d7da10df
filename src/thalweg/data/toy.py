"""Small sets in the plane whose shape can be seen: the spiral, and four that no line can separate."""

from typing import NamedTuple

import numpy as np

from thalweg.data.arrays import from_arrays
from thalweg.data.source import Source
from thalweg.errors import InputError, choose

TOY = ("spiral", "quadrants", "ring", "islands", "moons")
ISLANDS = np.array([[0.0, 1.5], [-1.5, -1.0], [1.5, -1.0]])


class Spiral(NamedTuple):
    """The spiral, and the generator that drew it, for whoever wants to draw weights from the same stream."""

    x: np.ndarray  # (n * classes, 2) float64
    y: np.ndarray  # (n * classes,) int32, class by class
    generator: np.random.RandomState


def load_toy(name: str, *, seed: int = 0, n: int = 400) -> Source:
    """Make one of the toy sets.

    Args:
        name: "spiral": three arms of 100 points each, whatever `n`, as in the case study. "quadrants": the parity of
            the signs of both coordinates. "ring": a disc inside a ring. "islands": three islands of one class in a sea
            of the other. "moons": two half circles, each around the other's end.
        seed: Of the draw, 0 to 2^32 - 1.
        n: Points, half of them of each class; at least 10.

    Returns:
        Labelled points, inputs (n, 2).

    Raises:
        InputError: If there is no such set, `n` is below 10 or the seed is out of range.

    Example:
        >>> load_toy("ring").inputs.shape
        (400, 2)

    Source: CS231n notes, "Neural Networks Case Study" (spiral) and lecture 2, "Hard cases for a linear classifier"
    (quadrants, ring, islands).
    """
    choose(name, TOY, what="toy set")
    if n < 10:
        raise InputError(f"a toy set needs at least 10 points; got {n}.")
    _check_seed(seed)
    if name == "spiral":
        x, y, _ = spiral(seed)
    else:
        y = np.arange(n, dtype=np.int32) % 2
        draw = {"quadrants": _quadrants, "ring": _ring, "islands": _islands, "moons": _moons}[name]
        x = draw(y, np.random.Generator(np.random.Philox(key=seed)))
    return from_arrays(x, y, name=name, target="class")._replace(remarks=())  # the task is known, not guessed


def spiral(seed: int = 0, n: int = 100, classes: int = 3) -> Spiral:
    """Draw the spiral of the case study, number by number as NumPy's legacy generator does after seeding.

        r = linspace(0, 1, n),  theta = linspace(4 j, 4 j + 4, n) + 0.2 noise,  x = (r sin theta, r cos theta)

    Args:
        seed: Of the generator, 0 to 2^32 - 1.
        n: Points of each class j, at least 1.
        classes: Arms, at least 1.

    Returns:
        The points class by class, unshuffled, and the generator as the draw left it.

    Raises:
        InputError: If an argument is out of range.

    Source: CS231n notes, "Neural Networks Case Study", "Generating some data".
    """
    _check_seed(seed)
    if n < 1 or classes < 1:
        raise InputError(f"the spiral needs at least one point and one class; got n = {n} and classes = {classes}.")
    generator = np.random.RandomState(seed)  # the published numbers come from this generator
    radius = np.linspace(0.0, 1.0, n)
    arms = []
    for arm in range(classes):
        angle = np.linspace(4 * arm, 4 * (arm + 1), n) + generator.randn(n) * 0.2
        arms.append(np.column_stack([radius * np.sin(angle), radius * np.cos(angle)]))
    return Spiral(np.concatenate(arms), np.repeat(np.arange(classes, dtype=np.int32), n), generator)


def _check_seed(seed: int) -> None:
    if not 0 <= seed < 2**32:
        raise InputError(f"the seed of a toy set must be in [0, 2^32); got {seed}.")


def _quadrants(y: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    # Class 1 where both signs agree; a gap along the axes keeps the classes apart.
    size = generator.uniform(0.1, 1.0, (len(y), 2))
    first = generator.choice([-1.0, 1.0], len(y))
    return size * np.column_stack([first, np.where(y == 1, first, -first)])


def _ring(y: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    # The root makes the points equally dense over the disc, radius 1, and over the ring, radius 1.5 to 2.
    share = generator.random(len(y))
    radius = np.sqrt(np.where(y == 1, 1.5**2 + share * (2.0**2 - 1.5**2), share))
    angle = generator.uniform(0.0, 2 * np.pi, len(y))
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])


def _islands(y: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    island = ISLANDS[generator.integers(0, len(ISLANDS), len(y))]
    radius, angle = 0.7 * np.sqrt(generator.random(len(y))), generator.uniform(0.0, 2 * np.pi, len(y))
    points = island + np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
    sea = generator.uniform(-3.0, 3.0, (8 * len(y), 2))
    off_shore = np.linalg.norm(sea[:, None] - ISLANDS[None], axis=2).min(axis=1) > 0.9
    return np.where((y == 1)[:, None], points, sea[off_shore][: len(y)])


def _moons(y: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    angle = generator.uniform(0.0, np.pi, len(y))
    upper = np.column_stack([np.cos(angle), np.sin(angle)])
    lower = np.column_stack([1.0 - np.cos(angle), 0.5 - np.sin(angle)])
    return np.where((y == 1)[:, None], lower, upper) + generator.normal(0.0, 0.1, (len(y), 2))
