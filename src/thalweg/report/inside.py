"""What a network gets wrong and what its first layer looks for, ready to be shown."""

from typing import Any, NamedTuple

from thalweg.report.followed import seen
from thalweg.report.picture import SIDE, SMALL, Picture, pictured
from thalweg.report.retrieved import retrieved
from thalweg.report.units import unit_table
from thalweg.runs.inside import SHEET_SIDE, FirstLayer, Inside, Mistake, Mistakes, Sheet
from thalweg.wording import counted


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

    layer: str
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
    return First(
        first.layer, f"{counted(first.among, what)} of {size} weights{some}.", filters, templates, first.size[2] == 3
    )


class Changed(NamedTuple):
    """One training image, and what augmentation made of it."""

    row: int  # of the data, from 0
    picture: Picture
    draws: tuple[Picture, ...]


class ContactSheet(NamedTuple):
    """Training images with their draws, and a sentence on them."""

    sentence: str
    shown: tuple[Changed, ...]
    mixed: bool


def contact_sheet(sheet: Sheet) -> ContactSheet:
    """Return what augmentation made of training images, ready to be shown.

    Args:
        sheet: With the same number of draws an image.

    Returns:
        The images, each with its draws.
    """
    images, draws = pictured(sheet.pictures, SHEET_SIDE), pictured(sheet.draws, SHEET_SIDE)
    each = len(draws) // len(images)
    shown = tuple(
        Changed(row, image, draws[k * each : (k + 1) * each])
        for k, (row, image) in enumerate(zip(sheet.rows, images, strict=True))
    )
    when = f"epochs 1 to {each}" if each > 1 else "epoch 1"
    some = f"{len(shown)} of {counted(sheet.among, 'training image')}, and behind each what stands in its place"
    mixed = f", mixed with other images by {sheet.mixed}" if sheet.mixed else ""
    return ContactSheet(f"{some} in {when}{mixed}.", shown, bool(sheet.mixed))


def inside_values(inside: Inside) -> dict[str, Any]:
    """Return what the section on the inside of a network needs.

    Args:
        inside: What was seen.

    Returns:
        Values of the template, by name; what was not seen is None or ().
    """
    return {
        "first": inside.first and first_layer(inside.first),
        "sheet": inside.sheet and contact_sheet(inside.sheet),
        "seen": inside.example and seen(inside.example),
        "units": tuple(map(unit_table, inside.units)),
        "units_part": inside.units[0] if inside.units else None,
        "nearest": inside.retrieval and retrieved(inside.retrieval),
    }
