"""Are rows judged on that were trained on?"""

import numpy as np

from thalweg.checks.result import CheckResult
from thalweg.checks.tolerances import SHARED_ROWS
from thalweg.data.source import Remark, Source
from thalweg.data.split import Split
from thalweg.wording import agreeing, counted


def shared_rows(identical: np.ndarray, train: np.ndarray, held_out: np.ndarray, part: str) -> CheckResult:
    """Count the rows of a part of which the training part holds the equal.

    Args:
        identical: (n,), rows with one number are copies of each other, label included; of files that were joined,
            those that are the same in all that the network sees of them.
        train: The training rows.
        held_out: The rows of the other part; at least one.
        part: Its name, "validation" or "test".

    Returns:
        A warning when more than 0.5% of the part's rows have a copy.

    Source: deepchecks, "Train Test Samples Mix".
    """
    shared = np.isin(identical[held_out], identical[train])
    share, count = float(shared.mean()), int(shared.sum())
    equal = agreeing(count, "equals a training row", "equal training rows") + " in every input and the label"
    return CheckResult(
        name=f"{part} rows unseen",
        measured=share,
        expected=0.0,
        tolerance=SHARED_ROWS,
        unit="share of rows",
        passed=share <= SHARED_ROWS,
        severity="warning",
        text=f"{count:,} of {counted(len(held_out), f'{part} row')} ({share:.1%}) {equal}.",
        advice="Scores on copies say nothing about new data. If these are copies, take them out of one of the files.",
        where=part if share > SHARED_ROWS else "",
    )


def copy_remarks(source: Source, split: Split) -> tuple[Remark, ...]:
    """Say what the checks of shared rows would, for a run that is not checked.

    Args:
        source: Tells which rows are copies of each other.
        split: The parts.

    Returns:
        A warning for each of the validation and test part of which more than 0.5% of the rows have a copy in the
        training part.
    """
    parts = [("validation", split.validation), ("test", split.test)]
    found = [shared_rows(source.identical, split.train, rows, part) for part, rows in parts if len(rows)]
    return tuple(
        Remark("shared_rows", f"{result.text} {result.advice}", result.where, "warning")
        for result in found
        if not result.passed
    )
