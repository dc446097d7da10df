"""Networks by the names that a user may ask for."""

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import NamedTuple

from thalweg.errors import InputError, choose
from thalweg.network.presets.alexnet import alexnet
from thalweg.network.presets.all_convolutional import all_convolutional
from thalweg.network.presets.convolutional import small_convolutional
from thalweg.network.presets.dense import dense_network
from thalweg.network.presets.lenet import lenet5
from thalweg.network.presets.resnet import large_resnet, small_resnet
from thalweg.network.presets.vgg import small_vgg, vgg16
from thalweg.network.presets.wide_resnet import wide_resnet
from thalweg.network.sequential import Sequential
from thalweg.types import Shape

_READ = 32  # pixels of the longer side that images in files are read at, where nothing else is asked for


class Preset(NamedTuple):
    """A network by name."""

    build: Callable[[Shape, int], Sequential]  # of the shape of one example, and of how many outputs it needs
    least: int = 0  # pixels that the smaller side of an image needs; 0 where inputs need be no images


def _any(network: Callable[[int], Sequential]) -> Callable[[Shape, int], Sequential]:
    """Return the builder of a network whose layers take what comes."""
    return lambda input_shape, outputs: network(outputs)


PRESETS: Mapping[str, Preset] = MappingProxyType(
    {
        "linear": Preset(_any(partial(dense_network, hidden=()))),
        "two_layer": Preset(_any(partial(dense_network, hidden=(128,)))),
        "three_layer": Preset(_any(partial(dense_network, hidden=(128, 128)))),
        "lenet5": Preset(lenet5, 12),
        "small_convolutional": Preset(_any(small_convolutional), 8),
        "all_convolutional": Preset(_any(all_convolutional), 1),
        "small_vgg": Preset(_any(small_vgg), 8),
        "resnet20": Preset(_any(partial(small_resnet, depth=20)), 1),
        "resnet32": Preset(_any(partial(small_resnet, depth=32)), 1),
        "resnet44": Preset(_any(partial(small_resnet, depth=44)), 1),
        "resnet56": Preset(_any(partial(small_resnet, depth=56)), 1),
        "wide_resnet16": Preset(_any(wide_resnet), 1),
        "alexnet": Preset(_any(alexnet), 63),
        "alexnet_one_group": Preset(_any(partial(alexnet, groups=1)), 63),
        "vgg16": Preset(_any(vgg16), 32),
        "resnet18": Preset(_any(partial(large_resnet, depth=18)), 1),
        "resnet50": Preset(_any(partial(large_resnet, depth=50)), 1),
        "resnet152": Preset(_any(partial(large_resnet, depth=152)), 1),
    }
)


def preset(name: str, input_shape: Shape, outputs: int) -> Sequential:
    """Return the network of that name for the data.

    Args:
        name: Of `PRESETS`.
        input_shape: Shape of one example: (height, width, channels) of images, () where nobody knows it yet.
        outputs: Numbers an example that come out; at least 1.

    Returns:
        The network.

    Raises:
        InputError: If there is no such network, it is for images and the inputs are none, or they are too small for it.

    Example:
        >>> preset("two_layer", (64,), 10).names()
        ('dense_1', 'activation_1', 'dense_2')
    """
    build, least = PRESETS[choose(name, PRESETS, what="network")]
    if least and len(input_shape) != 3:
        raise InputError(
            f"{name} is for images (height, width, channels); got inputs of shape {input_shape or '(columns,)'}. Use "
            f"{', '.join(other for other, one in PRESETS.items() if not one.least)}, or put the layers together, a "
            "reshape first."
        )
    if least and min(input_shape[:2]) < least:
        high, wide = input_shape[:2]
        smaller = ", ".join(other for other, one in PRESETS.items() if 0 < one.least <= min(high, wide))
        read = f" Images in files are read at {_READ} pixels a side or less; --image-size makes it more."
        raise InputError(
            f"{name} needs images of at least {least} x {least} pixels; got {high} x {wide}. Use {smaller}."
            f"{read if least >= _READ else ''}"
        )
    return build(input_shape, outputs)
