"""Convolutions and their gradients: the one place that knows how each machine computes them best."""

import functools
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from thalweg.layers.kernel_gradients import Window, channels_last, fastest_way, kernel_gradient, seen_places
from thalweg.platform import backend
from thalweg.types import Array, Shape


def convolved(x: Array, w: Array, window: Window, *, rounding: Any = None) -> jax.Array:
    """Return the sums of products of a kernel with each place of an input.

        y[p, o] = sum_(k, i) x[p stride + k dilation - padding, i] w[k, i, o]

    The gradients are convolutions as well, taken in reverse mode alone; `kernel_gradients.py` says in which way that of
    w. Where each filter sees one channel, CPUs go place by place through all of it.

    Args:
        x: Inputs (n, ..., channels); floats.
        w: Kernel (..., channels / groups, filters), of the type of `x`; the filters of a group see its channels.
        window: For as many axes as there are places.
        rounding: A narrower float type that entries are rounded to before they are multiplied; sums are in that of `x`.
            None for none.

    Returns:
        (n, ..., filters), in the type of `x`. A last stretch of the input too short for a stride is left out.

    Example:
        >>> window = Window((1, 1), ((0, 0), (0, 0)), (1, 1))
        >>> convolved(jnp.ones((2, 5, 5, 3)), jnp.ones((3, 3, 3, 4)), window)[0, 0, 0].tolist()
        [27.0, 27.0, 27.0, 27.0]

    Source: Dumoulin and Visin, "A guide to convolution arithmetic for deep learning", 2016.
    """
    return _convolved(x, w, window, rounding, backend() == "cpu")


@functools.partial(jax.custom_vjp, nondiff_argnums=(2, 3, 4))
def _convolved(x: Array, w: Array, window: Window, rounding: Any, on_cpu: bool) -> jax.Array:
    return _forward(x, w, window, rounding, on_cpu)[0]


def _forward(
    x: Array, w: Array, window: Window, rounding: Any, on_cpu: bool
) -> tuple[jax.Array, tuple[jax.Array, jax.Array]]:
    rounded = _rounded(x, rounding, on_cpu), _rounded(w, rounding, on_cpu)
    if on_cpu and _is_depthwise(w, window):
        return _depthwise(*rounded, window), rounded
    y = lax.conv_general_dilated(
        *rounded, window.strides, window.padding,
        rhs_dilation=window.dilation, feature_group_count=window.groups,
        dimension_numbers=channels_last(len(window.strides)), preferred_element_type=jnp.result_type(x),
    )  # fmt: skip
    return y, rounded


def _backward(
    window: Window, rounding: Any, on_cpu: bool, rounded: tuple[jax.Array, jax.Array], gradient: Array
) -> tuple[jax.Array, jax.Array]:
    (x, w), dy = rounded, _rounded(gradient, rounding, on_cpu)
    if on_cpu and _is_depthwise(w, window):
        return jax.vjp(functools.partial(_depthwise, window=window), x, w)[1](dy)
    way = fastest_way(w.shape, window, on_cpu)
    of_weights = kernel_gradient(x, dy, window, w.shape[:-2], gradient.dtype, way)
    return _of_inputs(x.shape, w, dy, window, gradient.dtype), of_weights


_convolved.defvjp(_forward, _backward)


def _rounded(entries: Array, rounding: Any, on_cpu: bool) -> jax.Array:
    values = jnp.asarray(entries)
    if rounding is None:
        return values
    if on_cpu:  # which has no convolution of narrow entries: the same numbers, in the type that they are summed in
        kept = jnp.finfo(rounding)
        return lax.reduce_precision(values, exponent_bits=kept.nexp, mantissa_bits=kept.nmant)
    return values.astype(rounding)


def _of_inputs(shape: Shape, w: jax.Array, dy: jax.Array, window: Window, dtype: Any) -> jax.Array:
    """Return the gradient of the inputs: dy, spread out by the stride, under the kernel turned around."""
    axes, groups = len(window.strides), window.groups
    *sizes, channels, filters = w.shape
    turned = jnp.flip(w, range(axes)).reshape(*sizes, channels, groups, filters // groups)
    turned = jnp.swapaxes(turned, -1, -3).reshape(*sizes, filters // groups, groups * channels)
    padding = []
    for n, out, f, s, d, (low, _) in zip(
        shape[1:], dy.shape[1:], sizes, window.strides, window.dilation, window.padding, strict=False
    ):
        before = (f - 1) * d - low
        padding.append((before, n + (f - 1) * d - (out - 1) * s - 1 - before))
    return lax.conv_general_dilated(
        dy, turned, (1,) * axes, padding,
        lhs_dilation=window.strides, rhs_dilation=window.dilation, feature_group_count=groups,
        dimension_numbers=channels_last(axes), preferred_element_type=dtype,
    )  # fmt: skip


def _is_depthwise(w: Array, window: Window) -> bool:
    return window.groups == w.shape[-1] > 1 == w.shape[-2]


def _depthwise(x: jax.Array, w: jax.Array, window: Window) -> jax.Array:
    """Return what a convolution gives whose filters see a channel each: CPUs have it built in, but slower."""
    places = seen_places(x, w.shape[:-2], window)
    terms = [seen * w[(*place, 0)].reshape((1,) * (x.ndim - 1) + (-1,)) for place, seen in places]
    return sum(terms[1:], start=terms[0])
