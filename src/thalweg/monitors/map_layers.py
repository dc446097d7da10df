"""Which of a network's layers make maps of an image."""

from typing import Any, NamedTuple

from thalweg.layers.convolution import Convolution
from thalweg.layers.transposed_convolution import TransposedConvolution
from thalweg.network.chain import every
from thalweg.network.in_place import at_each_place
from thalweg.network.sequential import Sequential, output_shape
from thalweg.types import Shape


class MapLayer(NamedTuple):
    """A convolution, or a block of them, with the layers behind it that work on each place."""

    layer: str  # its name
    until: str  # name of the last of those layers, whose outputs are the maps; the layer itself where none follows
    shape: Shape  # (rows, columns, maps)


def map_layers(network: Sequential, input_shape: Shape) -> tuple[MapLayer, ...]:
    """Return the convolutional layers of a network on images, in order.

    A map is looked at behind the normalisation and the activation that follow, for that is what the next layer sees. A
    residual block that holds convolutions counts as one layer.

    Args:
        network: Its layers are looked at in their order.
        input_shape: Shape of one preprocessed example.

    Returns:
        The layers; () where there are none.

    Raises:
        InputError: If a layer cannot take what the ones before it put out.

    Example:
        >>> from thalweg.activations.relu import ReLU
        >>> from thalweg.layers.activation import Activation
        >>> from thalweg.layers.max_pooling import MaxPooling
        >>> map_layers(Sequential((Convolution(8), Activation(ReLU()), MaxPooling())), (6, 6, 3))
        (MapLayer(layer='convolution_1', until='activation_1', shape=(4, 4, 8)),)

    Source: CS231n notes, "Understanding and visualizing CNNs", "Layer activations".
    """
    found: list[MapLayer] = []
    shape, open_to_more = input_shape, False
    for name, layer in zip(network.names(), network.layers, strict=True):
        shape = output_shape(layer, shape)
        if _convolves(layer) and len(shape) == 3:
            found.append(MapLayer(name, name, shape))
            open_to_more = True
        elif open_to_more and at_each_place(layer) and shape == found[-1].shape:
            found[-1] = found[-1]._replace(until=name)
        else:
            open_to_more = False
    return tuple(found)


def _convolves(layer: Any) -> bool:
    return any(isinstance(inner, Convolution | TransposedConvolution) for inner in every((layer,)))
