"""Pictures of what a network makes of images, ready to be shown."""

from typing import NamedTuple

import numpy as np

from thalweg.report.png import data_uri
from thalweg.runs.inside import Mistake, Mistakes
from thalweg.wording import counted

SIDE = 104  # pixels on the page of a picture's longer side


class Picture(NamedTuple):
    """One picture of a page."""

    address: str  # that holds it
    width: int  # on the page, pixels
    height: int


class Error(NamedTuple):
    """One mistake with its picture."""

    picture: Picture
    mistake: Mistake


class Errors(NamedTuple):
    """The worst mistakes, and a sentence on them."""

    part: str
    sentence: str
    shown: tuple[Error, ...]
    probable: bool  # whether the network gave probabilities


def errors(mistakes: Mistakes) -> Errors:
    """Return mistakes, ready to be shown.

    Args:
        mistakes: The worst first.

    Returns:
        A picture each.
    """
    shown = tuple(Error(*both) for both in zip(pictured(mistakes.pictures), mistakes.rows, strict=True))
    said = f"{counted(mistakes.wrong, 'row')} of {mistakes.among:,} {'was' if mistakes.wrong == 1 else 'were'} taken"
    said += " for another class"
    if len(shown) < mistakes.wrong:
        least = "got the lowest probability" if mistakes.probable else "fell furthest behind"
        said += f"; shown are the {len(shown)} whose true class {least}"
    return Errors(mistakes.part, f"{said}{', the worst first' if len(shown) > 1 else ''}.", shown, mistakes.probable)


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
