"""Are the training rows many, or a few of them many times?"""

import numpy as np

from thalweg.checks.result import CheckResult
from thalweg.checks.tolerances import COPIES_FEW, COPIES_LEVELS, COPIES_NOTE, COPIES_WARN
from thalweg.data.arrays import number_identical
from thalweg.data.columns import Columns, NumericColumn
from thalweg.wording import counted


def rows_differ(inputs: Columns | np.ndarray, targets: np.ndarray, rows: np.ndarray) -> CheckResult | None:
    """Count the training rows that equal another one in every input and the label.

    Where no column holds nearly as many values as there are rows that differ, as in a table of a few names, copies are
    to be expected.

    Args:
        inputs: A table's columns, or an array (n, ...), before preprocessing.
        targets: (n,) or (n, k), of all rows.
        rows: The training rows; at least one.

    Returns:
        A warning where nine of ten rows are copies that few values do not explain, else a note; None where at least
        half of the rows differ.

    Source: deepchecks, "Data Duplicates".
    """
    # By what the network sees: beside a column of row numbers, which is left out, no two rows of a file are the same.
    seen = inputs[rows] if isinstance(inputs, np.ndarray) else _together(inputs, rows)
    distinct = int(number_identical(seen, targets[rows]).max()) + 1
    copies = 1 - distinct / len(rows)
    if copies <= COPIES_NOTE:
        return None
    levels = max(len(np.unique(column)) for column in seen.reshape(len(rows), -1).T)
    expected = levels < max(COPIES_FEW, COPIES_LEVELS * distinct)
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


def _together(columns: Columns, rows: np.ndarray) -> np.ndarray:
    values = [(one.values if isinstance(one, NumericColumn) else one.codes)[rows] for one in columns]
    return np.stack(values, axis=1).astype(np.float64)
