"""The pages of looks into a trained network: at what is inside, and at how much it withstands."""

from pathlib import Path

import thalweg
from thalweg.files import write_whole
from thalweg.report.distorted import distorted_images, opening
from thalweg.report.figures.distortions import distortion_figures
from thalweg.report.frame import framed
from thalweg.report.inside import inside_values
from thalweg.report.numbers import metric_of
from thalweg.report.text import short
from thalweg.runs.distortion_curves import Robustness
from thalweg.runs.inside import Inside


def render_look(name: str, inside: Inside) -> str:
    """Return what was seen of a network as one HTML page that loads nothing.

    Args:
        name: Of the run.
        inside: What was seen.

    Returns:
        The page.
    """
    title = f"A look into {short(name, 40)} - Thalweg"
    return framed("look.html", (), title=title, name=name, version=thalweg.__version__, **inside_values(inside))


def write_look(path: Path, name: str, inside: Inside) -> None:
    """Write a look into a network as one HTML file that needs no other.

    Args:
        path: The file; its folder exists.
        name: Of the run.
        inside: What to show.

    Raises:
        InputError: If the file cannot be written; an older page stays.
    """
    write_whole(path, render_look(name, inside).encode())


def render_robustness(name: str, found: Robustness) -> str:
    """Return how much a network withstands as one HTML page that loads nothing.

    Args:
        name: Of the run.
        found: What was measured.

    Returns:
        The page.
    """
    figures = distortion_figures(found)
    return framed(
        "distortions.html",
        figures,
        title=f"{short(name, 40)} under distortions - Thalweg",
        name=name,
        version=thalweg.__version__,
        metric=metric_of(found.metric).title.capitalize(),
        opening=opening(found),
        found=found,
        shown=tuple(zip(distorted_images(found), figures, strict=True)),
    )


def write_robustness(path: Path, name: str, found: Robustness) -> None:
    """Write how much a network withstands as one HTML file that needs no other.

    Args:
        path: The file; its folder exists.
        name: Of the run.
        found: What to show.

    Raises:
        InputError: If the file cannot be written; an older page stays.
    """
    write_whole(path, render_robustness(name, found).encode())
