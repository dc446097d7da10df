"""Histograms of oriented gradients as pictures: in each cell a stroke for each orientation, along the edge it means."""

import numpy as np
from jaxtyping import Float, UInt8

SIDE = 24  # pixels of a cell in the picture
_HALF_WIDTH = 1.0  # of a stroke, pixels


def cells_of_blocks(blocks: Float[np.ndarray, "rows columns k"]) -> Float[np.ndarray, "r c o"]:
    """Return what overlapping blocks of 2 x 2 cells say of each cell, added up.

    Args:
        blocks: Numbers by block: of the cells in it row by row, of each by orientation.

    Returns:
        (rows + 1, columns + 1, k / 4): an inner cell is the sum of its places in four blocks.

    Example:
        >>> cells_of_blocks(np.ones((2, 1, 4)))[:, :, 0].tolist()
        [[1.0, 1.0], [2.0, 2.0], [1.0, 1.0]]
    """
    rows, columns, numbers = blocks.shape
    parts = blocks.reshape(rows, columns, 2, 2, numbers // 4)
    found = np.zeros((rows + 1, columns + 1, numbers // 4))
    for down, across in np.ndindex(2, 2):
        found[down : down + rows, across : across + columns] += parts[:, :, down, across]
    return found


def glyphs(cells: Float[np.ndarray, "rows columns orientations"], side: int = SIDE) -> UInt8[np.ndarray, "h w 1"]:
    """Draw what each cell holds of each orientation, as a stroke whose brightness says how much.

    An upright edge has a gradient across: bin 0 is drawn upright. What is not above 0 is not drawn. The brightest
    stroke is white.

    Args:
        cells: Amounts; bin k of K is about the angle 180 (k + 1/2) / K degrees, from across towards down.
        side: Pixels of a cell.

    Returns:
        The picture, black where nothing is.
    """
    amounts = np.maximum(cells, 0) / max(cells.max(), 1e-12)
    middle = np.arange(side) - (side - 1) / 2
    down, across = np.meshgrid(middle, middle, indexing="ij")
    angles = np.pi * (np.arange(cells.shape[2]) + 0.5) / cells.shape[2]
    # How far a pixel lies from the line through the middle at a right angle to the gradient.
    away = np.abs(across[:, :, None] * np.cos(angles) + down[:, :, None] * np.sin(angles))
    strokes = np.clip(_HALF_WIDTH + 0.5 - away, 0, 1) * (np.hypot(down, across) < side / 2)[:, :, None]
    picture = (amounts[:, :, None, None, :] * strokes).max(axis=4)  # (rows, columns, side, side)
    rows, columns = cells.shape[:2]
    return np.rint(255 * picture.transpose(0, 2, 1, 3)).astype(np.uint8).reshape(rows * side, columns * side, 1)
