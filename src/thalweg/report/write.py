"""The report as a file."""

from pathlib import Path

from thalweg.files import write_whole
from thalweg.report.page import render
from thalweg.runs.outcome import Outcome


def write_report(path: Path, outcome: Outcome) -> None:
    """Write the report of a run as one HTML file that needs no other.

    Args:
        path: The file; its folder exists.
        outcome: Of the run.

    Raises:
        InputError: If the file cannot be written; an older report stays.
    """
    write_whole(path, render(outcome).encode())
