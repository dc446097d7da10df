"""Arrays of numbers as pictures of a bounded size."""

import numpy as np
from jaxtyping import Num


def shrunk(
    pictures: Num[np.ndarray, "n height width channels"], most: int
) -> Num[np.ndarray, "n rows columns channels"]:
    """Return pictures whose longer side is at most `most`, by the mean of square blocks.

    A block has ceil(longer side / most) pixels along each side; the last ones may be cut, and are the mean of what is
    there.

    Args:
        pictures: (n, height, width, channels) numbers.
        most: Pixels, at least 1.

    Returns:
        The pictures as they are where they are small enough, else (n, ceil(height / block), ceil(width / block),
        channels); whole numbers are rounded.

    Example:
        >>> shrunk(np.array([[[[0], [10], [7]], [[20], [30], [9]]]], np.uint8), 2)[0, :, :, 0].tolist()
        [[15, 8]]
    """
    height, width = pictures.shape[1:3]
    block = -(-max(height, width) // most)
    if block <= 1:
        return pictures
    rows, columns = np.arange(0, height, block), np.arange(0, width, block)
    sums = np.add.reduceat(np.add.reduceat(pictures.astype(np.float64), rows, axis=1), columns, axis=2)
    sizes = np.outer(np.minimum(block, height - rows), np.minimum(block, width - columns))
    means = sums / sizes[None, :, :, None]
    return (np.rint(means) if pictures.dtype.kind in "iu" else means).astype(pictures.dtype)
