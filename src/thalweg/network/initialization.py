"""Which initial weights follow from what comes after a layer."""

from typing import Any

from thalweg.initializers.auto import Auto
from thalweg.initializers.glorot_normal import GlorotNormal
from thalweg.initializers.he_normal import HeNormal
from thalweg.initializers.lecun_normal import LecunNormal
from thalweg.initializers.small_normal import SmallNormal
from thalweg.layers.maxout import Maxout
from thalweg.network.chain import chains, every
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
        The layers; those without an `Auto` are untouched. Inside a residual block what follows a layer are the layers
        after it on its way, then those after the block.

    Source: Glorot and Bengio, 2010; He et al., 2015; CS231n notes, "Neural Networks Part 2".
    """
    last = max((i for i, layer in enumerate(layers) if _has_weights(layer)), default=-1)
    if last >= 0:  # a block has no weights of its own, so that none of its layers becomes the last
        layers = (*layers[:last], _with(layers[last], SmallNormal()), *layers[last + 1 :])
    return inside(layers)


def inside(layers: tuple[Layer, ...], following: tuple[Layer, ...] = ()) -> tuple[Layer, ...]:
    """Replace every `Auto` initialiser of layers none of which gives a network's scores.

    Args:
        layers: In order.
        following: What comes after them, in order.

    Returns:
        The layers; those without an `Auto` are untouched.
    """
    return tuple(_chosen(layer, layers[i + 1 :] + following) for i, layer in enumerate(layers))


def _chosen(layer: Layer, following: tuple[Layer, ...]) -> Layer:
    held = chains(layer)
    if held:
        return _replaced(layer, **{field: inside(held_layers, following) for field, held_layers in held.items()})
    return _with(layer, _choice(layer, following))


def _has_weights(layer: Layer) -> bool:
    return any(hasattr(one, "weights") for one in every((layer,)))


def _with(layer: Layer, weights: Initializer) -> Layer:
    return _replaced(layer, weights=weights) if isinstance(getattr(bare(layer), "weights", None), Auto) else layer


def _replaced(layer: Any, **changes: Any) -> Layer:
    if isinstance(layer, Named):
        return replaced(layer, layer=_replaced(layer.layer, **changes))
    return replaced(layer, **changes)


def _choice(layer: Layer, following: tuple[Layer, ...]) -> Initializer:
    if isinstance(bare(layer), Maxout):
        return LecunNormal()
    for after in map(bare, following):
        if _has_weights(after):
            break
        bend = getattr(after, "function", after)
        if getattr(bend, "self_normalizing", False):
            return LecunNormal()
        if hasattr(bend, "saturating"):
            return GlorotNormal() if bend.saturating else HeNormal()
    return GlorotNormal()  # nothing bends between this layer and the next: keep the variance both ways
