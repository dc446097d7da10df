"""How much a network withstands, ready to be shown."""

import math
from typing import NamedTuple

from thalweg.report.numbers import amount, metric_of, scored
from thalweg.report.picture import SIDE, Picture, pictured
from thalweg.report.text import short
from thalweg.runs.distortion_curves import DistortionCurve, Robustness
from thalweg.wording import counted


class Stage(NamedTuple):
    """One image at one strength."""

    picture: Picture
    strength: str
    said: str  # what the network makes of it


class Distorted(NamedTuple):
    """One distortion."""

    name: str
    strongest: str  # strength
    score: str  # there
    half: str  # where half of what was learned is lost
    stages: tuple[Stage, ...]


def told(strength: float, unit: str) -> str:
    """Return a strength with its unit, shares in percent.

    Args:
        strength: At least 0.
        unit: "degrees", or what it is a share of, "of the side".

    Returns:
        The text.

    Example:
        >>> told(0.15, "of the side"), told(37.2, "degrees")
        ('15% of the side', '37 degrees')
    """
    return f"{amount(100 * strength, 2)}% {unit}" if unit.startswith("of ") else f"{amount(strength, 2)} {unit}"


def opening(found: Robustness) -> str:
    """Return what was measured, in a sentence or two.

    Args:
        found: With a curve at least.

    Returns:
        The sentences.
    """
    title = metric_of(found.metric).title
    score = scored(found.metric, found.curves[0].scores[0].value)
    part = f"{counted(found.among, 'image')} of the {found.part} part"
    images = part if found.rows == found.among else f"{found.rows:,} of the {part}"
    blind = scored(found.metric, found.blind)
    said = f"On {images} the {title} is {score} while nothing is distorted; that of a blind guess is {blind}."
    return said if found.learned else f"{said} The network is no better than that, so that there is nothing to lose."


def half_told(found: Robustness, curve: DistortionCurve) -> str:
    """Return where half of what was learned is lost, as a part of a sentence.

    Args:
        found: What was measured.
        curve: One of its curves.

    Returns:
        The words.
    """
    if not found.learned:
        return "nothing was learned that could be lost"
    if not math.isfinite(curve.half):
        return "more than half of what was learned is left"
    return f"half of what was learned is lost at {told(curve.half, curve.unit)}"


def distorted_images(found: Robustness) -> tuple[Distorted, ...]:
    """Return each distortion with its pictures.

    Args:
        found: What was measured.

    Returns:
        In the order of the curves.
    """
    return tuple(_distorted(found, curve) for curve in found.curves)


def _distorted(found: Robustness, curve: DistortionCurve) -> Distorted:
    pictures = pictured(curve.pictures, SIDE)
    strengths = ["as it is", *(told(strength, curve.unit) for strength in curve.strengths[1:])]
    stages = zip(pictures, strengths, curve.said, strict=True)
    return Distorted(
        name=curve.name,
        strongest=strengths[-1],
        score=scored(found.metric, curve.scores[-1].value),
        half=told(curve.half, curve.unit) if math.isfinite(curve.half) else "-",
        stages=tuple(Stage(picture, strength, _said(found, said)) for picture, strength, said in stages),
    )


def _said(found: Robustness, said: str) -> str:
    if found.task == "regression":
        return f"predicted: {said}"
    return f"{'recognised as' if said == found.truth else 'taken for'} {short(said, 40)}"
