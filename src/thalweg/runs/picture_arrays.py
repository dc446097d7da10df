"""Arrays of a run's file of pictures, held against what such an array may be."""

import numpy as np


def pictures_in(array: np.ndarray, most: int, pixels: int) -> np.ndarray:
    """Return an array that is a batch of at most so many pictures of at most so many pixels a side.

    Args:
        array: From a file.
        most: Pictures.
        pixels: A side.

    Returns:
        The array.

    Raises:
        ValueError: If it is no such batch.
    """
    shape = array.shape
    fits = array.dtype == np.uint8 and len(shape) == 4 and shape[0] <= most and shape[3] in (1, 3)
    if not fits or not all(1 <= side <= pixels for side in shape[1:3]):
        raise ValueError(f"an array {array.dtype} {shape} for pictures")
    return array
