"""The gradient of a function beside what differences of its values give, tensor by tensor, in 64 bits."""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.flatten_util import ravel_pytree
from jaxtyping import Float, Int

from thalweg.checks.differences import movable, number, wide
from thalweg.checks.slopes import Compared, Slopes, TensorGradient, kept
from thalweg.checks.tolerances import GRADIENT_ENTRIES, GRADIENT_STEP
from thalweg.objective import Objective
from thalweg.platform import jit
from thalweg.trees import named_leaves
from thalweg.types import Array, Context, Params, State

VALUES = 5  # of the objective, for each comparison


class _Step(NamedTuple):
    """What is moved at once: one entry of the parameters, or all of a tensor along a direction."""

    begin: Array  # first entry of the tensor
    end: Array  # behind its last one
    entry: Array  # which one; -1 for all of them


def compare_gradients(
    objective: Objective, params: Params, state: State, x: np.ndarray, y: np.ndarray, *, seed: int
) -> Compared:
    """Compare the gradient that training follows with centred differences, in float64.

        n = (f(w + h) - f(w - h)) / 2h,    h = 1e-5;    error = |a - n| / max(|a|, |n|), of each tensor as a whole

    Of each tensor up to eight entries are moved one by one, and then all at once along a random direction u of signs,
    whose slope is u . a. So every entry counts, and one that is wrong stands out among few. Each comparison takes five
    values of the objective: where the differences of half the step say otherwise, or those to either side disagree
    strongly, there is a kink between them, such as a ReLU's, and nothing to compare.

    Everything is one compiled program, whatever the number of tensors. The network is in training mode: a batch
    normalisation takes its statistics from these rows. Layers that draw get one key for all values.

    Args:
        objective: Holding Python numbers or traced ones; without noise for a sharp answer.
        params: Arrays by name, nested by layer.
        state: The network's state.
        x: (n, ...) preprocessed examples; a few are enough.
        y: Their targets.
        seed: Draws entries and directions.

    Returns:
        A comparison for each tensor, and the objective's value.

    Example:
        >>> from thalweg.layers.dense import Dense
        >>> from thalweg.losses.squared_error import SquaredError
        >>> from thalweg.network.sequential import Sequential
        >>> objective = Objective(Sequential((Dense(1),)), SquaredError())
        >>> params = {"dense_1": {"w": jnp.ones((2, 1)), "b": jnp.zeros(1)}}
        >>> x, y = np.array([[1.0, 2.0]]), np.array([[1.0]])
        >>> found = compare_gradients(objective, params, {"dense_1": {}}, x, y, seed=0)
        >>> [(one.tensor, one.error < 1e-7) for one in found.tensors]
        [('dense_1/b', True), ('dense_1/w', True)]

    Source: CS231n notes, "Neural Networks Part 3", "Gradient checks".
    """
    targets = y.astype(np.float64) if y.dtype.kind == "f" else y
    return compare_function(objective_value, params, objective, state, x.astype(np.float64), targets, seed=seed)


def compare_function(function: Callable[..., Any], at: Any, *given: Any, seed: int) -> Compared:
    """Compare the gradient that JAX gives of any pure function with centred differences, as `compare_gradients` does.

    Args:
        function: Takes `at`, then `given`, and returns one number; made of what JAX can follow. It is compiled once,
            and again where the shapes of its arguments change.
        at: A float, or floats in a dict, list or other pytree: each is a tensor.
        *given: What else the function takes, such as examples; floats among it are handed over in float64.
        seed: Draws entries and directions.

    Returns:
        A comparison for each tensor, named by its path ("argument" if it is the only one and has none), and the value.

    Raises:
        InputError: If there is nothing to move in `at`, or something else than floats; if the function does not return
            one number.

    Example:
        >>> def energy(w):
        ...     return jnp.sum(w["a"] ** 4)
        >>> (found,) = compare_function(energy, {"a": jnp.array([1.0, 2.0])}, seed=0).tensors
        >>> found.tensor, found.error < 1e-7, found.compared
        ('a', True, 3)
    """
    with jax.enable_x64(True):
        point, others = movable(at), jax.tree.map(wide, given)
        names, ends = _layout(point)
        steps = _steps(ends, np.random.default_rng(seed))
        signs = jnp.asarray(np.random.default_rng(seed + 1).choice([-1.0, 1.0], ends[-1]))
        value, slopes = jax.device_get(_compiled(function, point, others, steps, signs))
        begins = np.asarray(steps.begin)
    taken = 1 + (VALUES - 1) * len(begins)
    return Compared(_judged(names, ends, begins, slopes, float(value)), float(value), taken)


