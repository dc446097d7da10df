"""A picture's oriented gradients at several sizes, so that one template finds objects of any."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import UInt8
from PIL import Image

from thalweg.errors import InputError, shown
from thalweg.preprocess.gradients import oriented_gradients


class Level(NamedTuple):
    """One size of a picture and its features: blocks of 2 x 2 cells, of 9 orientations each."""

    scale: float  # pixels of a side here, of one in the picture
    cell: int  # side of a cell, in pixels here
    grid: np.ndarray  # (rows, columns, 36) float32; block (i, j) begins at cell (i, j)


def scales(least: float, most: float, steps: int) -> tuple[float, ...]:
    """Return sizes at which to look at a picture, each larger than the one before by the same factor.

    A template finds objects of its own size; in a picture made twice as large it finds those of half that size.

    Args:
        least: The smallest scale, above 0.
        most: The largest one, no smaller.
        steps: How many; at least 1. One alone is the smallest scale.

    Returns:
        The scales.

    Raises:
        InputError: If a scale is not above 0, or there is no step.

    Example:
        >>> scales(0.5, 2.0, 3)
        (0.5, 1.0, 2.0)

    Source: Dalal and Triggs, "Histograms of oriented gradients for human detection", 2005, section 4.
    """
    if not 0 < least <= most < np.inf or steps < 1:
        raise InputError(
            "scales run from one above 0 to one no smaller, in 1 step or more; "
            f"got {shown(least)} to {shown(most)} in {shown(steps)}."
        )
    return tuple(float(s) for s in np.geomspace(least, most, steps))


def pyramid(
    picture: UInt8[np.ndarray, "height width channels"], sizes: Sequence[float], cell: int = 8
) -> tuple[Level, ...]:
    """Return a picture's oriented gradients at several sizes.

    Args:
        picture: One channel or three.
        sizes: Scales, each above 0; one at which the picture has not a block left is passed over.
        cell: Side of a cell in pixels; at least 1.

    Returns:
        A level for each scale.

    Raises:
        InputError: If a cell has no pixel.

    Source: Dalal and Triggs, 2005, sections 4 and 6.
    """
    if cell < 1:
        raise InputError(f"cells need a side of 1 pixel or more; got {shown(cell)}.")
    made = []
    for scale in sizes:
        pixels = resized(picture, scale)
        if min(pixels.shape[:2]) >= 2 * cell:
            made.append(Level(scale, cell, oriented_gradients(pixels[None], cell)[0]))
    return tuple(made)


def resized(picture: UInt8[np.ndarray, "height width channels"], scale: float) -> UInt8[np.ndarray, "h w channels"]:
    """Return a picture at another size; each new pixel is a mean of those it covers, or lies between.

    Args:
        picture: One channel or three.
        scale: Pixels of a new side, of one of the picture's; above 0.

    Returns:
        The picture, at least 1 x 1.

    Example:
        >>> resized(np.array([[[0], [80]]], np.uint8), 2.0)[0].ravel().tolist()
        [0, 20, 60, 80]
    """
    height, width, channels = picture.shape
    size = max(1, round(scale * width)), max(1, round(scale * height))
    image = Image.fromarray(picture[:, :, 0] if channels == 1 else picture)
    return np.asarray(image.resize(size, Image.Resampling.BILINEAR)).reshape(size[1], size[0], channels)
