"""The gradient of a large network beside differences along random directions, which are few whatever its size."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from thalweg.checks.differences import movable, number, wide
from thalweg.checks.gradient_verdict import wrong_tensors
from thalweg.checks.slopes import Compared, Slopes, TensorGradient, kept, rounding
from thalweg.checks.tolerances import GRADIENT_KINKS, GRADIENT_SMALL_STEP
from thalweg.platform import jit
from thalweg.trees import named_leaves
from thalweg.types import Array


def compare_directions(
    function: Callable[..., Any], at: Any, *given: Any, layers: tuple[str, ...], directions: int, seed: int
) -> Compared:
    """Compare the gradient's slopes along random directions with centred differences, in float64.

        u . a    beside    (f(w + h u) - f(w - h u)) / 2h,    h = 1e-8,  each u_i = -1 or 1 in some tensors, 0 in others

    Each tensor has a direction to itself where there are as many; else those that follow each other share one, and
    where the slope along it is wrong its tensors are moved again, fewer together, until the last wrong one is known by
    name. A factor is seen in full along any direction, whatever the number of entries. Four values a direction tell
    kinks from errors: through a deep network of ReLUs a step of 1e-5 along all entries passes thousands of kinks, one
    of 1e-8 next to none, and still leaves the slope some five digits. What rounding may account for passes.

    Args:
        function: Takes `at`, then `given`, and returns one number; made of what JAX can follow.
        at: Parameters by layer name.
        *given: What else the function takes; floats among it are handed over in float64.
        layers: Names, in the order in which they are applied.
        directions: How many at once, at least 2.
        seed: Draws the directions.

    Returns:
        A comparison for each direction, named by its tensor, or by the first and the last one of it, in layer order;
        the value; and how many values it took.

    Raises:
        InputError: If there is nothing to move in `at`, or something else than floats; if the function does not return
            one number.

    Source: CS231n notes, "Neural Networks Part 3", "Gradient checks"; random directions: Spall, "Multivariate
    stochastic approximation using a simultaneous perturbation gradient approximation", 1992.
    """
    names = list(named_leaves(at))
    order = sorted(range(len(names)), key=lambda k: layers.index(names[k].partition("/")[0]))
    most = min(directions, len(names))
    found: list[tuple[list[int], TensorGradient]] = []
    groups, place, values, value = _split(order, most), 0, 0, 0.0
    with jax.enable_x64(True):
        point, others = movable(at), jax.tree.map(wide, given)
        while groups:
            among = np.zeros((most, len(names)))
            for row, group in zip(among, groups, strict=False):
                row[group] = 1.0
            here, slopes = jax.device_get(_compiled(function, point, others, among, jax.random.key(seed)))
            value, values = float(here), values + 1 + 4 * most
            found[place : place + 1] = [
                (group, _judged(_named(names, group), Slopes(*(column[k] for column in slopes)), value))
                for k, group in enumerate(groups)
            ]
            wrong = wrong_tensors(Compared(tuple(tensor for _, tensor in found), value, along=True))
            shared = [k for k, (group, tensor) in enumerate(found) if tensor.tensor in wrong]
            place = shared[-1] if shared else 0
            groups = _split(found[place][0], most) if shared and len(found[place][0]) > 1 else []
    return Compared(tuple(tensor for _, tensor in found), value, values, along=True)


def _split(tensors: list[int], most: int) -> list[list[int]]:
    return [part.tolist() for part in np.array_split(tensors, min(most, len(tensors)))]


def _named(names: list[str], group: list[int]) -> str:
    return names[group[0]] if len(group) == 1 else f"{names[group[0]]} to {names[group[-1]]}"


def seen_from(compared: Compared) -> float:
    """Return from what share of a slope on an error along any of the directions is seen.

    Args:
        compared: Directions.

    Returns:
        0.0001, or what rounding may come to where a slope is small.
    """
    slopes = [direction.larger for direction in compared.tensors if direction.compared and direction.larger > 0]
    return max(GRADIENT_KINKS, rounding(compared.value, GRADIENT_SMALL_STEP) / min(slopes, default=np.inf))


def _judged(name: str, slopes: Slopes, value: float) -> TensorGradient:
    fine = bool(kept(slopes, value, GRADIENT_SMALL_STEP))
    noise = rounding(value, GRADIENT_SMALL_STEP)
    off, larger = abs(slopes.analytic - slopes.centred), max(abs(slopes.analytic), abs(slopes.centred))
    if larger <= noise:  # such as that of a bias which a batch normalisation takes away again
        return TensorGradient(name, 0.0, 0.0, int(fine), int(not fine))
    error = min(off / larger, GRADIENT_KINKS) if off <= noise else off / larger
    return TensorGradient(name, float(error if fine else np.nan), float(larger), int(fine), int(not fine))


def _move(function: Callable[..., Any], at: Any, given: Any, among: Array, key: Any) -> tuple[Array, Slopes]:
    leaves, structure = jax.tree.flatten(at)
    keys = jax.random.split(key, len(leaves))
    signs = [jax.random.rademacher(k, leaf.shape, leaf.dtype) for k, leaf in zip(keys, leaves, strict=True)]

    def value(leaves: Any) -> Array:
        return number(function, jax.tree.unflatten(structure, leaves), *given)

    here, gradient = jax.value_and_grad(value)(leaves)
    each = jnp.stack([jnp.sum(u * a) for u, a in zip(signs, gradient, strict=True)])
    steps = GRADIENT_SMALL_STEP * jnp.array([1.0, -1.0, 0.5, -0.5])

    def moved(row: Array) -> Array:
        return lax.map(
            lambda step: value([w + step * row[k] * signs[k] for k, w in enumerate(leaves)]), steps
        )  # one value in the program

    up, down, half_up, half_down = lax.map(moved, among).T
    slopes = Slopes(
        analytic=among @ each,
        centred=(up - down) / (2 * GRADIENT_SMALL_STEP),
        half=(half_up - half_down) / GRADIENT_SMALL_STEP,
        above=(up - here) / GRADIENT_SMALL_STEP,
        below=(here - down) / GRADIENT_SMALL_STEP,
        half_gap=2 * (half_up - 2 * here + half_down) / GRADIENT_SMALL_STEP,
    )
    return here, slopes


_compiled = jit(_move, static=("function",))
