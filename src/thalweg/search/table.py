"""All trials of a search as a table that other programs can read."""

import io
import math
from pathlib import Path
from typing import Any

import polars

from thalweg.files import write_whole
from thalweg.search.drive import Found
from thalweg.search.finalists import NAME
from thalweg.search.ranges.toml_text import toml_text


def write_table(path: Path, found: Found) -> None:
    """Write one row a trial as Parquet: what was tried, and what came of it.

    Columns: trial, stage, seed, epochs, until, of, spent, score, loss, failed, ending, winner, and one for each
    dimension by its name: numbers where all its values are numbers, else text as TOML has it. What a trial has not is
    null.

    Args:
        path: The file.
        found: What the search found.

    Raises:
        InputError: If the file cannot be written.
    """
    content = io.BytesIO()
    table_of(found).write_parquet(content)
    write_whole(path, content.getvalue())


def table_of(found: Found) -> polars.DataFrame:
    """Return the table.

    Args:
        found: What the search found.

    Returns:
        One row a trial, by number.
    """
    records = found.records
    best = found.verdict.finalists[0].number if found.verdict else -1
    names = list(dict.fromkeys(name for record in records for name in record.proposal.point))
    own = {
        "trial": [one.number for one in records],
        "stage": [one.stage for one in records],
        "seed": [one.seed for one in records],
        "epochs": [one.proposal.epochs for one in records],
        "until": [one.proposal.until or None for one in records],
        "of": [one.proposal.of if one.proposal.of >= 0 else None for one in records],
        "spent": [one.spent for one in records],
        "score": [_known(one.score) for one in records],
        "loss": [_known(one.loss) for one in records],
        "failed": [one.failed for one in records],
        "ending": [one.ending or None for one in records],
        "winner": [one.number == best or (one.stage == NAME and one.proposal.of == best) for one in records],
    }
    return polars.DataFrame(own | {name: _column([r.proposal.point.get(name) for r in records]) for name in names})


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _column(values: list[Any]) -> list[Any]:
    there = [value for value in values if value is not None]
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in there):
        whole = all(isinstance(value, int) for value in there)
        return [None if value is None else value if whole else float(value) for value in values]
    return [None if value is None else value if isinstance(value, str) else toml_text(value) for value in values]
