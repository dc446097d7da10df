"""What of the input each layer's outputs hang on, and what windows leave out: counted on shapes."""

from typing import Any

from thalweg.layers.activation import Activation
from thalweg.layers.custom_layer import CustomLayer
from thalweg.layers.embedding import Embedding
from thalweg.layers.group_norm import GroupNorm
from thalweg.layers.layer_norm import LayerNorm
from thalweg.layers.prelu import PReLU
from thalweg.layers.reshape import Reshape
from thalweg.network.in_place import in_place
from thalweg.network.named import bare
from thalweg.network.sequential import Sequential, output_shape
from thalweg.types import Shape
from thalweg.wording import counted

_AT_EACH_PLACE = (Activation, PReLU, LayerNorm, GroupNorm)  # beside those that leave every input where it is
_UNKNOWN = (CustomLayer, Embedding)
_Field = tuple[tuple[int, int], ...] | None  # of each axis: places seen, and places from one output's to the next


def receptive_fields(network: Sequential, input_shape: Shape) -> tuple[str, ...]:
    """Return how large a part of the input each layer's outputs see.

        field <- field + (F - 1) apart,    apart <- apart S,    from field = apart = 1

    for windows of F places, S apart. Two convolutions of 3 x 3 see 5 x 5 together, and three see 7 x 7. Outputs near an
    edge see padding in place of a part of it. The statistics of a normalisation are not counted.

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
    layers = [bare(layer) for layer in network.layers]
    if not any(hasattr(layer, "windows") for layer in layers):
        return ()
    shape, field, texts = input_shape, _beginning(input_shape), []
    known, mixed = True, False
    for layer in layers:
        after = output_shape(layer, shape)
        if hasattr(layer, "windows"):
            windows = layer.windows(shape)
            field = field and tuple(
                (seen + (span - 1) * apart, apart * stride)
                for (seen, apart), span, stride in zip(field, windows.spans, windows.strides, strict=True)
            )
        elif isinstance(layer, Reshape):
            field = _beginning(after) if layer is layers[0] and len(shape) == 1 else None
        elif isinstance(layer, _UNKNOWN):
            field, known = None, False
        elif not (in_place(layer) or isinstance(layer, _AT_EACH_PLACE)):
            field, mixed = None, mixed or known
        texts.append("all" if mixed else " x ".join(str(seen) for seen, _ in field) if field else "-")
        shape = after
    return tuple(texts)


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
    found, shape = [], input_shape
    for name, layer in zip(network.names(), map(bare, network.layers), strict=True):
        if hasattr(layer, "windows"):
            over = layer.windows(shape).left_out
            words = [_last(n, *word) for n, word in zip(over, _WORDS[len(over)], strict=True) if n]
            if words:
                found.append(f'{name} leaves out the last {" and ".join(words)} of its padded input (fit = "floor").')
        shape = output_shape(layer, shape)
    return tuple(found)


_WORDS = {1: (("step", "steps"),), 2: (("row", "rows"), ("column", "columns"))}


def _last(number: int, one: str, many: str) -> str:
    return one if number == 1 else counted(number, one, many)


def _beginning(shape: Shape) -> Any:
    return ((1, 1),) * (len(shape) - 1) or None
