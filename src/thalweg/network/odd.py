"""Choices of layers that work, and that nobody would make on purpose."""

from itertools import pairwise
from typing import Any, NamedTuple

from thalweg.activations.linear import Linear
from thalweg.activations.softmax import Softmax
from thalweg.layers.activation import Activation
from thalweg.layers.batch_norm import BatchNorm
from thalweg.layers.convolution import Convolution
from thalweg.layers.dense import Dense
from thalweg.layers.drop_connect import DropConnect
from thalweg.layers.dropout import Dropout
from thalweg.layers.hierarchical_dense import HierarchicalDense
from thalweg.layers.sequence_convolution import SequenceConvolution
from thalweg.layers.transposed_convolution import TransposedConvolution
from thalweg.network.chain import chains, layer_names
from thalweg.network.in_place import in_place
from thalweg.network.named import bare
from thalweg.network.sequential import Sequential
from thalweg.types import Layer, Loss

_CONVOLUTIONS = (Convolution, SequenceConvolution, TransposedConvolution)
_MATRIX = (Dense, DropConnect, HierarchicalDense, *_CONVOLUTIONS)  # y = x W + b
_DROPPED = 0.5


class Odd(NamedTuple):
    """One odd choice."""

    layer: str  # "dense_1", or "residual_1/branch/dense_1"
    text: str  # a sentence or two, with what to do
    grave: bool  # whether it costs the network something


def odd_choices(network: Sequential, loss: Loss) -> tuple[Odd, ...]:
    """Name what is odd in a network, each with what to do.

    Args:
        network: Its layers are looked at in their order.
        loss: What its outputs go into.

    Returns:
        Each with its layer; () where nothing is odd.

    Example:
        >>> from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
        >>> odd_choices(Sequential((Dense(8), Dense(3))), SoftmaxCrossEntropy())[0].text.partition(".")[0]
        'dense_1 and dense_2 have no nonlinearity between them, so that together they predict what one matrix can'

    Source: CS231n notes, "Neural Networks Part 1"; of biases: Ioffe and Szegedy, "Batch normalization", 2015, section
    3.2.
    """
    return tuple(_odd(network.layers, "", loss))


def _odd(chain: tuple[Layer, ...], before: str, loss: Loss) -> list[Odd]:
    layers = [(before + name, bare(layer)) for name, layer in zip(layer_names(chain), chain, strict=True)]
    bending = [(name, layer) for name, layer in layers if not _is_straight(layer)]
    found = [
        Odd(
            first,
            f"{first} and {second} have no nonlinearity between them, so that together they predict what one matrix "
            f"can. Put an activation between them, or leave {first} out.",
            True,
        )
        for (first, one), (second, other) in pairwise(bending)
        if _is_matrix(one) and _is_matrix(other)
    ]
    found += [
        Odd(
            first,
            f"{first}'s bias is of no use: {second} subtracts each mean right after it"
            f"{', and has a shift of its own' if other.affine else ''}. It does no harm; put an activation between "
            "them if one was meant to be there.",
            False,
        )
        for (first, one), (second, other) in pairwise(layers)
        if _has_bias(one) and isinstance(other, BatchNorm)
    ]
    own = "The loss applies its own at the end. " if loss.head == "softmax" else ""
    found += [
        Odd(
            name,
            f"{name} is a softmax inside the network: its units add up to 1, so that few of them are on and gradients "
            f"through it are small. {own}Use relu here, or leave it out.",
            True,
        )
        for name, layer in layers
        if isinstance(layer, Activation) and isinstance(layer.function, Softmax)
    ]
    found += [
        Odd(
            name,
            f"{name} drops {layer.drop:.0%} of what it gets in training: more than half leaves the next layer little. "
            "It does no harm in wide layers; lower it if the training loss stays high.",
            False,
        )
        for name, layer in layers
        if isinstance(layer, Dropout | DropConnect) and float(layer.drop) > _DROPPED
    ]
    for name, layer in layers:
        for field, held in chains(layer).items():
            found += _odd(held, f"{name}/{field}/", loss)
    return found


def _is_matrix(layer: Any) -> bool:
    # Convolutions in groups, and what follows them, are the parts of one kernel that has fewer weights so.
    return isinstance(layer, _MATRIX) and getattr(layer, "groups", 1) == 1


def _has_bias(layer: Any) -> bool:
    return isinstance(layer, Dense | DropConnect) or (isinstance(layer, _CONVOLUTIONS) and layer.shift)


def _is_straight(layer: Any) -> bool:
    return in_place(layer) or (isinstance(layer, Activation) and isinstance(layer.function, Linear))
