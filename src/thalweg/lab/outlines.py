"""Boxes drawn upon a picture."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float, UInt8


class Pen(NamedTuple):
    """How an outline looks: told apart by its dashes where colours are not."""

    colour: tuple[int, int, int]
    dash: int  # pixels drawn, then as many left out; 0 for a solid line


RIGHT, WRONG, MISSED = Pen((86, 200, 255), 0), Pen((255, 140, 0), 6), Pen((255, 255, 255), 3)
_RIM = (0, 0, 0)  # on both sides of a line, so that it is seen on any ground


def outlined(
    pixels: UInt8[np.ndarray, "height width 3"], boxes: Float[np.ndarray, "n 4"], pen: Pen
) -> UInt8[np.ndarray, "height width 3"]:
    """Return a picture with the outlines of boxes on it, two pixels wide between two dark ones.

    Args:
        pixels: The picture.
        boxes: Top, left, bottom and right of each; what lies outside of the picture is not drawn.
        pen: Colour and dashes.

    Returns:
        A new picture.
    """
    drawn = pixels.copy()
    down, across = np.ogrid[: pixels.shape[0], : pixels.shape[1]]
    for top, left, bottom, right in np.rint(boxes).astype(int):
        # How far inside the box each pixel lies; the outline is what lies 0 or 1 inside, its rim -1 and 2.
        depth = np.minimum(np.minimum(down - top, bottom - 1 - down), np.minimum(across - left, right - 1 - across))
        shown = (depth >= -1) & (depth <= 2)
        if pen.dash:
            level = (down - top <= 2) | (bottom - 1 - down <= 2)
            along = np.where(level, across - left, down - top)
            shown &= (along // pen.dash) % 2 == 0
        drawn[shown] = _RIM
        drawn[shown & (depth >= 0) & (depth <= 1)] = pen.colour
    return drawn
