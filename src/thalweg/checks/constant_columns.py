"""Does every column of the data vary?"""

import numpy as np

from thalweg.checks.result import CheckResult
from thalweg.data.columns import Columns, NumericColumn
from thalweg.wording import agreeing, counted

SHOWN = 5


def constant_columns(inputs: Columns | np.ndarray, rows: np.ndarray) -> CheckResult:
    """Count the columns, or inputs, that hold one value only, missing cells aside.

    Common in images, whose border never changes, and harmless there; in a table it is often a mistake.

    Args:
        inputs: A table's columns, or an array (n, ...), before preprocessing.
        rows: The training rows.

    Returns:
        A note with the names of the first such columns.
    """
    if isinstance(inputs, np.ndarray):
        flat = inputs[rows].reshape(len(rows), -1)
        constant = [f"input {k}" for k in np.flatnonzero((flat == flat[:1]).all(axis=0))]
        total, one = flat.shape[1], "input"
    else:
        constant = [column.name for column in inputs if _constant(column, rows)]
        total, one = len(inputs), "column"
    shown = ", ".join(constant[:SHOWN]) + (f" and {len(constant) - SHOWN} more" if len(constant) > SHOWN else "")
    hold = agreeing(len(constant), "holds", "hold")
    text = f"{len(constant):,} of {counted(total, one)} {hold} one value only: {shown}."
    return CheckResult(
        name="constant columns",
        measured=float(len(constant)),
        expected=0.0,
        tolerance=0.0,
        unit="columns",
        passed=not constant,
        severity="note",
        text=text if constant else f"{agreeing(total, f'The only {one} varies', f'All {total:,} {one}s vary')}.",
        advice="What never varies tells the network nothing. Leave it out, unless it is expected to vary in new data.",
        where=constant[0] if constant else "",
    )


def _constant(column, rows: np.ndarray) -> bool:
    if isinstance(column, NumericColumn):
        values = column.values[rows]
        values = values[~np.isnan(values)]
    else:
        values = column.codes[rows]
        values = values[values >= 0]
    return len(values) == 0 or bool((values == values[0]).all())
