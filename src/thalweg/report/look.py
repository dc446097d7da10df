"""The page of a look into a trained network."""

from pathlib import Path

import thalweg
from thalweg.files import write_whole
from thalweg.report.frame import framed
from thalweg.report.inside import inside_values
from thalweg.report.text import short
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
