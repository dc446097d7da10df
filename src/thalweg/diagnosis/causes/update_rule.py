"""An update rule, or a number of it, that does not suit."""

import dataclasses
from collections.abc import Iterator
from typing import Any

from thalweg.diagnosis.case import Case
from thalweg.diagnosis.change import LIKELY, POSSIBLE, UNLIKELY, Change
from thalweg.spec import kind_of, replaced
from thalweg.updates.adam import Adam
from thalweg.updates.custom_update_rule import CustomUpdateRule

_FADING = ("adagrad", "adadelta")  # their steps become shorter and shorter, or begin tiny
_ROBUST = ("adam", "adamw", "nadam", "adamax", "rmsprop", "muon", "lion", "lbfgs")


def update_rule(case: Case) -> Iterator[Change]:
    """Yield the experiment with Adam at its defaults, and with the rule's own defaults where its numbers are others.

    Source: CS231n notes, "Neural Networks Part 3", "Parameter updates".
    """
    rule: Any = case.experiment.update
    kind = kind_of(type(rule))
    custom = isinstance(rule, CustomUpdateRule)
    usual = None if custom else replaced(type(rule)(), rate=rule.rate)
    if usual is not None and usual != rule:
        names = [field.name for field in dataclasses.fields(rule)]
        other = [name for name in names if getattr(usual, name) != getattr(rule, name)]
        yield Change(
            cause="update_rule",
            text=f"{kind} with its own {', '.join(other)}",
            said=f"{kind}'s {', '.join(f'{name} of {getattr(rule, name)}' for name in other)} does not suit",
            remedy=f"Leave {', '.join(other)} of {kind} at the default.",
            experiment=replaced(case.experiment, update=usual),
            before=case.experiment,
            weight=LIKELY,
        )
    if kind in _ROBUST:
        return
    yield Change(
        cause="own_part" if custom else "update_rule",
        text=f"adam instead of {rule.function.__name__ if custom else kind}",
        said=f"the update rule {rule.function.__name__ if custom else kind} gets on slowly here",
        remedy="Use the update rule adam.",
        experiment=replaced(case.experiment, update=Adam()),
        before=case.experiment,
        weight=LIKELY if custom or kind in _FADING else POSSIBLE if kind == "sgd" else UNLIKELY,
    )
