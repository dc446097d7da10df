"""A layer too narrow for what is to be told through it."""

from collections.abc import Iterator
from typing import Any

from thalweg.diagnosis.case import Case
from thalweg.diagnosis.change import LIKELY, POSSIBLE, UNLIKELY, Change
from thalweg.layers.convolution import Convolution
from thalweg.layers.dense import Dense
from thalweg.network.chain import every
from thalweg.network.mapped import with_layers
from thalweg.spec import replaced
from thalweg.types import Layer

_WIDE = 64
_NARROW, _TIGHT = 16, 4


def width(case: Case) -> Iterator[Change]:
    """Yield the network with 64 units at least in each hidden layer, where one has far fewer.

    Source: CS231n notes, "Neural Networks Part 1", "Setting number of layers and their sizes".
    """
    network = case.experiment.network
    last = next((layer for layer in reversed(list(every(network.layers))) if _units(layer)), None)
    sizes = [_units(layer) for layer in every(network.layers) if layer is not last and _units(layer)]
    if not sizes or min(sizes) >= _NARROW:
        return

    def wide(layer: Layer) -> Layer:
        units = _units(layer)
        if layer is last or not units or units >= _WIDE:
            return layer
        return replaced(layer, **{"units" if isinstance(layer, Dense) else "filters": _WIDE})

    yield Change(
        cause="network_too_small",
        text=f"{_WIDE} units in each hidden layer",
        said=f"a layer of {min(sizes)} units lets too little through",
        remedy=f"Make the hidden layers wider: {_WIDE} units.",
        experiment=replaced(case.experiment, network=with_layers(network, wide)),
        before=case.experiment,
        weight=LIKELY if min(sizes) < _TIGHT else POSSIBLE if min(sizes) < _NARROW // 2 else UNLIKELY,
    )


def _units(layer: Any) -> int:
    if isinstance(layer, Convolution):
        return layer.filters if layer.groups == 1 else 0
    return layer.units if isinstance(layer, Dense) else 0