def objective_value(params: Params, objective: Objective, state: State, x: Array, y: Array) -> Array:
    """Return what an objective comes to in training, the parameters first: what is differentiated.

    Args:
        params: By layer name.
        objective: Without noise, or with what one key draws.
        state: By layer name.
        x: (n, ...) examples, each of weight 1.
        y: Their targets.

    Returns:
        The value, shape ().
    """
    context = Context(True, jax.random.key(0), jnp.ones(len(x), x.dtype))
    return objective(params, state, x, y, context.weight, context=context)[0]


def _layout(at: Any) -> tuple[list[str], np.ndarray]:
    """Return the tensors' names and, of their entries laid in one row, where each begins and the last one ends."""
    leaves = named_leaves(at)
    names = [name or "argument" for name in leaves]
    return names, np.concatenate([[0], np.cumsum([np.size(leaf) for leaf in leaves.values()])])


def _steps(ends: np.ndarray, random: np.random.Generator) -> _Step:
    rows: list[tuple[int, int, int]] = []
    for begin, end in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True):
        size = end - begin
        few = np.arange(size) if size <= GRADIENT_ENTRIES else random.choice(size, GRADIENT_ENTRIES, replace=False)
        rows += [(begin, end, begin + int(entry)) for entry in few]
        rows += [(begin, end, -1)] * (size > 1)
    return _Step(*(jnp.asarray(np.array(column)) for column in zip(*rows, strict=True)))


def _compare(
    function: Callable[..., Any], at: Any, given: Any, steps: _Step, signs: Array
) -> tuple[Float[Array, ""], Slopes]:
    flat, unravel = ravel_pytree(at)

    def value(w: Any) -> Array:
        return number(function, unravel(w), *given)

    here, gradient = jax.value_and_grad(value)(flat)
    places, shares = jnp.arange(len(flat)), jnp.array([1.0, -1.0, 0.5, -0.5])

    def slopes(step: _Step) -> Slopes:
        along = jnp.where((places >= step.begin) & (places < step.end), signs, 0.0)
        along = jnp.where(step.entry < 0, along, (places == step.entry).astype(flat.dtype))
        # One after the other, so that the function is in the program once beside its gradient, and not five times.
        up, down, half_up, half_down = lax.map(lambda share: value(flat + share * GRADIENT_STEP * along), shares)
        return Slopes(
            analytic=jnp.sum(gradient * along),
            centred=(up - down) / (2 * GRADIENT_STEP),
            half=(half_up - half_down) / GRADIENT_STEP,
            above=(up - here) / GRADIENT_STEP,
            below=(here - down) / GRADIENT_STEP,
            half_gap=2 * (half_up - 2 * here + half_down) / GRADIENT_STEP,
        )

    return here, lax.map(slopes, steps)


_compiled = jit(_compare, static=("function",))


def _judged(
    names: list[str], ends: np.ndarray, begins: Int[np.ndarray, " k"], slopes: Slopes, value: float
) -> tuple[TensorGradient, ...]:
    fine = kept(slopes, value, GRADIENT_STEP)
    found = []
    for name, begin in zip(names, ends[:-1], strict=True):
        mine = begins == begin
        a, n = slopes.analytic[mine & fine], slopes.centred[mine & fine]
        distance, larger = np.linalg.norm(a - n), max(np.linalg.norm(a), np.linalg.norm(n))
        finite = len(a) > 0 and bool(np.isfinite(distance))
        error = float(distance / larger) if larger > 0 else 0.0
        root = float(larger / np.sqrt(max(1, len(a))))
        left_out = int((mine & ~fine).sum())
        found.append(TensorGradient(name, error if finite else float("nan"), root, len(a), left_out))
    return tuple(found)
