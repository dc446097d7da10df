"""A few numbers of each row, between which rows are never farther apart than they are.

Rows of images vary in few directions. Turned so that these come first, most of a distance is in the first few hundred
columns; of all the others the length alone is kept. What is left of a distance is never more than the distance, so a
row whose shadow is far is far, and only the few whose shadows are near need to be measured.
"""

import math

import numpy as np
from jaxtyping import Float, Num
from sklearn.utils.extmath import randomized_svd

from thalweg.classic.nearest.distances import UNIT, Distance, Made, growth, lost, parts

LEFT, MOST_LEFT = 0.03, 0.06  # share of the squared lengths that the directions need not have, and must not lack
NARROWER = 8  # times fewer columns than rows have, at least: otherwise shadows save no time
STEP = 64  # columns
SAMPLE = 4096  # rows that the directions are found from


def directions(
    how: Distance, train: Num[np.ndarray, "m d"], middle: Float[np.ndarray, " d"]
) -> Float[np.ndarray, "d s"] | None:
    """Return orthonormal directions that have most of what rows differ in.

    Args:
        how: The distance.
        train: The training rows.
        middle: Their mean.

    Returns:
        As few as leave out 3% of the squared lengths of a sample at most, in steps of 64, but no more than an eighth of
        the columns; None where these leave out more than 6%, or where nothing is known of the distance of shadows.
    """
    most = train.shape[1] // NARROWER // STEP * STEP
    if not how.squares or most < STEP or len(train) < 2 * most:
        return None
    sample = np.linspace(0, len(train) - 1, min(SAMPLE, len(train))).astype(np.int64)
    with np.errstate(over="ignore"):
        wide = how.wide(train[sample], middle).astype(np.float32)
    if not np.isfinite(wide).all():
        return None
    _, values, found = randomized_svd(wide, most, n_iter=2, random_state=0)  # pyright: ignore[reportArgumentType]
    left = 1 - np.cumsum(values.astype(np.float64) ** 2) / max(float(np.square(wide, dtype=np.float64).sum()), 1e-300)
    if not left[-1] <= MOST_LEFT:
        return None
    count = min(most, -(-(int(np.count_nonzero(left > LEFT)) + 1) // STEP) * STEP)
    return np.linalg.qr(found[:count].T.astype(np.float64))[0]


def shadows(
    how: Distance,
    rows: Num[np.ndarray, "n d"],
    middle: Float[np.ndarray, " d"],
    basis: Float[np.ndarray, "d s"],
) -> Made:
    """Cast shadows of rows.

        z = (Q'x, |x - Q Q'x|),    |z_a - z_b| <= |a - b|

    Args:
        how: The distance.
        rows: Any rows.
        middle: The mean of the training rows.
        basis: Q, orthonormal columns.

    Returns:
        The shadows: along each direction, and in the last column the length of what no direction has.

    Source: the inequality of the triangle, for what the directions have and for what they leave.
    """
    made = np.empty((len(rows), basis.shape[1] + 1), np.float32)
    norm = np.empty(len(rows))
    for part in parts(rows):
        wide = how.wide(rows[part], middle)
        along = wide @ basis
        whole = np.einsum("nd,nd->n", wide, wide)
        rest = np.sqrt(np.maximum(whole - np.einsum("ns,ns->n", along, along), 0.0))
        with np.errstate(over="ignore"):
            made[part, :-1], made[part, -1], norm[part] = along, rest, np.sqrt(whole)
    with np.errstate(over="ignore"):
        return Made(made, np.einsum("ns,ns->n", made, made), norm)


def least(
    how: Distance,
    squares: Float[np.ndarray, "n c"],
    width: int,
    columns: int,
    norm: Float[np.ndarray, " n"],
    largest: float,
) -> Float[np.ndarray, "n c"]:
    """Return what a distance is at least, from the squared distance of shadows in 32 bits.

    Args:
        how: The distance.
        squares: Squared distances, as `fast_l2` gives them.
        width: Columns of the shadows.
        columns: Of the rows.
        norm: Lengths of the queries.
        largest: Length of the longest training row.

    Returns:
        Bounds on the scale of `how.exact`, float64.
    """
    both = (norm + largest)[:, None]
    # A shadow is off by the rounding to 32 bits, and its last column by that of a difference of squares in 64.
    formed = 4 * UNIT + math.sqrt(2 * (columns + width) * 2.0**-53)
    wrong = growth(width) * np.square(both) + lost(width)
    surely = np.sqrt(np.maximum(squares.astype(np.float64) - wrong, 0.0)) - formed * both - lost(width) ** 0.5
    return how.squares * np.square(np.maximum(surely, 0.0))
