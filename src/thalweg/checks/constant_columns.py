"""Does every column of the data vary?"""

import numpy as np

from thalweg.checks.result import CheckResult
from thalweg.checks.tolerances import CONSTANT_MOST
from thalweg.data.columns import CategoryColumn, Columns, NumericColumn
from thalweg.wording import agreeing, counted

SHOWN = 5


def constant_columns(inputs: Columns | np.ndarray, rows: np.ndarray) -> CheckResult:
    """Count the columns, or inputs, that hold one value only, missing cells aside.

    Common in images, whose border never changes, and harmless there; in a table it is often a mistake, and where most
    columns hold nothing, grave.

    Args:
        inputs: A table's columns, or an array (n, ...), before preprocessing.
        rows: The training rows.

    Returns:
        A note with the names of the first such columns; a warning where more than half of all, but for images,
        hold one value other than 0, or none.
    """
    if isinstance(inputs, np.ndarray):
        flat = inputs[rows].reshape(len(rows), -1)
        places = np.flatnonzero((flat == flat[:1]).all(axis=0))
        constant = [f"input {k}" for k in places]
        total, one = flat.shape[1], "input"
        # Of words, or dark pixels, most may be 0 in all rows at hand.
        lost = 0 if inputs.ndim > 2 else int(np.count_nonzero(flat[0, places]))
    else:
        same = [column for column in inputs if _constant(column, rows)]
        constant = [column.name for column in same]
        total, one = len(inputs), "column"
        lost = sum(not _all_zero(column, rows) for column in same)
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
        severity="warning" if lost > CONSTANT_MOST * total else "note",
        text=text if constant else f"{agreeing(total, f'The only {one} varies', f'All {total:,} {one}s vary')}.",
        advice="What never varies tells the network nothing. Leave it out, unless it is expected to vary in new data.",
        where=constant[0] if constant else "",
    )


def _constant(column: NumericColumn | CategoryColumn, rows: np.ndarray) -> bool:
    if isinstance(column, NumericColumn):
        values = column.values[rows]
        values = values[~np.isnan(values)]
    else:
        values = column.codes[rows]
        values = values[values >= 0]
    return len(values) == 0 or bool((values == values[0]).all())


def _all_zero(column: NumericColumn | CategoryColumn, rows: np.ndarray) -> bool:
    if not isinstance(column, NumericColumn):
        return False
    values = column.values[rows]
    values = values[~np.isnan(values)]
    return len(values) > 0 and not values.any()
