"""Searches whose scores are read off a measured surface, so that thousands of them cost nothing."""

from typing import NamedTuple

import numpy as np

from thalweg.lab.random_against_grid_runs import MIDDLES, PER_AXIS, SHIFTS, TRIALS, WIDTHS, Surface

REPEATS = 2000
DIMENSIONS = (1, 2, 3, 4)
RANGES = (0.5, 1.0, 2.0, 4.0)  # powers of ten of the rate


class Setup(NamedTuple):
    """A pair of searches of equally many trials."""

    dimensions: int
    width: float  # powers of ten that the range of the rate spans
    values: int  # of each setting, in the grid
    trials: int  # of each search


class Bests(NamedTuple):
    """The best score of each repeat."""

    setup: Setup
    grid: np.ndarray  # (n,)
    random: np.ndarray  # (n,)


def setups() -> tuple[Setup, ...]:
    """Return one to four settings in the full range, then two in narrower ranges.

    Returns:
        The setups; of one setting the grid has nine values, of more than one three each.

    Example:
        >>> [setup.trials for setup in setups()[:4]]
        [9, 9, 27, 81]
    """
    whole = [Setup(d, WIDTHS[0], TRIALS if d == 1 else PER_AXIS, TRIALS if d == 1 else PER_AXIS**d) for d in DIMENSIONS]
    return (*whole, *(Setup(2, width, PER_AXIS, TRIALS) for width in RANGES[:-1]))


def read_off(surface: Surface, rates: np.ndarray, strengths: np.ndarray) -> np.ndarray:
    """Return scores at any places, between the measured ones along straight lines.

    Args:
        surface: Of trained networks.
        rates: (k, ...) powers of ten; outside the surface its edge counts.
        strengths: (k, ...) the same.

    Returns:
        (k, ...) scores.

    Example:
        >>> flat = Surface(np.array([0.0, 1.0]), np.array([0.0, 2.0]), np.array([[0.2, 0.4], [0.6, 0.8]]))
        >>> read_off(flat, np.array([0.5, 1.0]), np.array([1.0, 2.0])).tolist()
        [0.5, 0.8]
    """
    low_rate, rate = _between(surface.rates, rates)
    low_strength, strength = _between(surface.strengths, strengths)
    corners = (
        (0, 0, (1 - rate) * (1 - strength)),
        (0, 1, (1 - rate) * strength),
        (1, 0, rate * (1 - strength)),
        (1, 1, rate * strength),
    )
    return np.sum([share * surface.scores[low_rate + i, low_strength + j] for i, j, share in corners], axis=0)


def search_surface(surface: Surface, setup: Setup, *, seed: int, repeats: int = REPEATS) -> Bests:
    """Search by a grid and at random, each time in ranges that lie elsewhere around the best rate.

    Settings beyond the first two are taken to make no difference at all: a grid spends its trials on them all the same.

    Args:
        surface: The scores.
        setup: How many settings and trials, and how wide the range of the rate is.
        seed: Of ranges and random points.
        repeats: How often; at least 1.

    Returns:
        The best scores.
    """
    generator = np.random.default_rng([seed, 2, setup.dimensions, round(1000 * setup.width)])
    # A narrower range lies such that the best rate is at the same share of it: in its upper half.
    top = MIDDLES[0] + WIDTHS[0] / 4
    widths = np.array([setup.width, WIDTHS[1]])
    moves = np.array([setup.width / 4, SHIFTS[1]])
    middles = np.array([top - setup.width / 4, MIDDLES[1]]) + generator.uniform(-1, 1, (repeats, 2)) * moves
    lows = (middles - widths / 2)[:, None, :]
    points = generator.uniform(0, 1, (repeats, setup.trials, 2))
    steps = np.linspace(0, 1, setup.values)
    shape = np.array([(a, b) for a in steps for b in (steps if setup.dimensions > 1 else [0.5])])
    if setup.dimensions == 1:
        points[..., 1] = 0.5
    found = (read_off(surface, *np.moveaxis(lows + places * widths, -1, 0)).max(axis=1) for places in (shape, points))
    return Bests(setup, *found)


def _between(at: np.ndarray, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the measured place below each, and how far it lies from there to the next, from 0 to 1."""
    held = np.clip(places, at[0], at[-1])
    below = np.clip(np.searchsorted(at, held, side="right") - 1, 0, len(at) - 2)
    return below, (held - at[below]) / (at[below + 1] - at[below])
