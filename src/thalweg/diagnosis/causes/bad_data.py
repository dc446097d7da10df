"""Data that a check found wrong."""

from collections.abc import Iterator

from thalweg.diagnosis.case import Case
from thalweg.diagnosis.change import LIKELY, SURE, Change


def bad_data(case: Case) -> Iterator[Change]:
    """Yield what the checks of the data found, with their own words.

    Source: CS231n notes, "Neural Networks Part 2", "Data preprocessing".
    """
    named = {"finite inputs": ("bad_data", SURE), "class balance": ("class_imbalance", LIKELY)}
    for name, (cause, weight) in named.items():
        check = case.checks.get(name)
        if check is not None and check.judged and not check.passed:
            yield Change(
                cause=cause,
                text="",
                said=f"{check.text[:1].lower()}{check.text[1:]}".removesuffix("."),
                remedy=check.advice,
                experiment=None,
                before=case.experiment,
                weight=weight,
            )
