"""A sheet as a page: the headline, the claims beside what was measured, tables and pictures."""

import shlex
from pathlib import Path

import thalweg
from thalweg.files import write_whole
from thalweg.lab.sheet import Sheet
from thalweg.report.findings import MARKS
from thalweg.report.frame import framed


def render_sheet(sheet: Sheet) -> str:
    """Return an experiment as one HTML page that loads nothing.

    Args:
        sheet: What it found.

    Returns:
        The page.
    """
    return framed(
        "sheet.html",
        sheet.figures,
        package="thalweg.lab",
        title=f"{sheet.title} - Thalweg lab",
        sheet=sheet,
        disagreements=sheet.disagreements(),
        again=(("In a shell, this page and its numbers:", _typed(sheet)), ("In Python, its numbers:", sheet.python)),
        marks=MARKS,
        version=thalweg.__version__,
    )


def write_sheet(path: Path, sheet: Sheet) -> None:
    """Write an experiment's page as one HTML file that needs no other.

    Args:
        path: The file; its folder exists.
        sheet: What to show.

    Raises:
        InputError: If the file cannot be written; an older page stays.
    """
    write_whole(path, render_sheet(sheet).encode())


def _typed(sheet: Sheet) -> str:
    seed = () if sheet.seed is None else ("--seed", str(sheet.seed))
    return shlex.join(("thalweg", "lab", sheet.name, *seed, *sheet.options))
