"""Pictures made of pixels, side by side on a page, each with a word below it."""

from typing import NamedTuple

import numpy as np
from jaxtyping import UInt8

from thalweg.report.picture import Picture
from thalweg.report.png import data_uri


class Plate(NamedTuple):
    """One picture of a gallery."""

    picture: Picture
    title: str  # a few words
    says: str  # a sentence for those who do not see it, and for those who do


class Gallery(NamedTuple):
    """Pictures that are to be compared."""

    title: str
    says: str  # what to look for
    plates: tuple[Plate, ...]


def plate(pixels: UInt8[np.ndarray, "height width channels"], title: str, says: str, *, zoom: int = 1) -> Plate:
    """Return a picture for a gallery.

    Args:
        pixels: The picture; one channel or three.
        title: A few words.
        says: What it shows, a sentence.
        zoom: Pixels of the page that a pixel's side gets, where there is room.

    Returns:
        The picture.
    """
    height, width = pixels.shape[:2]
    return Plate(Picture(data_uri(pixels), zoom * width, zoom * height), title, says)
