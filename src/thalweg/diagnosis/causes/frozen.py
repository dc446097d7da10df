"""Layers that are kept from learning."""

from collections.abc import Iterator

from thalweg.diagnosis.case import Case
from thalweg.diagnosis.change import LIKELY, Change
from thalweg.rates.same_rates import SameRates
from thalweg.spec import replaced


def frozen(case: Case) -> Iterator[Change]:
    """Yield the experiment with all layers at the same rate, where they are not.

    Source: CS231n notes, "Transfer Learning".
    """
    # Layers of a network that was trained before are frozen with good reason.
    if isinstance(case.experiment.rates, SameRates) or case.pretrained:
        return
    yield Change(
        cause="frozen_layers",
        text="all layers at the same rate",
        said="layers are frozen, or move at a rate of their own",
        remedy="Let all layers learn at the same rate.",
        experiment=replaced(case.experiment, rates=SameRates()),
        before=case.experiment,
        weight=LIKELY,
    )
