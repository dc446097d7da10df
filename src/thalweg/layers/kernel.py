"""What the convolutions of images and of sequences share: kernels, their windows and their parameters."""

import math
from typing import Any

import jax.numpy as jnp

from thalweg.errors import InputError
from thalweg.layers.convolving import Window, convolved
from thalweg.layers.over_rows import repeated
from thalweg.layers.windows import Windows, each_axis, left_over, zeros_around
from thalweg.types import Array, Context, Params, Shape


def check_kernel(layer: Any, *, axes: int, lost: str = "or some would see nothing else") -> None:
    """Check the sizes of a convolution.

    Args:
        layer: The convolution.
        axes: How many a window has.
        lost: What becomes of windows that reach over no more than the padding.

    Raises:
        InputError: If a number is below the least allowed, `groups` does not divide `filters`, or the padding is so
            wide that a window would see nothing else.
    """
    name = type(layer).__name__
    for field in ("filters", "groups"):
        if getattr(layer, field) < 1:
            raise InputError(f"{name}.{field} must be at least 1; got {getattr(layer, field)}.")
    for field in ("kernel", "stride", "dilation"):
        each_axis(f"{name}.{field}", getattr(layer, field), axes)
    if not isinstance(layer.padding, str):
        padding = each_axis(f"{name}.padding", layer.padding, axes, least=0)
        _, spans = window_of(layer, axes)
        if any(p >= span for p, span in zip(padding, spans, strict=True)):
            reach = " x ".join(map(str, spans))
            raise InputError(
                f"{name}.padding must be less than the places that a window reaches over, {reach}, {lost}; "
                f"got {layer.padding}."
            )
    if layer.filters % layer.groups:
        raise InputError(f"{name}.filters must be a multiple of groups={layer.groups}; got {layer.filters}.")


def window_of(layer: Any, axes: int) -> tuple[Window, tuple[int, ...]]:
    """Return how a convolution lays its kernel.

    Args:
        layer: The convolution.
        axes: How many a window has.

    Returns:
        The window, and how many places it reaches over along each axis.
    """
    kernel, stride, dilation = (each_axis("", size, axes) for size in (layer.kernel, layer.stride, layer.dilation))
    spans = tuple((f - 1) * d + 1 for f, d in zip(kernel, dilation, strict=True))
    return Window(stride, zeros_around(layer.padding, spans), dilation, layer.groups), spans


def fitted(layer: Any, shape: Shape) -> tuple[Window, Windows]:
    """Return how a convolution lays its kernel over inputs of a shape.

    Args:
        layer: The convolution.
        shape: (..., channels) of one example.

    Returns:
        The window, and what all of them reach.

    Raises:
        InputError: If the windows do not fit.
    """
    *places, _ = shape
    window, spans = window_of(layer, len(places))
    name = type(layer).__name__
    over = left_over(name, tuple(places), spans, window.strides, window.padding, fit=layer.fit)
    return window, Windows(spans, window.strides, over, tuple(before for before, _ in window.padding))


def drawn_kernel(layer: Any, key: Any, shape: Shape, *, overlap: float = 1.0) -> Params:
    """Draw the parameters of a convolution.

    Args:
        layer: The convolution.
        key: Random key.
        shape: (..., channels) of one example.
        overlap: The share of a kernel's weights that add up to one output.

    Returns:
        {"w": kernel, "b": biases}, without the second where there is no shift.

    Raises:
        InputError: If the channels are no multiple of the groups.
    """
    *places, channels = shape
    if channels < 1 or channels % layer.groups:
        raise InputError(
            f"{type(layer).__name__} needs channels that are a multiple of groups={layer.groups}; got {channels} "
            f"(input_shape={shape})."
        )
    sizes = each_axis("", layer.kernel, len(places))
    seen, fed = channels // layer.groups, layer.filters // layer.groups
    area = math.prod(sizes)
    fan_in = max(round(area * seen * overlap), 1)
    w = layer.weights(key, (*sizes, seen, layer.filters), fan_in=fan_in, fan_out=area * fed)
    if not layer.shift:
        return {"w": w}
    return {"w": w, "b": jnp.full(layer.filters, jnp.asarray(layer.bias, w.dtype))}


def applied(layer: Any, params: Params, x: Array, context: Context) -> Array:
    """Return the outputs of a convolution.

    Args:
        layer: The convolution.
        params: Its kernel and biases.
        x: Examples (n, ..., channels).
        context: Its rounding is that of the products.

    Returns:
        The outputs (n, ..., filters).

    Raises:
        InputError: If `x` has other axes or channels than `init` was told of, or the windows do not fit.
    """
    x, w = check_channels(layer, params, x)
    window, _ = fitted(layer, x.shape[1:])
    return shifted(layer, params, convolved(x, w, window, rounding=context.rounding))


def check_channels(layer: Any, params: Params, x: Array) -> tuple[Array, Array]:
    """Return the examples and the kernel that meets them.

    Args:
        layer: The convolution.
        params: Its kernel and biases.
        x: Examples (n, ..., channels).

    Returns:
        (x, w).

    Raises:
        InputError: If `x` has other axes or channels than `init` was told of.
    """
    x, w = jnp.asarray(x), params["w"]
    wanted = w.shape[-2] * layer.groups
    if x.ndim != w.ndim or x.shape[-1] != wanted:
        raise InputError(
            f"{type(layer).__name__} was initialised for {wanted} channels and {w.ndim - 2} axes of places; got an "
            f"input of shape {x.shape}. Call init with input_shape={x.shape[1:]}."
        )
    return x, w


def shifted(layer: Any, params: Params, y: Array) -> Array:
    """Return sums with the biases added, where a convolution has some.

    Args:
        layer: The convolution.
        params: Its kernel and biases.
        y: Sums (n, ..., filters).

    Returns:
        The outputs.
    """
    if not layer.shift:
        return y
    shift = jnp.asarray(repeated(params["b"], math.prod(y.shape[:-1])))
    return y + shift.reshape(y.shape)
