"""A loss that does not suit the task."""

from collections.abc import Iterator
from typing import Any

from thalweg.diagnosis.case import Case
from thalweg.diagnosis.change import LIKELY, SURE, UNLIKELY, Change
from thalweg.layers.dense import Dense
from thalweg.losses.attribute_cross_entropy import AttributeCrossEntropy
from thalweg.losses.binary_cross_entropy import BinaryCrossEntropy
from thalweg.losses.custom_loss import CustomLoss
from thalweg.losses.regression_by_classification import RegressionByClassification
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.losses.squared_error import SquaredError
from thalweg.network.mapped import with_layers
from thalweg.network.named import bare
from thalweg.spec import kind_of, replaced

# Of heads with as many outputs as the loss at hand has, the usual loss.
_USUAL: dict[str, Any] = {
    "softmax": SoftmaxCrossEntropy(),
    "margin": SoftmaxCrossEntropy(),
    "sigmoid": BinaryCrossEntropy(),
    "sign": BinaryCrossEntropy(),
    "sigmoids": AttributeCrossEntropy(),
    "signs": AttributeCrossEntropy(),
    "linear": SquaredError(),
}
_TELLING = ("gradient", "steps go down", "overfits a tiny set")
_SUITED = ("huber", "absolute_error", "multiclass_hinge", "hinge", "focal_loss", "squared_hinge", "attribute_hinge")

_FEW_BINS, _BINS = 8, 20


def loss(case: Case) -> Iterator[Change]:
    """Yield the experiment with the usual loss of its task, where it has another one.

    Source: CS231n notes, "Neural Networks Part 2", "Loss functions".
    """
    own: Any = case.experiment.loss
    usual = _USUAL.get(own.head)
    if isinstance(own, RegressionByClassification):
        yield from _more_bins(case, own)
    if usual is None or own == usual or hasattr(own, "width"):
        return
    custom = isinstance(own, CustomLoss)
    name = own.function.__name__ if custom else kind_of(type(own))
    same = type(own) is type(usual)  # with other numbers, such as smoothed labels
    weight = UNLIKELY if same or name in _SUITED else LIKELY
    if custom:
        weight = SURE if any(map(case.failed, _TELLING)) else LIKELY
    other = "without its options" if same else f"{kind_of(type(usual))} instead of {name}"
    yield Change(
        cause="own_part" if custom else "loss",
        text=f"{kind_of(type(usual))} {other}" if same else other,
        said=f"the loss {name} does not lead where the score asks",
        remedy=f"Use the loss {kind_of(type(usual))}{' with its defaults' if same else ''}.",
        experiment=replaced(case.experiment, loss=usual),
        before=case.experiment,
        weight=weight,
    )


def _more_bins(case: Case, own: RegressionByClassification) -> Iterator[Change]:
    """Yield the experiment with more bins, where they are so few that all amounts of one are as good as the same."""
    network = case.experiment.network
    last = bare(network.layers[-1])
    if own.bins >= _FEW_BINS or not isinstance(last, Dense):
        return
    more = RegressionByClassification(_BINS)
    wider = with_layers(network, lambda layer: replaced(layer, units=_BINS) if layer is last else layer)
    yield Change(
        cause="loss",
        text=f"{_BINS} bins",
        said=f"{own.bins} bins tell amounts apart too coarsely",
        remedy=f"Divide the amounts into {_BINS} bins, or use the loss squared_error with one output.",
        experiment=replaced(case.experiment, loss=more, network=wider),
        before=case.experiment,
        weight=LIKELY,
    )
