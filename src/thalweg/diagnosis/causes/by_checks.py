"""What a check before training found wrong, and no other settings could mend."""

from collections.abc import Iterator

from thalweg.diagnosis.case import Case
from thalweg.diagnosis.change import LIKELY, SURE, Change
from thalweg.diagnosis.rules.broken_part import BROKEN, is_broken

_DATA = ("finite inputs", "rows differ", "constant columns")


def by_checks(case: Case) -> Iterator[Change]:
    """Yield parts that are broken, data that are, and classes of very unlike size, as their checks told.

    Source: CS231n notes, "Neural Networks Part 2", "Data preprocessing", and Part 3, "Gradient checks".
    """
    named = {name: ("own_part", SURE) for name in BROKEN if is_broken(case, name)}
    check = case.checks.get("class balance")
    if check is not None and check.judged and not check.passed and case.class_weight != "balanced":
        named["class balance"] = ("class_imbalance", LIKELY)
    named |= {name: ("bad_data", SURE) for name in _DATA if case.failed(name)}
    for name, (cause, weight) in named.items():
        check = case.checks[name]
        yield Change(
            cause=cause,
            text="",
            said=f"{check.text[:1].lower()}{check.text[1:]}".removesuffix("."),
            remedy=check.advice,
            experiment=None,
            before=case.experiment,
            weight=weight,
        )
