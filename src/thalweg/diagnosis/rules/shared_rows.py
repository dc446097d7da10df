"""Rows that are judged on and were trained on."""

from thalweg.diagnosis.case import Case
from thalweg.diagnosis.finding import Finding
from thalweg.diagnosis.rules.told_by_check import Told, told_by_check

_PARTS = ("validation rows unseen", "test rows unseen")


def shared_rows(case: Case) -> Finding | None:
    """Say that the validation or the test part holds copies of training rows, whatever else is said of the run.

    Source: deepchecks, "Train Test Samples Mix".
    """
    failed = [case.checks[name] for name in _PARTS if case.failed(name)]
    if not failed:
        return None
    told = Told(
        "shared_rows",
        "It is judged by rows that it was trained on",
        "A score on rows that were learned says nothing about new ones; settings chosen by it are chosen badly.",
    )
    evidence = " ".join(check.text for check in failed)
    return told_by_check(failed[0]._replace(text=evidence), told, "the files hold copies of the same rows")
