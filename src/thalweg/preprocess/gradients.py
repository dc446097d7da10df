"""Where the brightness of images changes, and in which direction: histograms of gradients, cell by cell.

`gradient_cells` counts, `normalised_blocks` takes the contrast out, `oriented_gradients` does both. All take images of
any size, several of one size at a time. The cells of a large picture are those of its parts, where these begin at
multiples of a cell's side, but for the pixels at a part's edge: what slides a window over a picture computes them once.

What it leaves out: votes shared between neighbouring bins and cells, and weights that fall off to the edge of a block,
which Dalal and Triggs have besides.
"""

import numpy as np

from thalweg.errors import InputError
from thalweg.preprocess.images import in_slices, require_images

CLIP = 0.2  # largest share of a block's length that one number may have before it is scaled a second time
SMALL = 1e-5  # added in squares to a block's length, so that blocks without a gradient stay 0


def gradient_cells(images: np.ndarray, cell: int = 8, orientations: int = 9) -> np.ndarray:
    """Return for each cell of each image how much gradient it holds in each orientation.

        g_x = I(y, x+1) - I(y, x-1),    g_y = I(y+1, x) - I(y-1, x),    0 along the edges where a neighbour lacks
        bin k: angles atan2(g_y, g_x) modulo 180 degrees from 180 k / orientations, to below 180 (k+1) / orientations
        cell[k] = sum of sqrt(g_x^2 + g_y^2) over its pixels in bin k / cell^2

    0 degrees is a change from left to right, which an upright edge makes; 90 one from top to bottom. An edge from dark
    to bright and one from bright to dark are the same. Of several channels each pixel takes the one with the longest
    gradient, the first of those equally long.

    Args:
        images: (n, height, width, channels), pixels in any unit.
        cell: Side of a cell in pixels; at least 1. What is left to the right and below of whole cells is in none.
        orientations: Bins between 0 and 180 degrees; at least 1.

    Returns:
        (n, height // cell, width // cell, orientations) float64, in the pixels' unit.

    Raises:
        InputError: If the images have not four axes, or are smaller than a cell.

    Example:
        >>> edge = np.zeros((1, 4, 4, 1))
        >>> edge[:, :, 2:] = 8.0  # dark left, bright right: in each row two pixels with a neighbour on the other side
        >>> gradient_cells(edge, cell=4, orientations=2)  # 8 pixels of 8, over 16 pixels
        array([[[[4., 0.]]]])

    Source: Dalal and Triggs, "Histograms of oriented gradients for human detection", 2005, sections 6.1 to 6.3.
    """
    _check_size(images, cell, 1)
    return in_slices(lambda some: _cells(some.astype(np.float64), cell, orientations), images)


def normalised_blocks(cells: np.ndarray, block: int = 2) -> np.ndarray:
    """Return every block of neighbouring cells in one row of numbers, of length 1: L2-Hys.

        v' = v / sqrt(|v|^2 + e^2),    v'' = min(v', 0.2),    v''' = v'' / sqrt(|v''|^2 + e^2),    e = 1e-5

    Light and contrast fall out, and no single strong edge drowns the others. Blocks overlap: each inner cell stands in
    block^2 of them, each time measured against other neighbours.

    Args:
        cells: (n, rows, columns, orientations), as `gradient_cells` gives them; at least `block` rows and columns.
        block: Cells on a side of a block; at least 1.

    Returns:
        (n, rows - block + 1, columns - block + 1, block * block * orientations) float64, from 0 to 1: the numbers of a
        block by row and column of the cell in it, then by orientation.

    Raises:
        InputError: If there are fewer cells than a block has.

    Example:
        >>> normalised_blocks(np.array([[[[3.0, 4.0]]]]), block=1).round(3)  # 0.6 and 0.8 are both cut to 0.2
        array([[[[0.707, 0.707]]]])

    Source: Dalal and Triggs, 2005, section 6.4; Lowe, "Distinctive image features from scale-invariant keypoints",
    2004, section 6.1.
    """
    if min(cells.shape[1:3]) < block:
        raise InputError(
            f"blocks of {block} x {block} cells need as many cells; got {cells.shape[1]} x {cells.shape[2]}. Use "
            "smaller cells or blocks, or larger images."
        )
    return in_slices(lambda some: _blocks(some, block), cells)


