"""Which patch of an image one place of a layer's outputs sees."""

from typing import Any, NamedTuple

from thalweg.errors import InputError, choose
from thalweg.layers.padded_shortcut import PaddedShortcut
from thalweg.layers.transposed_convolution import TransposedConvolution
from thalweg.network.chain import chains
from thalweg.network.in_place import at_each_place
from thalweg.network.named import bare
from thalweg.network.sequential import Sequential, output_shape
from thalweg.types import Layer, Shape

IMAGE_AXES = 3  # height, width, channels


class Patch(NamedTuple):
    """A rectangle of pixels; near an edge it reaches beyond the image, where padding is seen."""

    top: int  # first row, from 0
    left: int
    bottom: int  # the row behind the last one
    right: int


def patch_seen(network: Sequential, input_shape: Shape, layer: str, place: tuple[int, ...]) -> Patch:
    """Return the pixels that one place of a layer's outputs hangs on.

        first <- first S - P,    last <- last S - P + F - 1

    layer by layer from the place back to the image, for windows of F places, S apart, behind P places of padding. The
    two ends of a residual block are those of its wider way. The statistics of a normalisation are not counted.

    Args:
        network: On images.
        input_shape: (height, width, channels) of one preprocessed example.
        layer: Name of the layer.
        place: (row, column) of its outputs, from 0; () of outputs without places.

    Returns:
        The patch; the whole image where a layer on the way mixes all places, or does not say what it does to them.

    Raises:
        InputError: If there is no such layer, the network's inputs are no images, or a layer cannot take what the ones
            before it put out.

    Example:
        >>> from thalweg.layers.convolution import Convolution
        >>> from thalweg.layers.max_pooling import MaxPooling
        >>> network = Sequential((Convolution(8, padding="same"), MaxPooling(), Convolution(8)))
        >>> patch_seen(network, (8, 8, 3), "max_pooling_1", (0, 3))
        Patch(top=-1, left=5, bottom=3, right=9)
        >>> patch_seen(network, (8, 8, 3), "convolution_2", (0, 1))
        Patch(top=-1, left=1, bottom=7, right=9)

    Source: Zeiler and Fergus, "Visualizing and understanding convolutional networks", 2014, section 4; Araujo, Norris
    and Sim, "Computing receptive fields of convolutional neural networks", 2019.
    """
    if len(input_shape) != IMAGE_AXES:
        raise InputError(f"a patch is one of an image (height, width, channels); got input_shape={input_shape}.")
    names = network.names()
    choose(layer, names, what="layer")
    ends = tuple((k, k) for k in place) or None
    ends = _back(network.layers[: names.index(layer) + 1], input_shape, ends)
    (top, bottom), (left, right) = ends or tuple((0, n - 1) for n in input_shape[:2])
    return Patch(top, left, bottom + 1, right + 1)


Ends = tuple[tuple[int, int], ...]  # the first and the last place, axis by axis


def _back(layers: tuple[Layer, ...], shape: Shape, ends: Ends | None) -> Ends | None:
    """Return what places behind layers see of their inputs; None for all of them."""
    before = [shape]
    for layer in layers:
        before.append(output_shape(layer, before[-1]))
    for layer, shape in zip(reversed(layers), reversed(before[:-1]), strict=True):
        ends = ends and _before(bare(layer), shape, ends)
    return ends


def _before(layer: Any, shape: Shape, ends: Ends) -> Ends | None:
    held = chains(layer)
    if held:
        ways = [_back(layers, shape, ends) for layers in held.values()]
        known = [way for way in ways if way]
        if len(known) < len(ways):
            return None
        return tuple((min(f for f, _ in axis), max(e for _, e in axis)) for axis in zip(*known, strict=True))
    if isinstance(layer, PaddedShortcut):
        return tuple((first * layer.stride, last * layer.stride) for first, last in ends)
    if isinstance(layer, TransposedConvolution):
        over = layer.spreading()
        return tuple(_spread(*axis) for axis in zip(ends, over.spans, over.strides, over.before, strict=True))
    if hasattr(layer, "windows"):
        over = layer.windows(shape)
        return tuple(
            (first * stride - low, last * stride - low + span - 1)
            for (first, last), span, stride, low in zip(ends, over.spans, over.strides, over.before, strict=True)
        )
    return ends if at_each_place(layer) and output_shape(layer, shape) == shape else None


def _spread(ends: tuple[int, int], span: int, stride: int, before: int) -> tuple[int, int]:
    """Return which places are spread over some; where these lie in a gap, the places beside it stand in for none."""
    first, last = -(-(ends[0] + before - span + 1) // stride), (ends[1] + before) // stride
    return min(first, last), max(first, last)
