"""An activation behind the last layer."""

from collections.abc import Iterator

from thalweg.activations.linear import Linear
from thalweg.diagnosis.case import Case
from thalweg.diagnosis.change import LIKELY, SURE, UNLIKELY, Change
from thalweg.layers.activation import Activation
from thalweg.network.named import bare
from thalweg.spec import kind_of, replaced


def last_activation(case: Case) -> Iterator[Change]:
    """Yield the network without an activation at its end, where there is one.

    Source: CS231n notes, "Neural Networks Part 1": the output layer has no activation.
    """
    network = case.experiment.network
    last = bare(network.layers[-1])
    if not isinstance(last, Activation) or isinstance(last.function, Linear) or len(network.layers) == 1:
        return
    check = case.checks.get("targets within reach")
    reached = check is not None and check.passed
    does = "bends the outputs" if reached else "keeps the outputs from what the targets ask for"
    kind = kind_of(type(last.function))
    yield Change(
        cause="last_activation",
        text=f"no {kind} at the end",
        said=f"the {kind} at the end {does}",
        remedy="Leave out the network's last activation: the loss applies its own, or wants none.",
        experiment=replaced(case.experiment, network=replaced(network, layers=network.layers[:-1])),
        before=case.experiment,
        weight=SURE if case.failed("targets within reach") else UNLIKELY if reached else LIKELY,
    )
