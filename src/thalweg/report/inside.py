"""Pictures of what a network makes of images, ready to be shown."""

from typing import NamedTuple

import numpy as np

from thalweg.report.png import data_uri
from thalweg.runs.inside import FirstLayer, Mistake, Mistakes
from thalweg.wording import counted

SIDE = 104  # pixels on the page of a picture's longer side
SMALL = 56  # the same, of those that there are many of


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


class Filter(NamedTuple):
    """One unit of the first layer."""

    picture: Picture
    name: str  # the class whose template it is, else its number


class First(NamedTuple):
    """The first layer, and a sentence on it."""

    sentence: str
    filters: tuple[Filter, ...]
    templates: bool
    colour: bool


def first_layer(first: FirstLayer) -> First:
    """Return the weights of a first layer, ready to be shown.

    Args:
        first: With a picture a unit.

    Returns:
        A filter each.
    """
    templates, shown = bool(first.classes), len(first.pictures)
    names = first.classes or tuple(f"unit {k + 1}" for k in range(shown))
    filters = tuple(
        Filter(*both) for both in zip(pictured(first.pictures, SIDE if templates else SMALL), names, strict=True)
    )
    size = " x ".join(map(str, first.size))
    some = f", of which the first {shown} are shown" if shown < first.among else ""
    what = "template" if templates else "filter"
    return First(f"{counted(first.among, what)} of {size} weights{some}.", filters, templates, first.size[2] == 3)


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
