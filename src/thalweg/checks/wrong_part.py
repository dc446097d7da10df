"""Which part of an objective has a derivative that its own values contradict."""

from collections.abc import Iterator
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from thalweg.checks.differences import wide
from thalweg.checks.numerical_gradient import compare_function
from thalweg.checks.slopes import Compared
from thalweg.objective import Objective
from thalweg.penalties.no_penalty import NoPenalty
from thalweg.platform import jit
from thalweg.spec import functions_in, kind_of
from thalweg.types import Array, Context, Layer, Loss, Params, Penalty, State


def compare_parts(
    params: Params,
    objective: Objective,
    state: State,
    x: np.ndarray,
    y: np.ndarray,
    *,
    wrong: tuple[str, ...],
    seed: int,
) -> Iterator[tuple[str, Compared]]:
    """Compare the derivatives of single parts with differences, of those that may have made tensors wrong.

        f(inputs, parameters) = sum_i c_i y_i(inputs, parameters),    c drawn from N(0, 1)

    A wrong derivative spoils the tensors of its own layer and of those before it. So what may be wrong is the last
    layer with a wrong tensor, those behind it up to the next one whose tensors are right, the loss if there is none
    such, and the penalty.

    Args:
        params: By layer name.
        objective: Without noise.
        state: By layer name.
        x: (n, ...) the examples that tensors were found wrong on.
        y: Their targets.
        wrong: The tensors that are, by path; at least one.
        seed: Draws what is compared, and c.

    Yields:
        What a part is called, such as "the layer 'dense_1'", and a comparison for each of its tensors: "parameters/w"
        and so on and "inputs" of a layer, "outputs" of a loss, and of a penalty the network's parameters.
    """
    network = objective.network
    names = network.names()
    last = max(names.index(tensor.partition("/")[0]) for tensor in wrong)
    behind = [k for k in range(last + 1, len(names)) if jax.tree.leaves(params[names[k]])]
    inputs = _inputs(objective, params, state, x, y)
    random = np.random.default_rng(seed)
    for k in range(last, behind[0] + 1 if behind else len(names)):
        at = {"inputs": inputs[k], "parameters": params[names[k]]}
        given = (network.layers[k], state[names[k]], y, random.normal(size=inputs[k + 1].shape))
        name = f"the layer {names[k]!r}{_made_of(network.layers[k])}"
        yield name, compare_function(_of_layer, at, *given, seed=seed)
    if not behind:
        given = (objective.loss, y, random.normal(size=len(x)))
        name = f"the loss {kind_of(type(objective.loss))!r}{_made_of(objective.loss)}"
        yield name, compare_function(_of_loss, {"outputs": inputs[-1]}, *given, seed=seed)
    if not isinstance(objective.penalty, NoPenalty):
        name = f"the penalty {kind_of(type(objective.penalty))!r}"
        yield name, compare_function(_of_penalty, params, objective.penalty, seed=seed)


def _made_of(part: Any) -> str:
    own = functions_in(part)
    return f" (your function {own[0].__name__!r})" if own else ""


def _inputs(objective: Objective, params: Params, state: State, x: np.ndarray, y: np.ndarray) -> list[np.ndarray]:
    """Return what each layer takes, and at the end what the loss does."""
    with jax.enable_x64(True):
        taken = (*jax.tree.map(wide, (objective, params, state)), jnp.asarray(x, jnp.float64), y)
        return jax.device_get(_compiled(*taken))


def _trace(objective: Objective, params: Params, state: State, x: Array, y: Array) -> list[Array]:
    followed = objective.network.trace(params, state, x, context=_context(x, y))
    return [x, *followed.activations.values()]


def _context(x: Array, y: Array) -> Context:
    return Context(True, jax.random.key(0), jnp.ones(len(x), x.dtype), y)


def _of_layer(at: Any, layer: Layer, state: State, y: Array, cotangent: Array) -> Array:
    outputs, _ = layer.apply(at["parameters"], state, at["inputs"], context=_context(at["inputs"], y))
    return jnp.sum(cotangent * outputs)


def _of_loss(at: Any, loss: Loss, y: Array, cotangent: Array) -> Array:
    return jnp.sum(cotangent * loss(at["outputs"], y))


def _of_penalty(params: Params, penalty: Penalty) -> Array:
    return penalty(params)


_compiled = jit(_trace)
