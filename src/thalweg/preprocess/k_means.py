"""k-means: points in groups, each around the mean of its own.

It computes in one order whatever the number of threads, so that the same points give the same centres.

What it leaves out: several starts, of which the best is kept; minibatches; and bounds that save distances.
"""

import numpy as np

from thalweg.errors import InputError

ROUNDS = 100  # most of them; a few dozen bring the groups to rest, or so near that the rest moves little


def k_means(points: np.ndarray, count: int, seed: int) -> np.ndarray:
    """Return centres such that the points lie near the nearest ones.

        repeat: group each point with its nearest centre; move each centre to the mean of its group

    until no point changes its group, at most `ROUNDS` times. Each round lowers the sum of the squared distances, which
    ends in a minimum that hangs on the start. That is drawn as k-means++ has it: one point after the other, each with a
    probability that grows with its squared distance to the nearest one drawn before. A centre that loses all its points
    stays where it is.

    Args:
        points: (n, d) float64, finite.
        count: How many centres; at least 1.
        seed: Of the draws; at least 0.

    Returns:
        (count, d) float64.

    Raises:
        InputError: If there are fewer different points than centres.

    Example:
        >>> k_means(np.array([[0.0], [1.0], [10.0], [12.0]]), 2, seed=0)
        array([[11. ],
               [ 0.5]])

    Source: Lloyd, "Least squares quantization in PCM", 1982; Arthur and Vassilvitskii, "k-means++: the advantages of
    careful seeding", 2007, section 2.2.
    """
    centres = _spread_out(points, count, np.random.default_rng(seed))
    groups = np.full(len(points), -1)
    for _ in range(ROUNDS):
        found = nearest(points, centres)
        if np.array_equal(found, groups):
            break
        groups = found
        held, sizes = np.unique(groups, return_counts=True)
        begins = np.cumsum(sizes) - sizes
        sums = np.add.reduceat(points[np.argsort(groups, kind="stable")], begins)  # group after group
        centres[held] = sums / sizes[:, None]
    return centres


def nearest(points: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """Return which centre is nearest to each point, the first of those equally near.

        argmin_k |x - c_k|^2 = argmax_k x c_k - |c_k|^2 / 2

    Args:
        points: (n, d) float64.
        centres: (k, d) float64.

    Returns:
        (n,) int64, from 0 to k - 1.
    """
    middle = centres.mean(axis=0)  # far from 0 the last digits would be more than the distances
    points, centres = points - middle, centres - middle
    scores = points @ centres.T - np.square(centres).sum(axis=1) / 2
    # The last digits hang on how many rows are multiplied at once; without them equal distances stay equal.
    return scores.astype(np.float32).argmax(axis=1)


def _spread_out(points: np.ndarray, count: int, random: np.random.Generator) -> np.ndarray:
    chosen = [points[random.integers(len(points))]]
    distances = np.square(points - chosen[0]).sum(axis=1)
    while len(chosen) < count:
        total = distances.sum()
        if total == 0:
            raise InputError(
                f"k-means was asked for {count:,} groups; the {len(points):,} points are of {len(chosen):,} different "
                f"kinds. Ask for {len(chosen):,} at most."
            )
        chosen.append(points[random.choice(len(points), p=distances / total)])
        distances = np.minimum(distances, np.square(points - chosen[-1]).sum(axis=1))
    return np.array(chosen)
