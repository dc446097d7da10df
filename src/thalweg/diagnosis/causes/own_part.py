"""A part whose derivative is wrong, or that mixes the rows of a batch."""

from collections.abc import Iterator

from thalweg.diagnosis.case import Case
from thalweg.diagnosis.change import SURE, Change
from thalweg.diagnosis.rules.broken_part import BROKEN, is_broken


def own_part(case: Case) -> Iterator[Change]:
    """Yield what the checks of the network's parts found, with their own words.

    Source: CS231n notes, "Neural Networks Part 3", "Gradient checks".
    """
    for name in BROKEN:
        if is_broken(case, name):
            check = case.checks[name]
            yield Change(
                cause="own_part",
                text="",
                said=f"{check.text[:1].lower()}{check.text[1:]}".removesuffix("."),
                remedy=check.advice,
                experiment=None,
                before=case.experiment,
                weight=SURE,
            )
