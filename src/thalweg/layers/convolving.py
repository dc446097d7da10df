"""Convolutions and their gradients: the one place that knows how each machine computes them best."""

import functools
import math
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from thalweg.layers.kernel_gradients import Window, channels_last, fastest_way, kernel_gradient, seen_places
from thalweg.platform import backend
from thalweg.types import Array, Shape

_FEW = 2**23  # numbers of 64 bits, 64 MB, that windows may hold together to be laid side by side


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
    return _laid(*rounded, window, jnp.result_type(x), on_cpu), rounded


def _backward(
    window: Window, rounding: Any, on_cpu: bool, rounded: tuple[jax.Array, jax.Array], gradient: Array
) -> tuple[jax.Array, jax.Array]:
    (x, w), dy = rounded, _rounded(gradient, rounding, on_cpu)
    of_x = _of_inputs(x.shape, w, dy, window, gradient.dtype, on_cpu)
    return of_x, _of_weights(x, dy, window, w.shape, gradient.dtype, on_cpu)


_convolved.defvjp(_forward, _backward)


def spread(x: Array, w: Array, window: Window, places: Shape, *, rounding: Any = None) -> jax.Array:
    """Return the transpose of a convolution: each entry, times the kernel, added up where the kernel lies.

        y[p stride + k dilation - padding, i] = sum_(k, o) x[p, o] w[k, i, o]

    This is the gradient of `convolved` with respect to its input, and its own gradients are what `convolved` computes.

    Args:
        x: Entries (n, ..., filters), those that the convolution would put out; floats.
        w: The convolution's kernel (..., channels / groups, filters), of the type of `x`.
        window: For as many axes as there are places.
        places: Of the result, such that the convolution would make those of `x` of them.
        rounding: As of `convolved`.

    Returns:
        (n, ..., channels), with these places, in the type of `x`.

    Example:
        >>> window = Window((2,), ((0, 0),), (1,))
        >>> spread(jnp.array([[[1.0], [2.0]]]), jnp.ones((3, 1, 1)), window, (5,))[0, :, 0].tolist()
        [1.0, 1.0, 3.0, 2.0, 2.0]

    Source: Dumoulin and Visin, "A guide to convolution arithmetic for deep learning", 2016, section 4.
    """
    shape = (len(x), *places, w.shape[-2] * window.groups)
    return _spread(x, w, window, shape, rounding, backend() == "cpu")


@functools.partial(jax.custom_vjp, nondiff_argnums=(2, 3, 4, 5))
def _spread(x: Array, w: Array, window: Window, shape: Shape, rounding: Any, on_cpu: bool) -> jax.Array:
    return _spread_forward(x, w, window, shape, rounding, on_cpu)[0]


def _spread_forward(
    x: Array, w: Array, window: Window, shape: Shape, rounding: Any, on_cpu: bool
) -> tuple[jax.Array, tuple[jax.Array, jax.Array]]:
    rounded = _rounded(x, rounding, on_cpu), _rounded(w, rounding, on_cpu)
    return _of_inputs(shape, rounded[1], rounded[0], window, jnp.result_type(x), on_cpu), rounded


def _spread_backward(
    window: Window, shape: Shape, rounding: Any, on_cpu: bool, rounded: tuple[jax.Array, jax.Array], gradient: Array
) -> tuple[jax.Array, jax.Array]:
    (x, w), dy = rounded, _rounded(gradient, rounding, on_cpu)
    of_x = _laid(dy, w, window, gradient.dtype, on_cpu)
    return of_x, _of_weights(dy, x, window, w.shape, gradient.dtype, on_cpu)


_spread.defvjp(_spread_forward, _spread_backward)


def _rounded(entries: Array, rounding: Any, on_cpu: bool) -> jax.Array:
    values = jnp.asarray(entries)
    if rounding is None:
        return values
    if on_cpu:  # which has no convolution of narrow entries: the same numbers, in the type that they are summed in
        kept = jnp.finfo(rounding)
        return lax.reduce_precision(values, exponent_bits=kept.nexp, mantissa_bits=kept.nmant)
    return values.astype(rounding)


def _laid(x: jax.Array, w: jax.Array, window: Window, dtype: Any, on_cpu: bool) -> jax.Array:
    if on_cpu and _is_depthwise(w, window):
        return _depthwise(x, w, window)
    if on_cpu and jnp.result_type(x) == jnp.float64 and window.groups == 1 and _patch_numbers(x, w, window) < _FEW:
        return _by_patches(x, w, window, dtype)
    return lax.conv_general_dilated(
        x, w, window.strides, window.padding,
        rhs_dilation=window.dilation, feature_group_count=window.groups,
        dimension_numbers=channels_last(len(window.strides)), preferred_element_type=dtype,
    )  # fmt: skip


def _of_inputs(shape: Shape, w: jax.Array, dy: jax.Array, window: Window, dtype: Any, on_cpu: bool) -> jax.Array:
    if on_cpu and _is_depthwise(w, window):
        laid = functools.partial(_depthwise, w=w, window=window)
        return jax.linear_transpose(laid, jax.ShapeDtypeStruct(shape, dtype))(dy)[0]
    return _of_inputs_by_convolution(shape, w, dy, window, dtype)


def _of_weights(x: jax.Array, dy: jax.Array, window: Window, shape: Shape, dtype: Any, on_cpu: bool) -> jax.Array:
    w = jax.ShapeDtypeStruct(shape, dtype)
    if on_cpu and _is_depthwise(w, window):
        return jax.linear_transpose(lambda w: _depthwise(x, w, window), w)(dy)[0]
    return kernel_gradient(x, dy, window, shape[:-2], dtype, fastest_way(shape, window, on_cpu))


def _of_inputs_by_convolution(shape: Shape, w: jax.Array, dy: jax.Array, window: Window, dtype: Any) -> jax.Array:
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


def _patch_numbers(x: jax.Array, w: jax.Array, window: Window) -> int:
    return x[..., 0].size // math.prod(window.strides) * w[..., 0].size


def _by_patches(x: jax.Array, w: jax.Array, window: Window, dtype: Any) -> jax.Array:
    """Return a convolution as one product of what the windows see: CPUs have a fast one of 32 bits alone built in.

    For 16 images of 16 x 16 and 3 x 3 x 32 x 64 numbers of 64 bits the one takes 2 ms, the other 48.
    """
    seen = jnp.concatenate([entries for _, entries in seen_places(x, w.shape[:-2], window)], axis=-1)
    return jnp.matmul(seen, w.reshape(-1, w.shape[-1]), preferred_element_type=dtype)


def _is_depthwise(w: Any, window: Window) -> bool:
    return window.groups == w.shape[-1] > 1 == w.shape[-2]


def _depthwise(x: jax.Array, w: jax.Array, window: Window) -> jax.Array:
    """Return what a convolution gives whose filters see a channel each: CPUs have it built in, but slower."""
    places = seen_places(x, w.shape[:-2], window)
    terms = [seen * w[(*place, 0)].reshape((1,) * (x.ndim - 1) + (-1,)) for place, seen in places]
    return sum(terms[1:], start=terms[0])
