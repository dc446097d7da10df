"""Data that hold less than they seem to."""

from thalweg.diagnosis.case import Case
from thalweg.diagnosis.finding import Finding
from thalweg.diagnosis.rules.told_by_check import Told, told_by_check

# What is told of each check, and the cause.
_TOLD = {
    "rows differ": (
        Told("copied_rows", "The training rows are copies of a few",
             "Of what no row shows nothing can be learned, however often the others are seen."),
        "rows were joined, repeated or drawn with replacement",
    ),
    "constant columns": (
        Told("constant_columns", "Most inputs never vary",
             "What never varies tells the network nothing: it has only the other inputs to go by."),
        "columns were lost, or filled with one value",
    ),
}  # fmt: skip


def bad_data(case: Case) -> Finding | None:
    """Say what a check before training found wrong with the rows, which no curve shows.

    Source: CS231n notes, "Neural Networks Part 3"; deepchecks, "Data Duplicates".
    """
    name = next(filter(case.failed, _TOLD), None)
    if name is None:
        return None
    told, cause = _TOLD[name]
    return told_by_check(case.checks[name], told, cause)
