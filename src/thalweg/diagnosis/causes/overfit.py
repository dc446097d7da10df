"""A network that learns the training rows by heart."""

from collections.abc import Iterator

from thalweg.diagnosis.case import Case
from thalweg.diagnosis.change import LIKELY, Change
from thalweg.diagnosis.rules.overfitting import overfitting
from thalweg.penalties.l2 import L2
from thalweg.spec import replaced, tunables

_FIRST = 1e-3
_STRONGER = 10.0


def overfit(case: Case) -> Iterator[Change]:
    """Yield the experiment with a stronger penalty, where the curves show overfitting.

    Source: CS231n notes, "Neural Networks Part 3", "Train/Val accuracy".
    """
    found = overfitting(case)
    if found is None or found.severity == "note":
        return
    own = case.experiment.penalty
    strengths = {name: _STRONGER * float(getattr(own, name)) for name in tunables(type(own))}
    stronger = replaced(own, **strengths) if any(strengths.values()) else L2(_FIRST)
    yield Change(
        cause="overfitting",
        text="a penalty ten times as strong" if any(strengths.values()) else f"an l2 penalty of {_FIRST:g}",
        said=found.cause,
        remedy=found.remedy,
        experiment=replaced(case.experiment, penalty=stronger),
        before=case.experiment,
        weight=LIKELY,
    )
