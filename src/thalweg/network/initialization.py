"""Which initial weights follow from what comes after a layer."""

from typing import Any

from thalweg.initializers.auto import Auto
from thalweg.initializers.glorot_normal import GlorotNormal
from thalweg.initializers.he_normal import HeNormal
from thalweg.initializers.lecun_normal import LecunNormal
from thalweg.initializers.small_normal import SmallNormal
from thalweg.layers.maxout import Maxout
from thalweg.network.named import Named, bare
from thalweg.spec import replaced
from thalweg.types import Initializer, Layer


def chosen(layers: tuple[Layer, ...]) -> tuple[Layer, ...]:
    """Replace every `Auto` initialiser by the one that suits what follows its layer.

    He before a ReLU-like activation and before anything else that keeps positive values as they are, Glorot
    before a saturating one, LeCun before a self-normalising one and for maxout units (the larger of two numbers drawn
    alike around 0 has the mean square of one, so no gain is needed), 0.01 normal for the last layer with weights:
    scores near 0 give every class the same probability, so the first loss is ln C.

    Args:
        layers: The network's layers in order.

    Returns:
        The layers; those without an `Auto` are untouched.

    Source: Glorot and Bengio, 2010; He et al., 2015; CS231n notes, "Neural Networks Part 2".
    """
    weighted = [i for i, layer in enumerate(layers) if hasattr(bare(layer), "weights")]
    return tuple(
        _with_weights(layer, _choice(layer, layers[i + 1 :], last=i == weighted[-1]))
        if i in weighted and isinstance(bare(layer).weights, Auto)
        else layer
        for i, layer in enumerate(layers)
    )


def _with_weights(layer: Any, weights: Initializer) -> Layer:
    if isinstance(layer, Named):
        return replaced(layer, layer=replaced(layer.layer, weights=weights))
    return replaced(layer, weights=weights)


def _choice(layer: Layer, following: tuple[Layer, ...], *, last: bool) -> Initializer:
    if last:
        return SmallNormal()
    if isinstance(bare(layer), Maxout):
        return LecunNormal()
    for after in map(bare, following):
        if hasattr(after, "weights"):
            break
        bend = getattr(after, "function", after)
        if getattr(bend, "self_normalizing", False):
            return LecunNormal()
        if hasattr(bend, "saturating"):
            return GlorotNormal() if bend.saturating else HeNormal()
    return GlorotNormal()  # nothing bends between this layer and the next: keep the variance both ways
