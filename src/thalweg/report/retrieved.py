"""Training images nearest to others, ready to be shown."""

from typing import NamedTuple

from thalweg.report.numbers import count, percent
from thalweg.report.picture import SMALL, Picture, pictured
from thalweg.report.text import short
from thalweg.runs.inside import Nearest, Retrieval
from thalweg.wording import counted


class Neighbour(NamedTuple):
    """One image that was retrieved."""

    picture: Picture
    said: str
    same: bool  # whether it is of the class of the image asked about


class Asked(NamedTuple):
    """One image that was asked about."""

    row: int  # of the data, from 0
    truth: str  # its class
    picture: Picture
    learned: tuple[Neighbour, ...]
    plain: tuple[Neighbour, ...]


class Retrieved(NamedTuple):
    """The images, and a sentence on how often the classes agree."""

    sentence: str
    layer: str
    part: str
    rows: tuple[Asked, ...]


def retrieved(found: Retrieval) -> Retrieved:
    """Return retrieved images, ready to be shown.

    Args:
        found: With as many images by features as by pixels.

    Returns:
        A row for each image asked about.
    """
    asked = pictured(found.asked, SMALL)
    learned, plain = pictured(found.learned_pictures, SMALL), pictured(found.plain_pictures, SMALL)
    each = len(learned) // max(1, len(asked))
    near = "nearest one" if each == 1 else f"{each} nearest"
    verb = "is" if each == 1 else "are"
    return Retrieved(
        sentence=f"Of the {near}, {percent(found.learned_share)} {verb} of the same class by the "
        f"{counted(found.features, 'output')} of {short(found.layer)}, {percent(found.plain_share)} by plain pixels: "
        f"asked about {counted(found.images, 'image')}, of {counted(found.among, 'training image')}.",
        layer=found.layer,
        part=found.part,
        rows=tuple(
            Asked(
                row=one.row,
                truth=one.truth,
                picture=asked[k],
                learned=_neighbours(one, learned[k * each : (k + 1) * each]),
                plain=_neighbours(other, plain[k * each : (k + 1) * each]),
            )
            for k, (one, other) in enumerate(zip(found.learned, found.plain, strict=True))
        ),
    )


def _neighbours(nearest: Nearest, pictures: tuple[Picture, ...]) -> tuple[Neighbour, ...]:
    return tuple(
        Neighbour(picture, f"row {count(row)}: {short(name)}", name == nearest.truth)
        for row, name, picture in zip(nearest.rows, nearest.classes, pictures, strict=True)
    )
