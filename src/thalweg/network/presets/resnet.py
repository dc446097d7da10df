"""Residual networks, for small images and for larger ones."""

from thalweg.errors import InputError
from thalweg.layers.dense import Dense
from thalweg.layers.global_average_pooling import GlobalAveragePooling
from thalweg.layers.max_pooling import MaxPooling
from thalweg.layers.padded_shortcut import PaddedShortcut
from thalweg.network.presets.blocks import normed, rectifier
from thalweg.network.residual import Residual
from thalweg.network.sequential import Sequential
from thalweg.types import Layer

_LARGE = {18: ((2, 2, 2, 2), False), 50: ((3, 4, 6, 3), True), 152: ((3, 8, 36, 3), True)}  # blocks, bottlenecks


def small_resnet(outputs: int, *, depth: int = 20, width: int = 16, shortcuts: bool = True) -> Sequential:
    """Return a residual network for images of about 32 x 32.

    depth = 6n + 2: a convolution, three groups of n blocks of two convolutions, of `width`, 2 `width` and 4 `width`
    filters, and a dense layer. The first block of the second group and that of the third halve the image. Shortcuts
    learn nothing. For ten classes of colour images depths of 20, 32 and 56 have 269,722, 464,154 and 853,018
    parameters, at the paper's width of 16.

    Args:
        outputs: Numbers an example that come out; at least 1.
        depth: Layers with weights on the longest way: 8, 14, 20, ...
        width: Filters of the first group; at least 1.
        shortcuts: Without them it is the plain network that the paper compares with, of equal parameters.

    Returns:
        The network.

    Raises:
        InputError: If `depth` is none of these, or `outputs` or `width` below 1.

    Example:
        >>> sum("residual" in name for name in small_resnet(10).names())
        9

    Source: He et al., "Deep residual learning for image recognition", 2016, section 4.2.
    """
    if depth < 8 or depth % 6 != 2:
        raise InputError(f"small_resnet needs a depth of 8, 14, 20, ... (6n + 2); got {depth}.")
    if width < 1:
        raise InputError(f"small_resnet needs a width of at least 1; got {width}.")
    layers = [*normed(width)]
    before = width
    for filters in (width, 2 * width, 4 * width):
        for block in range(depth // 6):
            stride = 2 if filters > width and block == 0 else 1
            branch = (*normed(filters, stride=stride), *normed(filters, bend=False))
            around = () if filters == before else (PaddedShortcut(filters, stride),)
            layers += [*([Residual(branch, around)] if shortcuts else branch), *rectifier()]
            before = filters
    return Sequential((*layers, GlobalAveragePooling(), Dense(outputs)))


def large_resnet(outputs: int, *, depth: int = 18) -> Sequential:
    """Return a residual network for images of about 224 x 224.

    A convolution of 7 x 7 and a pooling make a quarter of the image's sides; four groups of blocks follow, each of the
    later three halving it. Blocks have two convolutions of 3 x 3, in depths from 50 on a bottleneck: 1 x 1, 3 x 3, and
    1 x 1 to four times the filters. Where the shape changes the shortcut is a convolution of 1 x 1. For 1000 classes of
    colour images depths of 18, 50 and 152 have 11,689,512, 25,557,032 and 60,192,808 parameters.

    The stride of a bottleneck is that of its 3 x 3 convolution; the paper has it in the first 1 x 1, which looks at a
    quarter of the places only.

    Args:
        outputs: Numbers an example that come out; at least 1.
        depth: 18, 50 or 152.

    Returns:
        The network.

    Raises:
        InputError: If `depth` is none of these, or `outputs` below 1.

    Example:
        >>> sum("residual" in name for name in large_resnet(1000, depth=50).names())
        16

    Source: He et al., "Deep residual learning for image recognition", 2016, table 1.
    """
    if depth not in _LARGE:
        raise InputError(f"large_resnet needs a depth of {', '.join(map(str, _LARGE))}; got {depth}.")
    blocks, bottlenecks = _LARGE[depth]
    layers = [*normed(64, 7, stride=2), MaxPooling(3, 2, padding=1, fit="floor")]
    before = 64
    for group, count in enumerate(blocks):
        filters = 64 * 2**group
        wide = 4 * filters if bottlenecks else filters
        for block in range(count):
            stride = 2 if group > 0 and block == 0 else 1
            branch = _bottleneck(filters, stride) if bottlenecks else _two(filters, stride)
            around = () if before == wide else normed(wide, 1, stride=stride, bend=False)
            layers += [Residual(branch, around), *rectifier()]
            before = wide
    return Sequential((*layers, GlobalAveragePooling(), Dense(outputs)))


def _two(filters: int, stride: int) -> tuple[Layer, ...]:
    return (*normed(filters, stride=stride), *normed(filters, bend=False))


def _bottleneck(filters: int, stride: int) -> tuple[Layer, ...]:
    return (*normed(filters, 1), *normed(filters, stride=stride), *normed(4 * filters, 1, bend=False))
