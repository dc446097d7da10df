"""What batch normalisation does in training, with a gradient of few passes over the examples."""

from typing import Any

import jax
import jax.numpy as jnp

from thalweg.layers.apart import apart
from thalweg.layers.over_rows import summed
from thalweg.types import Array


def standardized(x: Array, weight: Array, scale: Array, shift: Array, epsilon: Array) -> tuple[Array, Array, Array]:
    """Give each feature its weighted mean 0 and variance 1, then a scale and a shift.

        y = scale (x - mean) / sqrt(variance + epsilon) + shift
        mean = sum_i w_i x_i / sum_i w_i,    variance = sum_i w_i (x_i - mean)^2 / sum_i w_i

    The gradient, in reverse mode alone, takes two sums over the rows, where each step's own would take five.

    Args:
        x: (n, d); floats.
        weight: (n,), at least 0 and not all 0.
        scale: (d,).
        shift: (d,).
        epsilon: Above 0.

    Returns:
        y (n, d), mean (d,), variance (d,).

    Example:
        >>> x = jnp.array([[1.0], [3.0], [7.0]])
        >>> y, mean, variance = standardized(x, jnp.array([1.0, 1, 0]), jnp.ones(1), jnp.zeros(1), jnp.array(3.0))
        >>> y[:, 0].tolist(), mean.tolist(), variance.tolist()
        ([-0.5, 0.5, 2.5], [2.0], [1.0])

    Source: Ioffe and Szegedy, "Batch normalization: accelerating deep network training by reducing internal covariate
    shift", 2015, section 3.
    """
    return _standardized(x, weight, scale, shift, epsilon)


@jax.custom_vjp
def _standardized(x: Array, weight: Array, scale: Array, shift: Array, epsilon: Array) -> tuple[Array, Array, Array]:
    return _forward(x, weight, scale, shift, epsilon)[0]


def _forward(x: Array, weight: Array, scale: Array, shift: Array, epsilon: Array) -> tuple[Any, Any]:
    y, mean, variance, factor = apart(_values, x, weight, scale, shift, epsilon)
    return (y, mean, variance), (x, weight, mean, variance, factor, scale)


def _values(x: Array, weight: Array, scale: Array, shift: Array, epsilon: Array) -> tuple[Array, Array, Array, Array]:
    total = jnp.sum(weight)
    mean = summed(x, weight) / total
    centred = x - mean[None, :]
    # The mean of squares less the squared mean would cancel where a mean is large beside its spread.
    variance = summed(jnp.square(centred), weight) / total
    factor = 1 / jnp.sqrt(variance + epsilon)
    return centred * (scale * factor)[None, :] + shift[None, :], mean, variance, factor


def _backward(kept: Any, gradients: Any) -> tuple[Array, Array, Array, Array, Array]:
    return apart(_gradients, *gradients, *kept)


def _gradients(
    dy: Array,
    of_mean: Array,
    of_variance: Array,
    x: Array,
    weight: Array,
    mean: Array,
    variance: Array,
    factor: Array,
    scale: Array,
) -> tuple[Array, Array, Array, Array, Array]:
    total = jnp.sum(weight)
    centred, share = x - mean[None, :], weight / total
    plain, along = summed(dy), summed(dy * centred)
    # The spread moves with x, and y with the spread; the mean moves no spread, for deviations from it add up to 0.
    of_spread = -scale * factor**3 * along / 2
    of_mean, of_variance = of_mean - scale * factor * plain, of_variance + of_spread
    dx = (scale * factor)[None, :] * dy + share[:, None] * (of_mean[None, :] + 2 * of_variance[None, :] * centred)
    more = of_mean[None, :] * centred + of_variance[None, :] * (jnp.square(centred) - variance[None, :])
    return dx, jnp.sum(more, axis=1) / total, factor * along, plain, jnp.sum(of_spread)


_standardized.defvjp(_forward, _backward)
