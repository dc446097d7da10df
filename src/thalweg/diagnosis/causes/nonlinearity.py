"""Layers with no nonlinearity between them."""

from collections.abc import Iterator
from itertools import pairwise

from thalweg.activations.linear import Linear
from thalweg.activations.relu import ReLU
from thalweg.diagnosis.case import Case
from thalweg.diagnosis.change import LIKELY, Change
from thalweg.layers.activation import Activation
from thalweg.layers.dense import Dense
from thalweg.network.named import bare
from thalweg.spec import replaced
from thalweg.types import Layer


def nonlinearity(case: Case) -> Iterator[Change]:
    """Yield a network with relu where two of its dense layers follow each other, or a linear activation stands.

    Source: CS231n notes, "Neural Networks Part 1", "Neural network architectures".
    """
    network = case.experiment.network
    layers: list[Layer] = []
    for layer, following in pairwise(network.layers):
        straight = isinstance(bare(layer), Activation) and isinstance(bare(layer).function, Linear)
        layers.append(Activation(ReLU()) if straight else layer)
        if isinstance(bare(layer), Dense) and isinstance(bare(following), Dense):
            layers.append(Activation(ReLU()))
    layers.append(network.layers[-1])
    if tuple(layers) == network.layers:
        return
    yield Change(
        cause="no_nonlinearity",
        text="relu between layers",
        said="layers follow each other with no nonlinearity between them, so that together they are one linear layer",
        remedy="Put an activation such as relu between the layers.",
        experiment=replaced(case.experiment, network=replaced(network, layers=tuple(layers))),
        before=case.experiment,
        weight=LIKELY,
    )
