"""Pixels as pictures of a page."""

from typing import NamedTuple

import numpy as np

from thalweg.report.png import data_uri

SIDE = 104  # pixels on the page of a picture's longer side
SMALL = 56  # the same, of those that there are many of
LARGE = 160  # and of an image that is looked at closely


class Picture(NamedTuple):
    """One picture of a page."""

    address: str  # that holds it
    width: int  # on the page, pixels
    height: int


def pictured(pictures: np.ndarray, side: int = SIDE) -> tuple[Picture, ...]:
    """Return pictures at the size at which they are shown, each pixel a square.

    Args:
        pictures: uint8 (n, height, width, 1 or 3).
        side: Pixels of the page that the longer side gets.

    Returns:
        A picture each.
    """
    height, width = pictures.shape[1:3]
    longer = max(height, width)
    return tuple(
        Picture(data_uri(pixels), max(1, side * width // longer), max(1, side * height // longer))
        for pixels in pictures
    )
