"""How strongly examples excite units of a network's layers, and where."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np

from thalweg.monitors.batched import batched
from thalweg.objective import Objective
from thalweg.platform import jit
from thalweg.types import Array, Context, Params, State


class Strongest(NamedTuple):
    """The largest output of units of a layer on each of n examples."""

    values: Array  # (n, chosen units) float
    places: Array  # (n, chosen units) int: where it is, of the layer's places in their order; the first of equals
    least: Array  # (units,) float: the smallest such number of each unit of the layer, over all examples
    most: Array  # (units,) float: the largest one


def strongest(
    objective: Objective,
    params: Params,
    state: State,
    x: np.ndarray,
    rows: np.ndarray,
    units: Mapping[str, Sequence[int]],
) -> dict[str, Strongest]:
    """Return how strongly each example excites units of some layers, in inference mode.

        value of unit u on example i = max over places p of a_u(x_i)[p]

    Args:
        objective: Gives the network.
        params: The network's parameters.
        state: The network's state.
        x: (rows, ...) preprocessed examples.
        rows: (n,) which of them to look at, at least one.
        units: Which of them, by the name of the layer; its outputs have their units along the last axis.

    Returns:
        By layer, NumPy arrays with the examples in the order of `rows`, the units in that of `units`.

    Example:
        >>> from thalweg.layers.dense import Dense
        >>> from thalweg.losses.squared_error import SquaredError
        >>> from thalweg.network.sequential import Sequential
        >>> objective = Objective(Sequential((Dense(1),)), SquaredError())
        >>> params = {"dense_1": {"w": jnp.ones((2, 1)), "b": jnp.zeros(1)}}
        >>> x = np.array([[1.0, 2.0], [3.0, 4.0]], np.float32)
        >>> found = strongest(objective, params, {"dense_1": {}}, x, np.array([1, 0]), {"dense_1": [0]})
        >>> found["dense_1"].values.ravel().tolist(), found["dense_1"].most.tolist()
        ([7.0, 3.0], [7.0])

    Source: Girshick, Donahue, Darrell and Malik, "Rich feature hierarchies for accurate object detection and semantic
    segmentation", 2014, section 3.1.
    """
    chosen = {layer: jnp.asarray(np.asarray(of, np.int32)) for layer, of in units.items()}
    found = batched(lambda x: _compiled(objective, params, state, x, chosen), x, rows)
    return {
        layer: Strongest(of.values, of.places, of.least.min(axis=0), of.most.max(axis=0)) for layer, of in found.items()
    }


def _strongest(
    objective: Objective, params: Params, state: State, x: Array, chosen: dict[str, Array]
) -> dict[str, Strongest]:
    context = Context(False, None, jnp.ones(x.shape[0], x.dtype))
    activations = objective.network.trace(params, state, x, context=context).activations
    found = {}
    for layer, units in chosen.items():
        flat = activations[layer].reshape(len(x), -1, activations[layer].shape[-1])
        values, places = jnp.max(flat, axis=1), jnp.argmax(flat, axis=1)
        # One row a batch: what pads a batch repeats one of its examples.
        least, most = jnp.min(values, axis=0)[None], jnp.max(values, axis=0)[None]
        found[layer] = Strongest(values[:, units], places[:, units], least, most)
    return found


_compiled = jit(_strongest)
