"""Wide residual networks."""

from thalweg.errors import InputError
from thalweg.layers.batch_norm import BatchNorm
from thalweg.layers.dense import Dense
from thalweg.layers.global_average_pooling import GlobalAveragePooling
from thalweg.network.presets.blocks import rectifier, unshifted
from thalweg.network.residual import Residual
from thalweg.network.sequential import Sequential
from thalweg.types import Layer


def wide_resnet(outputs: int, *, depth: int = 16, width: int = 4) -> Sequential:
    """Return a residual network of few, wide blocks for images of about 32 x 32.

    depth = 6n + 4: a convolution, three groups of n blocks, 16, 32 and 64 times `width` filters wide. Each block
    normalises and bends before its convolutions. Where the shape changes, norm and ReLU come before the block, so that
    the shortcut's convolution of 1 x 1 sees what the branch sees.

    Args:
        outputs: Numbers an example that come out; at least 1.
        depth: 10, 16, 22, 28, ...
        width: At least 1.

    Returns:
        The network.

    Raises:
        InputError: If `depth` is none of these, or another number below 1.

    Example:
        >>> sum("residual" in name for name in wide_resnet(10).names())
        6

    Source: Zagoruyko and Komodakis, "Wide residual networks", 2016, table 1.
    """
    if depth < 10 or depth % 6 != 4:
        raise InputError(f"wide_resnet needs a depth of 10, 16, 22, ... (6n + 4); got {depth}.")
    layers: list[Layer] = [unshifted(16)]
    before = 16
    for group in range(3):
        filters = 16 * width * 2**group
        for block in range((depth - 4) // 6):
            stride = 2 if group > 0 and block == 0 else 1
            branch = (unshifted(filters, stride=stride), BatchNorm(), *rectifier(), unshifted(filters))
            if before == filters:
                layers.append(Residual((BatchNorm(), *rectifier(), *branch)))
            else:
                layers += [BatchNorm(), *rectifier(), Residual(branch, (unshifted(filters, 1, stride=stride),))]
            before = filters
    return Sequential((*layers, BatchNorm(), *rectifier(), GlobalAveragePooling(), Dense(outputs)))
