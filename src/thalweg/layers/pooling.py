"""What the poolings of images share: their windows, cut out of an image without a loop."""

import itertools
from typing import Any

import jax.numpy as jnp

from thalweg.errors import InputError
from thalweg.layers.windows import IMAGE, Windows, each_axis, left_over, zeros_around
from thalweg.types import Array, Shape


def check_pooling(layer: Any) -> None:
    """Check the sizes of a pooling.

    Args:
        layer: The pooling.

    Raises:
        InputError: If a size is below 1, a padding below 0, or a padding so wide that a window would see nothing else.
    """
    name = type(layer).__name__
    window = each_axis(f"{name}.window", layer.window, len(IMAGE))
    if layer.stride is not None:
        each_axis(f"{name}.stride", layer.stride, len(IMAGE))
    if not isinstance(layer.padding, str):
        padding = each_axis(f"{name}.padding", layer.padding, len(IMAGE), least=0)
        if any(p >= w for p, w in zip(padding, window, strict=True)):
            raise InputError(f"{name}.padding must be less than window={layer.window}; got {layer.padding}.")


def pooled_windows(layer: Any, shape: Shape) -> Windows:
    """Return the windows of a pooling over an image.

    Args:
        layer: The pooling.
        shape: (height, width, channels) of one example.

    Returns:
        What they reach, how far they lie apart and what they leave out.

    Raises:
        InputError: If that is no image, or they do not fit.
    """
    name = type(layer).__name__
    if len(shape) != len(IMAGE) + 1:
        raise InputError(
            f"{name} needs images (height, width, channels); got input_shape={shape}. Put a Reshape before it."
        )
    spans = each_axis("", layer.window, len(IMAGE))
    strides = spans if layer.stride is None else each_axis("", layer.stride, len(IMAGE))
    padding = zeros_around(layer.padding, spans)
    over = left_over(name, shape[:-1], spans, strides, padding, fit=layer.fit)
    return Windows(spans, strides, over, tuple(before for before, _ in padding))


def windows_of(layer: Any, x: Array, *, fill: float) -> tuple[Array, tuple[int, ...]]:
    """Return the windows of a pooling over images.

    Args:
        layer: The pooling.
        x: Images (n, height, width, channels).
        fill: What padding holds.

    Returns:
        An array of the windows' entries and its axes that run inside a window. Without these it is (n, rows of windows,
        columns of windows, channels).

    Raises:
        InputError: If that is no image, or the windows do not fit.
    """
    x = jnp.asarray(x)
    (high, wide), (down, right), over, _ = pooled_windows(layer, x.shape[1:])
    padding = zeros_around(layer.padding, (high, wide))
    if any(map(any, padding)):
        x = jnp.pad(x, ((0, 0), *padding, (0, 0)), constant_values=fill)
    n, height, width, channels = x.shape
    x = x[:, : height - over[0], : width - over[1]]
    rows, columns = ((height - over[0] - high) // down + 1, (width - over[1] - wide) // right + 1)
    if (high, wide) == (down, right):  # side by side, they are there already: no entry is copied
        return x.reshape(n, rows, high, columns, wide, channels), (2, 4)
    places = itertools.product(range(high), range(wide))
    seen = [x[:, i : i + (rows - 1) * down + 1 : down, j : j + (columns - 1) * right + 1 : right] for i, j in places]
    return jnp.stack(seen), (0,)
