"""A column of numbers cut into pieces, so that a network's first layer can bend it anywhere."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np


class Pieces(NamedTuple):
    """Where a column is cut, and what its features are on average."""

    edges: np.ndarray  # (k + 1,) ascending; () for a column that is not cut
    means: np.ndarray  # (k,), over the training rows, before they are subtracted
    spread: np.ndarray  # (1,), the root of the sum of the variances, by which they are divided then; () if not cut

    def written(self) -> list[str]:
        """Return the edges as texts, with so many digits that no two are alike."""
        tried = ([f"{edge:.{digits}g}" for edge in self.edges] for digits in range(6, 18))
        return next(texts for texts in tried if len(set(texts)) == len(texts))  # 17 digits tell all floats apart


NO_PIECES = Pieces(np.zeros(0), np.zeros(0), np.zeros(0))


def fit_pieces(values: np.ndarray, pieces: int, *, filled: np.ndarray) -> Pieces:
    """Cut a column at the quantiles of its training values.

    Args:
        values: (n,) that training rows have; finite, at least one.
        pieces: How many at most; at least 1.
        filled: (rows,) of all training rows, with what stands in for missing cells; the means are over these.

    Returns:
        The pieces, fewer where values are equal; none where there are not two.

    Example:
        >>> values = np.array([0.0, 1.0, 2.0, 30.0, 40.0])
        >>> fit_pieces(values, 2, filled=values).edges.tolist()
        [0.0, 2.0, 40.0]
    """
    # Of values that are there: an edge between two of them would be no more exact, and may overflow.
    edges = np.unique(np.quantile(values, np.linspace(0, 1, pieces + 1), method="lower"))
    if len(edges) < 3:
        return NO_PIECES
    through = _through(edges, filled)
    return Pieces(edges, through.mean(axis=0), np.sqrt(through.var(axis=0).sum(keepdims=True)))


def encode_pieces(pieces: Pieces, values: np.ndarray, outputs: np.ndarray, *, scale: float = 1.0) -> None:
    """Write how far each value has come through each piece, centred and scaled.

        o_k = scale (s_k - mean_k) / spread,    s_k = min(1, max(0, (v - e_(k-1)) / (e_k - e_(k-1))))

    For a piece below the value s_k is 1, for one above it 0, for the one it lies in something between: any function
    that is straight within each piece is a sum of the s_k and a constant. The spread makes the variances of all pieces
    add up to the square of the scale, so that many of them weigh no more than one value of that deviation would.

    Args:
        pieces: What `fit_pieces` found.
        values: (n,); finite.
        outputs: (n, k), changed in place.
        scale: Standard deviation that the pieces have together; above 0.

    Example:
        >>> outputs = np.zeros((3, 2))
        >>> pieces = Pieces(np.array([0.0, 2.0, 40.0]), np.array([0.5, 0.0]), np.array([0.25]))
        >>> encode_pieces(pieces, np.array([-5.0, 1.0, 21.0]), outputs)
        >>> outputs.tolist()
        [[-2.0, 0.0], [0.0, 0.0], [2.0, 2.0]]

    Source: Gorishniy, Rubachev and Babenko, "On Embeddings for Numerical Features in Tabular Deep Learning", 2022,
    section 3.1; there neither centred nor scaled.
    """
    if len(pieces.edges):
        outputs[:] = (_through(pieces.edges, values) - pieces.means[None, :]) * (scale / pieces.spread)


def _through(edges: np.ndarray, values: np.ndarray) -> np.ndarray:
    with np.errstate(over="ignore"):  # a value far outside of a narrow piece is infinitely far, and clipped
        return np.clip(np.stack([_share(values, low, high) for low, high in pairwise(edges)], axis=1), 0, 1)


def _share(values: np.ndarray, low: float, high: float) -> np.ndarray:
    if np.isfinite(high - low):
        return (values - low) / (high - low)
    return (values / 2 - low / 2) / (high / 2 - low / 2)  # halved, the difference of two huge values does not overflow
