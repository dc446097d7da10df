"""How strongly examples excite the units of a network's layers, and where."""

from collections.abc import Sequence
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np

from thalweg.monitors.batched import batched
from thalweg.objective import Objective
from thalweg.platform import jit
from thalweg.types import Array, Context, Params, State


class Strongest(NamedTuple):
    """The largest output of each unit of a layer on each of n examples."""

    values: Array  # (n, units) float
    places: Array  # (n, units) int: where it is, of the layer's places in their order; the first of equals


def strongest(
    objective: Objective, params: Params, state: State, x: np.ndarray, rows: np.ndarray, layers: Sequence[str]
) -> dict[str, Strongest]:
    """Return how strongly each example excites each unit of some layers, in inference mode.

        value of unit u on example i = max over places p of a_u(x_i)[p]

    Args:
        objective: Gives the network.
        params: The network's parameters.
        state: The network's state.
        x: (rows, ...) preprocessed examples.
        rows: (n,) which of them to look at, at least one.
        layers: Names of the layers, whose outputs have their units along the last axis.

    Returns:
        By layer, NumPy arrays with the examples in the order of `rows`.

    Example:
        >>> from thalweg.layers.dense import Dense
        >>> from thalweg.losses.squared_error import SquaredError
        >>> from thalweg.network.sequential import Sequential
        >>> objective = Objective(Sequential((Dense(1),)), SquaredError())
        >>> params = {"dense_1": {"w": jnp.ones((2, 1)), "b": jnp.zeros(1)}}
        >>> x = np.array([[1.0, 2.0], [3.0, 4.0]], np.float32)
        >>> found = strongest(objective, params, {"dense_1": {}}, x, np.array([1, 0]), ["dense_1"])
        >>> found["dense_1"].values.ravel().tolist()
        [7.0, 3.0]

    Source: Girshick, Donahue, Darrell and Malik, "Rich feature hierarchies for accurate object detection and semantic
    segmentation", 2014, section 3.1.
    """
    return batched(lambda x: _compiled(objective, params, state, x, layers=tuple(layers)), x, rows)


def _strongest(
    objective: Objective, params: Params, state: State, x: Array, *, layers: tuple[str, ...]
) -> dict[str, Strongest]:
    context = Context(False, None, jnp.ones(x.shape[0], x.dtype))
    activations = objective.network.trace(params, state, x, context=context).activations
    flat = {layer: activations[layer].reshape(len(x), -1, activations[layer].shape[-1]) for layer in layers}
    return {layer: Strongest(jnp.max(values, axis=1), jnp.argmax(values, axis=1)) for layer, values in flat.items()}


_compiled = jit(_strongest, static=("layers",))
