"""A machine's plain twin: every state counted, in 64 bits, straight from the energy."""

import itertools

import jax.numpy as jnp
import numpy as np

from thalweg.pretrain.boltzmann.machine import BINARY, Machine


def drawn(visible, hidden, *, seed=0, spread=1.0, units=BINARY):
    """A machine of normal parameters."""
    random = np.random.default_rng(seed)
    shapes = (visible, hidden), (visible,), (hidden,)
    return Machine(*(jnp.asarray(random.normal(0, spread, shape), jnp.float32) for shape in shapes), units)


def states(count):
    """All states of some units of 0 and 1."""
    return np.array(list(itertools.product((0.0, 1.0), repeat=count)))


def numbers(machine):
    """The parameters as NumPy's in 64 bits."""
    return tuple(np.asarray(p, np.float64) for p in machine[:3])


def weights_of_all(machine):
    """exp(-E(v, h)) of every pair of states of 0 and 1: (2^visible, 2^hidden)."""
    w, b, c = numbers(machine)
    v, h = states(len(b)), states(len(c))
    return np.exp((v @ b)[:, None] + (h @ c)[None] + v @ w @ h.T)


def visible_probabilities(machine):
    """p(v) of every visible state."""
    joint = weights_of_all(machine)
    return joint.sum(axis=1) / joint.sum()


def hidden_given(machine):
    """p(h | v): (2^visible, 2^hidden)."""
    joint = weights_of_all(machine)
    return joint / joint.sum(axis=1, keepdims=True)


def visible_given(machine):
    """p(v | h): (2^hidden, 2^visible)."""
    joint = weights_of_all(machine)
    return (joint / joint.sum(axis=0, keepdims=True)).T


def mean_statistics(machine, probabilities):
    """<v h'>, <v>, <h> where visible states have these probabilities (2^visible,) and hidden ones follow."""
    _, b, c = numbers(machine)
    v, h = states(len(b)), states(len(c))
    pairs = probabilities[:, None] * hidden_given(machine)
    return v.T @ pairs @ h, probabilities @ v, pairs.sum(axis=0) @ h
