"""Are the training rows many, or a few of them many times?"""

import numpy as np

from thalweg.checks.result import CheckResult
from thalweg.checks.tolerances import COPIES_NOTE, COPIES_WARN
from thalweg.data.columns import Columns, NumericColumn
from thalweg.wording import counted


def rows_differ(identical: np.ndarray, inputs: Columns | np.ndarray, rows: np.ndarray) -> CheckResult | None:
    """Count the training rows that are copies of another one, label included.

    Where columns hold so few values that there are fewer ways to combine them than rows, copies are to be expected.

    Args:
        identical: (n,), rows with one number are copies of each other.
        inputs: A table's columns, or an array (n, ...), before preprocessing.
        rows: The training rows; at least one.

    Returns:
        A warning where nine of ten rows are copies that few values do not explain, else a note; None where at least
        half of the rows differ.

    Source: deepchecks, "Data Duplicates".
    """
    distinct = len(np.unique(identical[rows]))
    copies = 1 - distinct / len(rows)
    if copies <= COPIES_NOTE:
        return None
    expected = _combinations(inputs, rows, most=len(rows)) < len(rows)
    reason = " The columns hold so few values that copies are to be expected." if expected else ""
    return CheckResult(
        name="rows differ",
        measured=copies,
        expected=0.0,
        tolerance=COPIES_NOTE,
        unit="share of rows",
        passed=False,
        severity="warning" if copies > COPIES_WARN and not expected else "note",
        text=(
            f"Of {counted(len(rows), 'training row')} only {distinct:,} differ; the others are copies of them.{reason}"
        ),
        advice="The network learns from the rows that differ. If the copies are a mistake, take them out.",
    )


def _combinations(inputs: Columns | np.ndarray, rows: np.ndarray, *, most: int) -> int:
    """Return in how many ways the values that columns hold can be combined; `most` where there are as many or more."""
    ways = 1
    for column in _columns(inputs, rows):
        ways *= len(np.unique(column))
        if ways >= most:
            return most
    return ways


def _columns(inputs: Columns | np.ndarray, rows: np.ndarray):
    if isinstance(inputs, np.ndarray):
        flat = inputs.reshape(len(inputs), -1)
        return (flat[rows, k] for k in range(flat.shape[1]))
    return ((column.values if isinstance(column, NumericColumn) else column.codes)[rows] for column in inputs)
