"""Small square pieces of images, and their contrast."""

import numpy as np

FLAT = 1e-12  # a patch whose variance is a smaller share of the squares of its numbers is of one brightness


def grid_patches(images: np.ndarray, side: int, stride: int) -> np.ndarray:
    """Return the patches of a regular grid over each image.

    Args:
        images: (n, height, width, channels), at least `side` pixels high and wide.
        side: Of a patch, in pixels.
        stride: Pixels from the first row or column of one patch to that of the next.

    Returns:
        (n, rows, columns, channels * side * side) float64, rows = (height - side) // stride + 1 and columns likewise:
        a patch's numbers channel by channel.

    Example:
        >>> grid_patches(np.arange(12.0).reshape(1, 3, 4, 1), side=2, stride=2)
        array([[[[0., 1., 4., 5.],
                 [2., 3., 6., 7.]]]])
    """
    windows = _windows(images, side)[:, ::stride, ::stride]
    return windows.reshape(*windows.shape[:3], -1).astype(np.float64)


def drawn_patches(images: np.ndarray, rows: np.ndarray, side: int, count: int, seed: int) -> np.ndarray:
    """Return patches of images drawn at random, each at a place drawn at random, with replacement.

    Args:
        images: (n, height, width, channels), at least `side` pixels high and wide.
        rows: Which images may be drawn; at least one.
        side: Of a patch, in pixels.
        count: How many patches.
        seed: Of the draws; at least 0.

    Returns:
        (count, channels * side * side) float64, each laid in a row as `grid_patches` does.
    """
    random, windows = np.random.default_rng(seed), _windows(images, side)
    which = rows[random.integers(len(rows), size=count)]
    row, column = (random.integers(places, size=count) for places in windows.shape[1:3])
    return windows[which, row, column].reshape(count, -1).astype(np.float64)


def without_contrast(patches: np.ndarray, smoothing: float) -> np.ndarray:
    """Return patches of mean 0 and about variance 1 each.

        x' = (x - mean(x)) / sqrt(var(x) + smoothing)

    Args:
        patches: (..., d) float64, the numbers of a patch along the last axis.
        smoothing: Positive; patches of much less variance stay near 0, for all they show is noise.

    Returns:
        The same shape.

    Source: Coates, Ng and Lee, "An analysis of single-layer networks in unsupervised feature learning", 2011,
    section 3.1.1.
    """
    centred = patches - patches.mean(axis=-1, keepdims=True)
    return centred / np.sqrt(np.square(centred).mean(axis=-1, keepdims=True) + smoothing)


def flat(patches: np.ndarray) -> np.ndarray:
    """Say which patches (n, d) are of one brightness throughout: (n,) bool."""
    return patches.var(axis=1) <= FLAT * np.square(patches).mean(axis=1)


def _windows(images: np.ndarray, side: int) -> np.ndarray:
    return np.lib.stride_tricks.sliding_window_view(images, (side, side), axis=(1, 2))
