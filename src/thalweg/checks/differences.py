"""Slopes from values alone: a function's gradient by differences, one entry after the other."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.flatten_util import ravel_pytree

from thalweg.errors import InputError, choose, shown
from thalweg.numerics import is_floats
from thalweg.platform import jit
from thalweg.types import Array


def numerical_gradient(
    function: Callable[..., Any],
    at: Any,
    *given: Any,
    step: float = 1e-5,
    form: str = "centred",
) -> Any:
    """Approximate the gradient of any pure function by differences of its values, in float64.

        centred:  df/dw_i = (f(w + h e_i) - f(w - h e_i)) / 2h + O(h^2),    2n values for n entries
        forward:  df/dw_i = (f(w + h e_i) - f(w)) / h + O(h),               n + 1 values

    Two values agree in all but their last digits, and their difference has only those: of float32 next to nothing is
    left at h = 1e-5. A smaller step leaves fewer digits, a larger one follows the curve less closely.

    Args:
        function: Takes `at`, then `given`, and returns one number; made of what JAX can follow.
        at: A float, or floats in a dict, list or other pytree.
        *given: What else the function takes, such as examples; floats among it are handed over in float64.
        step: h, above 0, in the unit of the entries.
        form: "centred" or "forward".

    Returns:
        NumPy arrays of float64, in the structure of `at`.

    Raises:
        InputError: If there is nothing to move in `at`, or something else than floats; if the function does not return
            one number; if `step` or `form` is not as above.

    Example:
        >>> def square(w):
        ...     return w * w
        >>> [round(float(numerical_gradient(square, 3.0, step=0.5, form=form)), 6) for form in ("forward", "centred")]
        [6.5, 6.0]

    Source: CS231n notes, "Optimization", "Numerically with finite differences"; "Neural Networks Part 3", "Gradient
    checks".
    """
    choose(form, ("centred", "forward"), what="form of difference")
    if not (step > 0 and np.isfinite(step)):
        raise InputError(f"the step of a difference must be a finite number above 0; got {step}.")
    with jax.enable_x64(True):
        point, others = movable(at), jax.tree.map(wide, given)
        found = _compiled(function=function, form=form, step=float(step), at=point, given=others)
        return jax.tree.map(np.asarray, jax.device_get(found))


def movable(at: Any) -> Any:
    """Return a point's floats as arrays of float64; to be called where 64 bits are enabled.

    Args:
        at: A float, or a pytree of floats.

    Returns:
        The same structure.

    Raises:
        InputError: If there is nothing in it, or something else than floats.
    """
    leaves = jax.tree.leaves(at)
    for leaf in leaves:
        if not (isinstance(leaf, float) or is_floats(leaf)):
            raise InputError(f"a gradient is taken at floats; got {shown(leaf)}. Hand other values over behind them.")
    if not sum(np.size(leaf) for leaf in leaves):
        raise InputError(f"a gradient is taken at one float at least; got {shown(at)}.")
    return jax.tree.map(wide, at)


def wide(leaf: Any) -> Any:
    """Return floats in float64, and anything else as it is; to be called where 64 bits are enabled.

    Args:
        leaf: Of a pytree.

    Returns:
        An array, or what was given.
    """
    return jnp.asarray(leaf, jnp.float64) if isinstance(leaf, float) or is_floats(leaf) else leaf


def number(function: Callable[..., Any], *arguments: Any) -> Array:
    """Call a function that is to return one number.

    Args:
        function: The user's.
        *arguments: What it takes.

    Returns:
        The number, shape ().

    Raises:
        InputError: If it returns something else.
    """
    value: Any = function(*arguments)
    shape = np.shape(value)
    if not (isinstance(value, float) or is_floats(value)) or shape != ():
        got = f"an array of shape {shape}" if shape else shown(value)
        name = getattr(function, "__name__", "given")
        raise InputError(f"the function {name!r} must return one number to have a gradient; got {got}. Sum over it.")
    return jnp.asarray(value)


def _differences(*, function: Callable[..., Any], form: str, step: Array, at: Any, given: Any) -> Any:
    flat, unravel = ravel_pytree(at)

    def value(w: Any) -> Array:
        return number(function, unravel(w), *given)

    here, places = value(flat), jnp.arange(len(flat))

    def slope(place: Array) -> Array:
        move = jnp.where(places == place, step, 0.0)
        return (value(flat + move) - here) / step if form == "forward" else _centred(value, flat, move, step)

    return unravel(lax.map(slope, places))


def _centred(value: Callable[..., Array], flat: Array, move: Array, step: Array) -> Array:
    return (value(flat + move) - value(flat - move)) / (2 * step)


_compiled = jit(_differences, static=("function", "form"))
