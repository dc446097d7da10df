"""A network that learns the training rows by heart."""

from collections.abc import Iterator

from thalweg.diagnosis.case import Case
from thalweg.diagnosis.change import LIKELY, POSSIBLE, Change
from thalweg.diagnosis.rules.overfitting import overfitting
from thalweg.diagnosis.settings import FIRST_STRENGTH, penalized
from thalweg.penalties.l1 import L1
from thalweg.penalties.l2 import L2
from thalweg.penalties.no_penalty import NoPenalty
from thalweg.spec import replaced

_SPARSE = 0.01


def overfit(case: Case) -> Iterator[Change]:
    """Yield the experiment with a stronger penalty, where the curves show overfitting, or hint at it in a poor run.

    Where there is none, an L1 penalty comes into question, too.

    Source: CS231n notes, "Neural Networks Part 3", "Train/Val accuracy".
    """
    found = overfitting(case)
    poor = case.best_baseline is not None and not case.beats_baselines and not case.short
    if found is None or (found.severity == "note" and not poor):
        return
    stronger = penalized(case.experiment)
    first = stronger.penalty == L2(FIRST_STRENGTH)
    yield Change(
        cause="overfitting",
        text=f"an l2 penalty of {FIRST_STRENGTH:g}" if first else "a penalty ten times as strong",
        said=found.cause,
        remedy=found.remedy,
        experiment=stronger,
        before=case.experiment,
        weight=LIKELY,
    )
    if isinstance(case.experiment.penalty, NoPenalty):
        yield Change(
            cause="overfitting",
            text=f"an l1 penalty of {_SPARSE:g}",
            said=found.cause,
            remedy="Take an L1 penalty, under which inputs that tell nothing lose their weights.",
            experiment=replaced(case.experiment, penalty=L1(_SPARSE)),
            before=case.experiment,
            weight=POSSIBLE,
        )
