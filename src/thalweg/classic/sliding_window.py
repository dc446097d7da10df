"""Windows slid over a grid of features: their numbers, their scores, and where they lie in the picture."""

import numpy as np
from jaxtyping import Float, Int

from thalweg.classic.pyramid import Level
from thalweg.errors import InputError


def windows(
    grid: Float[np.ndarray, "rows columns k"], rows: int, columns: int, stride: int = 1
) -> Float[np.ndarray, "down across d"]:
    """Return the features of every window on a grid, as rows.

    Args:
        grid: Features by place.
        rows: Of a window, in places of the grid.
        columns: The same.
        stride: Places from one window to the next.

    Returns:
        (down, across, rows * columns * k): the window that begins at (stride i, stride j), row by row; no window where
        it is larger than the grid.

    Raises:
        InputError: If a size or the stride is below 1.

    Example:
        >>> windows(np.arange(6.0).reshape(2, 3, 1), 2, 2).tolist()
        [[[0.0, 1.0, 3.0, 4.0], [1.0, 2.0, 4.0, 5.0]]]
    """
    if min(rows, columns, stride) < 1:
        raise InputError(f"windows need sizes and strides of 1 or more; got {rows} x {columns}, stride {stride}.")
    if grid.shape[0] < rows or grid.shape[1] < columns:
        return np.zeros((0, 0, rows * columns * grid.shape[2]), grid.dtype)
    seen = np.lib.stride_tricks.sliding_window_view(grid, (rows, columns), axis=(0, 1))[::stride, ::stride]
    return np.moveaxis(seen, 2, 4).reshape(*seen.shape[:2], -1)


def score_map(
    grid: Float[np.ndarray, "rows columns k"], template: Float[np.ndarray, "r c k"], bias: float = 0.0
) -> Float[np.ndarray, "down across"]:
    """Return a linear classifier's score of every window on a grid.

        s(i, j) = sum over the window of template * grid[i:i+r, j:j+c] + bias

    It is what `windows(grid, r, c) @ template` would be, and never holds the windows.

    Args:
        grid: Features by place.
        template: Weights.
        bias: Added to each score.

    Returns:
        (rows - r + 1, columns - c + 1); empty where the template is larger than the grid.

    Example:
        >>> score_map(np.arange(6.0).reshape(2, 3, 1), np.ones((2, 2, 1)), bias=-1.0)
        array([[ 7., 11.]])
    """
    down, across = (max(0, g - t + 1) for g, t in zip(grid.shape[:2], template.shape[:2], strict=True))
    scores = np.full((down, across), bias, np.result_type(grid, template))
    for i, j in np.ndindex(*template.shape[:2]):
        scores += grid[i : i + down, j : j + across] @ template[i, j]
    return scores


def boxes_of(level: Level, places: Int[np.ndarray, "n 2"], cells: int, inner: float = 1.0) -> Float[np.ndarray, "n 4"]:
    """Return where windows of a level lie in the picture.

    Args:
        level: Of the picture.
        places: Row and column of the block with which each window begins.
        cells: Side of a window.
        inner: Share of the side that the object takes, in the middle; the rest is what lies around it.

    Returns:
        Top, left, bottom and right of each, in pixels of the picture.

    Example:
        >>> level = Level(2.0, 8, np.zeros((7, 7, 36)))
        >>> boxes_of(level, np.array([[0, 1]]), 4, inner=0.5).tolist()  # 32 of its pixels are 16 of the picture's
        [[4.0, 8.0, 12.0, 16.0]]
    """
    corner = places * (level.cell / level.scale)
    side = cells * level.cell / level.scale
    margin = side * (1 - inner) / 2
    return np.concatenate([corner + margin, corner + side - margin], axis=1)
