"""What of the input each layer's outputs hang on, and what windows leave out: counted on shapes."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from thalweg.layers.custom_layer import CustomLayer
from thalweg.layers.embedding import Embedding
from thalweg.layers.padded_shortcut import PaddedShortcut
from thalweg.layers.reshape import Reshape
from thalweg.layers.transposed_convolution import TransposedConvolution
from thalweg.network.axis_seen import AxisSeen, spread, under
from thalweg.network.chain import chains, every, layer_names
from thalweg.network.in_place import at_each_place
from thalweg.network.named import bare
from thalweg.network.sequential import Sequential, output_shape
from thalweg.types import Layer, Shape
from thalweg.wording import counted

_UNKNOWN = (CustomLayer, Embedding)


class _Seen(NamedTuple):
    """What of the input one output sees."""

    field: tuple[AxisSeen, ...] | None
    known: bool  # whether all layers so far say what they do to places
    mixed: bool  # whether one has mixed them all
    single: bool  # whether each output is one of a row of inputs still, which had no places


def receptive_fields(network: Sequential, input_shape: Shape) -> tuple[str, ...]:
    """Return how large a part of the input each layer's outputs see.

        field <- field + (F - 1) apart,    apart <- apart S,    from field = apart = 1

    for windows of F places, S apart. Two convolutions of 3 x 3 see 5 x 5 together, and three see 7 x 7. Outputs near an
    edge see padding in place of a part of it. Behind a transposed convolution of F places, S apart, outputs see at most
    field + (ceil(F / S) - 1) apart, and lie S times closer together. The statistics of a normalisation are not counted.

    Args:
        network: Its layers are looked at in their order.
        input_shape: Shape of one preprocessed example.

    Returns:
        A text a layer: such as "5 x 5" for images or "5" for sequences; "all" behind a layer that mixes all places; "-"
        where there are no places, or a layer does not say. () if no layer has windows.

    Raises:
        InputError: If a layer cannot take what the ones before it put out.

    Example:
        >>> from thalweg.layers.convolution import Convolution
        >>> receptive_fields(Sequential((Convolution(8), Convolution(8), Convolution(8))), (32, 32, 3))
        ('3 x 3', '5 x 5', '7 x 7')

    Source: CS231n notes, "Convolutional Networks", "Layer Patterns"; Araujo, Norris and Sim, "Computing receptive
    fields of convolutional neural networks", 2019.
    """
    if not any(hasattr(layer, "windows") or hasattr(layer, "spreading") for layer in every(network.layers)):
        return ()
    begun = _Seen(_beginning(input_shape), True, False, len(input_shape) == 1)
    return tuple(map(_text, _through(network.layers, input_shape, begun)))


def _through(layers: tuple[Layer, ...], shape: Shape, seen: _Seen) -> list[_Seen]:
    """Return what the outputs of each layer see, of inputs that see so much already."""
    found = []
    for layer in layers:
        seen = _behind(bare(layer), shape, seen)
        shape = output_shape(layer, shape)
        found.append(seen)
    return found


def _behind(layer: Any, shape: Shape, seen: _Seen) -> _Seen:
    held = chains(layer)
    if held:
        return _widest([_through(layers, shape, seen)[-1] if layers else seen for layers in held.values()])
    if isinstance(layer, PaddedShortcut):
        field = seen.field and tuple(under(axis, 1, layer.stride) for axis in seen.field)
        return seen._replace(field=field, single=False)
    spreads = isinstance(layer, TransposedConvolution)
    if spreads or hasattr(layer, "windows"):
        windows, move = (layer.spreading(), spread) if spreads else (layer.windows(shape), under)
        field = seen.field and tuple(map(move, seen.field, windows.spans, windows.strides))
        return seen._replace(field=field, single=False)
    if isinstance(layer, Reshape):  # of a row of inputs it makes the first places there are
        return seen._replace(field=_beginning(output_shape(layer, shape)) if seen.single else None)
    if isinstance(layer, _UNKNOWN):
        return seen._replace(field=None, known=False, single=False)
    if at_each_place(layer):
        return seen
    return seen._replace(field=None, mixed=seen.mixed or seen.known, single=False)


def _widest(ways: list[_Seen]) -> _Seen:
    """Return what a sum sees of what its terms see; their outputs lie equally far apart."""
    fields = [way.field for way in ways if way.field]
    field = None
    if len(fields) == len(ways):
        field = tuple(max(axes, key=lambda axis: axis.places) for axes in zip(*fields, strict=True))
    known, single = all(way.known for way in ways), all(way.single for way in ways)
    return _Seen(field, known, any(way.mixed for way in ways), single)


def _text(seen: _Seen) -> str:
    return "all" if seen.mixed else " x ".join(str(axis.places) for axis in seen.field) if seen.field else "-"


def left_out(network: Sequential, input_shape: Shape) -> tuple[str, ...]:
    """Name the layers whose windows do not reach the end of their inputs, as `fit="floor"` allows.

    Args:
        network: Its layers are looked at in their order.
        input_shape: Shape of one preprocessed example.

    Returns:
        A sentence each; () where all is seen.

    Raises:
        InputError: If a layer cannot take what the ones before it put out.

    Example:
        >>> from thalweg.layers.max_pooling import MaxPooling
        >>> left_out(Sequential((MaxPooling(fit="floor"),)), (5, 4, 1))
        ('max_pooling_1 leaves out the last row of its padded input (fit = "floor").',)
    """
    return tuple(_left_out(network.layers, "", input_shape))


def _left_out(layers: tuple[Layer, ...], before: str, shape: Shape) -> Iterator[str]:
    for name, layer in zip(layer_names(layers), map(bare, layers), strict=True):
        if hasattr(layer, "windows"):
            over = layer.windows(shape).left_out
            words = [_last(n, *word) for n, word in zip(over, _WORDS[len(over)], strict=True) if n]
            if words:
                yield f'{before}{name} leaves out the last {" and ".join(words)} of its padded input (fit = "floor").'
        for field, held in chains(layer).items():
            yield from _left_out(held, f"{before}{name}/{field}/", shape)
        shape = output_shape(layer, shape)


_WORDS = {1: (("step", "steps"),), 2: (("row", "rows"), ("column", "columns"))}


def _last(number: int, one: str, many: str) -> str:
    return one if number == 1 else counted(number, one, many)


def _beginning(shape: Shape) -> Any:
    return (AxisSeen(),) * (len(shape) - 1) or None
