"""An untied network's plain twin: every state of every layer counted, in 64 bits, straight from the definition."""

import itertools

import jax.numpy as jnp
import numpy as np

from tests.pretrain.boltzmann.enumerated import drawn, states, visible_probabilities
from thalweg.pretrain.boltzmann.machine import BINARY
from thalweg.pretrain.boltzmann.units import GaussianUnits
from thalweg.pretrain.boltzmann.untied import UntiedLayer, UntiedNetwork

REAL = GaussianUnits()


def deep(widths, *, seed=0, spread=1.0, units=BINARY):
    """A network of normal parameters; the ways up and down have nothing to do with each other."""
    random, layers = np.random.default_rng(seed), []
    for place, (lower, upper) in enumerate(itertools.pairwise(widths[:-1])):
        shapes = (lower, upper), (upper,), (lower, upper), (lower,)
        numbers = [jnp.asarray(random.normal(0, spread, shape), jnp.float32) for shape in shapes]
        layers.append(UntiedLayer(*numbers, units if place == 0 else BINARY))
    return UntiedNetwork(tuple(layers), drawn(*widths[-2:], seed=seed + 1, spread=spread))


def numbers(layer):
    """The parameters of a layer as NumPy's in 64 bits: R, r, G, g."""
    return [np.asarray(p, np.float64) for p in layer[:4]]


def log_factor(total, of):
    """log p of states `of` (m, n) of units of 0 and 1 with these totals (k, n): (k, m)."""
    return total @ of.T - np.logaddexp(0, total).sum(axis=1)[:, None]


def log_up(layer, below):
    """log q of every upper state given lower ones (k, lower): (k, 2^upper)."""
    r, c, _, _ = layer
    return log_factor(below @ r + c, states(len(c)))


def log_down(layer, above, below, units=BINARY):
    """log p of lower states (m, lower) given upper ones (k, upper): (k, m)."""
    _, _, g, b = layer
    total = above @ g.T + b
    if units is REAL:
        distance = np.square(below[None] - total[:, None]).sum(axis=-1)
        return -0.5 * distance - 0.5 * below.shape[1] * np.log(2 * np.pi)
    return log_factor(total, below)


def top_probabilities(network):
    """p of every state that the top machine may show."""
    return visible_probabilities(network.top)


def log_likelihoods(network, rows):
    """log p of rows, the states of all layers above summed out."""
    layers, p = [numbers(layer) for layer in network.layers], top_probabilities(network)
    for layer in reversed(layers[1:]):
        p = p @ np.exp(log_down(layer, states(layer[2].shape[1]), states(layer[2].shape[0])))
    lowest = network.layers[0]
    return np.log(p @ np.exp(log_down(layers[0], states(layers[0][2].shape[1]), rows, lowest.units)))


def climbed(objective, layers, which, small=1e-5):
    """Central differences of an objective of layers (R, r, G, g), by those numbers of each that `which` names."""
    found = []
    for layer in layers:
        slopes = []
        for place in which:
            p, slope = layer[place], np.zeros_like(layer[place])
            for at in np.ndindex(p.shape):
                kept = p[at]
                p[at] = kept + small
                high = objective(layers)
                p[at] = kept - small
                slope[at] = (high - objective(layers)) / (2 * small)
                p[at] = kept
            slopes.append(slope)
        found.append(slopes)
    return found
