"""A penalty that weighs more than the data."""

from collections.abc import Iterator

from thalweg.diagnosis.case import Case
from thalweg.diagnosis.change import LIKELY, POSSIBLE, SURE, UNLIKELY, Change
from thalweg.penalties.no_penalty import NoPenalty
from thalweg.spec import kind_of, replaced, tunables

_HEAVY = 1e-2  # strength from which on a penalty is seldom meant
_MODERATE = 2e-3
_OVERWHELMING = 1.0  # penalty over data loss


def penalty(case: Case) -> Iterator[Change]:
    """Yield the experiment without its penalty.

    Source: CS231n notes, "Neural Networks Part 2", "Regularization".
    """
    own = case.experiment.penalty
    if isinstance(own, NoPenalty):
        return
    strength = max(float(getattr(own, name)) for name in tunables(type(own)))
    share = case.penalty_share
    weight = UNLIKELY if strength < _MODERATE else LIKELY if strength >= _HEAVY else POSSIBLE
    if share > _OVERWHELMING:
        weight = SURE if strength >= _MODERATE else LIKELY
    yield Change(
        cause="penalty_too_strong",
        text="no penalty",
        said=f"the {kind_of(type(own))} penalty of {strength:g} holds the weights back",
        remedy="Leave the penalty out, then try one a hundred times as weak.",
        experiment=replaced(case.experiment, penalty=NoPenalty()),
        before=case.experiment,
        weight=weight,
    )
