"""Rows whose answers are known."""

import itertools

import numpy as np

CORNERS = np.array([[-1, -1], [-1, 1], [1, -1], [1, 1]])
AND, XOR = np.array([0, 0, 0, 1]), np.array([0, 1, 1, 0])


def parity(n):
    """The corners of a cube, and whether an odd number of their coordinates is 1."""
    corners = np.array(list(itertools.product([-1, 1], repeat=n)))
    return corners, (corners == 1).sum(axis=1) % 2


def cloud(rows=80, width=3, margin=0.2, seed=0):
    """Rows at least `margin` from a plane through (0.2, 0, ...), and that plane as unit weights and a bias."""
    random = np.random.default_rng(seed)
    weights = random.normal(size=width)
    weights /= np.linalg.norm(weights)
    bias = -0.2 * weights[0]
    x = random.uniform(-1, 1, (40 * rows, width))
    score = x @ weights + bias
    x = x[np.abs(score) >= margin][:rows]
    return x, (x @ weights + bias > 0).astype(int), weights, float(bias)
