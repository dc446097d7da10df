"""A column of numbers cut into pieces, so that a network's first layer can bend it anywhere."""

from itertools import pairwise

import numpy as np


def fit_pieces(values: np.ndarray, pieces: int) -> np.ndarray:
    """Return where a column is cut: at the quantiles of its training values.

    Args:
        values: (n,) of the training rows; finite, at least one.
        pieces: How many at most; at least 1.

    Returns:
        Ascending edges (k + 1,) of k pieces; fewer where values are equal. () where there are not two pieces.

    Example:
        >>> fit_pieces(np.array([0.0, 1.0, 2.0, 30.0, 40.0]), 2).tolist()
        [0.0, 2.0, 40.0]
    """
    # Of values that are there: an edge between two of them would be no more exact, and may overflow.
    edges = np.unique(np.quantile(values, np.linspace(0, 1, pieces + 1), method="lower"))
    return edges if len(edges) > 2 else np.zeros(0)


def encode_pieces(edges: np.ndarray, values: np.ndarray, outputs: np.ndarray) -> None:
    """Write how far each value has come through each piece.

        o_k = (v - e_(k-1)) / (e_k - e_(k-1)), kept within [0, 1]

    A piece below the value is 1, one above it 0, and the one it lies in between: any function that is straight within
    each piece is a sum of the o_k.

    Args:
        edges: (k + 1,), or ().
        values: (n,); finite.
        outputs: (n, k), changed in place; nothing is written for ().

    Example:
        >>> outputs = np.zeros((3, 2))
        >>> encode_pieces(np.array([0.0, 2.0, 40.0]), np.array([-5.0, 1.0, 21.0]), outputs)
        >>> outputs.tolist()
        [[0.0, 0.0], [0.5, 0.0], [1.0, 0.5]]

    Source: Gorishniy, Rubachev and Babenko, "On Embeddings for Numerical Features in Tabular Deep Learning", 2022,
    section 3.1.
    """
    for place, (low, high) in enumerate(pairwise(edges)):
        # Halved first: the difference of two huge values would overflow.
        outputs[:, place] = np.clip((values / 2 - low / 2) / (high / 2 - low / 2), 0, 1)
