"""First weights that are all alike, too small or too large."""

from collections.abc import Iterator
from typing import Any

from thalweg.diagnosis.case import Case
from thalweg.diagnosis.change import LIKELY, POSSIBLE, SURE, UNLIKELY, Change
from thalweg.initializers.auto import Auto
from thalweg.initializers.glorot_normal import GlorotNormal
from thalweg.initializers.glorot_uniform import GlorotUniform
from thalweg.initializers.he_normal import HeNormal
from thalweg.initializers.he_uniform import HeUniform
from thalweg.initializers.lecun_normal import LecunNormal
from thalweg.initializers.orthogonal import Orthogonal
from thalweg.network.mapped import with_layers
from thalweg.spec import parts, replaced
from thalweg.starts.as_drawn import AsDrawn
from thalweg.types import Layer

_BY_FAN = (Auto, GlorotNormal, GlorotUniform, HeNormal, HeUniform, LecunNormal, Orthogonal)
_TELLING = ("units differ", "initial scale", "units alive", "initial loss", "parameters move")


def initial_weights(case: Case) -> Iterator[Change]:
    """Yield the experiment with the automatic first weights, where other ones were asked for.

    Source: CS231n notes, "Neural Networks Part 2", "Weight initialization".
    """
    if case.pretrained:
        return
    own: list[Any] = []

    def automatic(layer: Layer) -> Layer:
        family = parts(type(layer))
        drawn = {name: Auto() for name, kind in family.items() if kind == "initializer"}
        other = {name: auto for name, auto in drawn.items() if not isinstance(getattr(layer, name), Auto)}
        own.extend(getattr(layer, name) for name in other)
        bias = {"bias": 0.0} if abs(float(getattr(layer, "bias", 0.0))) > 1 else {}
        own.extend(bias.values())
        return replaced(layer, **other, **bias)

    network = with_layers(case.experiment.network, automatic)
    started = not isinstance(case.experiment.start, AsDrawn)
    if not own and not started:
        return
    suited = not started and all(isinstance(one, _BY_FAN) for one in own)
    failed = [name for name in _TELLING if case.failed(name)]
    weight = UNLIKELY if suited else SURE if failed else POSSIBLE
    yield Change(
        cause="initial_weights",
        text="automatic first weights",
        said="the first weights do not suit the network: " + _how(case),
        remedy="Draw the first weights at random, of the size that suits each layer's inputs.",
        experiment=replaced(case.experiment, network=network, start=AsDrawn()),
        before=case.experiment,
        weight=max(weight, LIKELY) if case.failed("units differ") else weight,
    )


def _how(case: Case) -> str:
    if case.failed("units differ"):
        return "they are all alike, so that the units stay copies of each other"
    check = case.checks.get("initial scale")
    if check is not None and not check.passed:
        return f"the signal changes its size from layer to layer, as {check.where or 'the network'} shows"
    return "others than the rules for its activations give"