def oriented_gradients(images: np.ndarray, cell: int = 8, orientations: int = 9, block: int = 2) -> np.ndarray:
    """Return the histograms of oriented gradients of images, as a grid.

    Args:
        images: (n, height, width, channels), pixels in any unit.
        cell: Side of a cell in pixels; at least 1.
        orientations: Bins between 0 and 180 degrees; at least 1.
        block: Cells on a side of a block that is normalised together; 0 leaves the cells as they are.

    Returns:
        The blocks, or the cells where there are none, (n, rows, columns, numbers) float32.

    Raises:
        InputError: If the images have not four axes, or are smaller than a cell or a block.

    Example:
        >>> oriented_gradients(np.zeros((5, 32, 32, 3), np.uint8)).shape  # of 4 x 4 cells
        (5, 3, 3, 36)

    Source: Dalal and Triggs, 2005.
    """
    _check_size(images, cell, max(block, 1))

    def made(some: np.ndarray) -> np.ndarray:
        cells = _cells(some.astype(np.float64), cell, orientations)
        return (_blocks(cells, block) if block else cells).astype(np.float32)

    return in_slices(made, images)


def _check_size(images: np.ndarray, cell: int, block: int) -> None:
    require_images("oriented gradients", images)
    high, wide = images.shape[1:3]
    side, most = cell * block, min(high, wide) // block
    if min(high, wide) < side:
        instead = f"a cell of {most} at most" if most else "smaller blocks"
        raise InputError(
            f"oriented gradients of cells of {cell} x {cell} pixels, {block} x {block} cells a block, need images of "
            f"at least {side} x {side} pixels; got {high} x {wide}. Use {instead}, or larger images."
        )


def _cells(images: np.ndarray, cell: int, orientations: int) -> np.ndarray:
    x, y = _gradients(images)
    n, rows, columns = len(x), x.shape[1] // cell, x.shape[2] // cell
    x, y = (g[:, : rows * cell, : columns * cell] for g in (x, y))
    # Modulo 180 first and divided then, so that 180 degrees fall into bin 0 whatever the number of bins.
    angle = np.rad2deg(np.arctan2(y, x)) % 180.0
    orientation = np.minimum((angle * orientations / 180.0).astype(np.int64), orientations - 1)
    of_row, of_column = np.arange(rows * cell) // cell, np.arange(columns * cell) // cell
    place = (np.arange(n)[:, None, None] * rows + of_row[None, :, None]) * columns + of_column[None, None, :]
    bins = (place * orientations + orientation).ravel()
    sums = np.bincount(bins, np.hypot(x, y).ravel(), minlength=n * rows * columns * orientations)
    return sums.reshape(n, rows, columns, orientations) / cell**2


def _gradients(images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the longest gradient of each pixel's channels, across and down, each (n, height, width)."""
    x, y = np.zeros_like(images), np.zeros_like(images)
    x[:, :, 1:-1] = images[:, :, 2:] - images[:, :, :-2]
    y[:, 1:-1] = images[:, 2:] - images[:, :-2]
    longest = np.argmax(x * x + y * y, axis=3)[..., None]
    return np.take_along_axis(x, longest, axis=3)[..., 0], np.take_along_axis(y, longest, axis=3)[..., 0]


def _blocks(cells: np.ndarray, block: int) -> np.ndarray:
    windows = np.lib.stride_tricks.sliding_window_view(cells, (block, block), axis=(1, 2))  # (n, r, c, k, block, block)
    v = np.moveaxis(windows, 3, 5).reshape(*windows.shape[:3], -1)
    return _unit(np.minimum(_unit(v), CLIP))


def _unit(v: np.ndarray) -> np.ndarray:
    return v / np.sqrt(np.square(v).sum(axis=-1, keepdims=True) + SMALL**2)
