"""Hidden activations that let little of the gradient through, or make numbers grow without bound."""

import math
from collections.abc import Iterator
from typing import Any

from thalweg.activations.custom_activation import CustomActivation
from thalweg.activations.relu import ReLU
from thalweg.activations.sigmoid import Sigmoid
from thalweg.activations.softmax import Softmax
from thalweg.activations.step import Step
from thalweg.activations.tanh import Tanh
from thalweg.diagnosis.case import Case
from thalweg.diagnosis.change import LIKELY, POSSIBLE, SURE, UNLIKELY, Change
from thalweg.layers.activation import Activation
from thalweg.network.chain import every
from thalweg.network.mapped import with_layers
from thalweg.network.named import bare
from thalweg.spec import kind_of, replaced
from thalweg.types import Layer

_MANY = 3  # layers of sigmoids through which a gradient is lost
_USUAL = ("relu", "leaky_relu", "elu", "gelu", "silu", "selu", "softplus")


def activations(case: Case) -> Iterator[Change]:
    """Yield the experiment with rectified units instead of its hidden activations, where those are others.

    Source: CS231n notes, "Neural Networks Part 1", "Commonly used activation functions".
    """
    network = case.experiment.network
    last = bare(network.layers[-1])
    hidden = [layer for layer in every(network.layers) if isinstance(layer, Activation) and layer is not last]
    other: list[Any] = [layer.function for layer in hidden if kind_of(type(layer.function)) not in _USUAL]
    if not other:
        return

    exchanged = [layer for layer in hidden if layer.function in other]

    def rectified(layer: Layer) -> Layer:
        return Activation(ReLU()) if any(layer is one for one in exchanged) else layer

    check = case.checks.get("gradient")  # where numbers are not finite, the derivative is not what is at fault
    wrong = check is not None and case.failed("gradient") and math.isfinite(check.measured)
    kinds = ", ".join(dict.fromkeys(_name(function) for function in other))
    yield Change(
        cause="own_part" if wrong and all(isinstance(f, CustomActivation) for f in other) else "activation",
        text=f"relu instead of {kinds}",
        said=f"the activation {kinds} lets too little of the gradient through, or too much",
        remedy=f"Use relu instead of {kinds} in the hidden layers.",
        experiment=replaced(case.experiment, network=with_layers(network, rectified)),
        before=case.experiment,
        weight=_weight(case, other),
    )


def _name(function: Any) -> str:
    return function.function.__name__ if isinstance(function, CustomActivation) else kind_of(type(function))


def _weight(case: Case, other: list[Any]) -> float:
    if any(isinstance(function, Step | Softmax) for function in other):
        return SURE
    if any(isinstance(function, CustomActivation) for function in other):
        return SURE if case.failed("gradient") else LIKELY
    flat = [function for function in other if isinstance(function, Sigmoid)]
    if len(flat) >= _MANY or case.vanishing:
        return LIKELY
    deep = len(other) > _MANY and any(isinstance(function, Tanh) for function in other)
    return POSSIBLE if flat or deep else UNLIKELY
