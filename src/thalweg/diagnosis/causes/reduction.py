"""An objective that grows with the batch."""

from collections.abc import Iterator

from thalweg.diagnosis.case import Case
from thalweg.diagnosis.change import SURE, Change
from thalweg.spec import replaced


def reduction(case: Case) -> Iterator[Change]:
    """Yield the experiment with the mean of a batch's losses, where it has their sum.

    Source: CS231n notes, "Linear classification", "Practical considerations".
    """
    if case.experiment.reduction == "mean":
        return
    batch = case.experiment.training.batch
    yield Change(
        cause="sum_reduction",
        text="mean of the losses instead of their sum",
        said=f"the objective is the sum over the batch, so that gradients are {batch} times as long",
        remedy="Take the mean of a batch's losses.",
        experiment=replaced(case.experiment, reduction="mean"),
        before=case.experiment,
        weight=SURE,
    )
