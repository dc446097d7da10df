"""What every experiment of `thalweg lab` takes and how it ends: its page, its claims, its exit code."""

from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from thalweg.cli.ending import DONE, FAILED, Ending, plain
from thalweg.cli.options import whole
from thalweg.cli.voice import Voice

Seed = Annotated[int, Parameter(converter=whole, help="Of everything that is drawn.")]
Out = Annotated[Path | None, Parameter(help="The page to write; NAME.html by default.", show_default=False)]


def told(sheet: Any, out: Path | None, voice: Voice) -> Ending:
    """Write a sheet's page, say its claims and end with 1 if one of them does not hold.

    Args:
        sheet: Of an experiment.
        out: The page; None for the experiment's name in the present folder.
        voice: Says what came out.

    Returns:
        The ending.

    Raises:
        InputError: If the page cannot be written.
    """
    from thalweg.lab.sheet_page import write_sheet

    page = Path(f"{sheet.name}.html") if out is None else out
    write_sheet(page, sheet)
    voice.result(sheet.headline)
    voice.result("")
    if sheet.claims:
        voice.table(
            [
                ("claim", "expected", "measured", "holds"),
                *((c.says, c.expected, c.measured, "yes" if c.holds else "no") for c in sheet.claims),
            ]
        )
    else:
        for table in sheet.tables:
            voice.table([table.head, *table.rows])
    voice.result("")
    faults = sheet.disagreements()
    for sentence in faults:
        voice.result(sentence)
    voice.result(f"page: {page}")
    facts = {
        "page": str(page),
        "seed": sheet.seed,
        "headline": sheet.headline,
        "claims": [c._asdict() for c in sheet.claims],
        "disagreements": list(faults),
    }
    return Ending(plain(facts), FAILED if faults else DONE)
