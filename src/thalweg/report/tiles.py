"""Many small pictures as one, in rows and columns."""

import numpy as np
from jaxtyping import Float, UInt8

from thalweg.errors import InputError
from thalweg.monitors.picture import GREY

GAP = 1  # pixels between two pictures


def tiles(pictures: UInt8[np.ndarray, "n height width"], across: int) -> UInt8[np.ndarray, "rows columns 1"]:
    """Return grey pictures side by side, a pixel of grey between them.

    Args:
        pictures: At least one, in the order of reading.
        across: Pictures in a row, at least 1; the last row may end early.

    Returns:
        One picture.

    Raises:
        InputError: If there is no picture, or `across` is below 1.

    Example:
        >>> tiles(np.zeros((3, 4, 5), np.uint8), 2).shape  # two rows of 4 and a gap, two columns of 5 and a gap
        (9, 11, 1)
    """
    n, height, width = pictures.shape
    if n == 0 or across < 1:
        raise InputError(f"a sheet needs 1 picture or more, 1 or more in a row; got {n}, {across} in a row.")
    down = -(-n // across)
    sheet = np.full((down * (height + GAP), across * (width + GAP)), GREY, np.uint8)
    for place, picture in enumerate(pictures):
        top, left = place // across * (height + GAP), place % across * (width + GAP)
        sheet[top : top + height, left : left + width] = picture
    return sheet[:-GAP, :-GAP, None]


def shades(values: Float[np.ndarray, "n height width"]) -> UInt8[np.ndarray, "n height width"]:
    """Return numbers from 0 to 1 as shades of grey from black to white.

    Args:
        values: Such as probabilities of pixels; what lies outside counts as the nearer end.

    Returns:
        A picture each.

    Example:
        >>> shades(np.array([[[0.0, 0.2, 1.5]]])).tolist()
        [[[0, 51, 255]]]
    """
    return np.rint(255 * np.clip(values, 0.0, 1.0)).astype(np.uint8)
