"""What a network hands to its last layer: the features that it has learned."""

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from thalweg.layers.dropout import Dropout
from thalweg.layers.flatten import Flatten
from thalweg.layers.gaussian_noise import GaussianNoise
from thalweg.layers.reshape import Reshape
from thalweg.monitors.batched import batched
from thalweg.monitors.unit_layers import unit_layers
from thalweg.network.named import bare
from thalweg.network.sequential import Sequential
from thalweg.objective import Objective
from thalweg.platform import jit
from thalweg.types import Array, Context, Params, Shape, State

_AS_THEY_ARE = (Dropout, Flatten, GaussianNoise, Reshape)  # in prediction


def last_hidden(network: Sequential, input_shape: Shape) -> str:
    """Return the name of the layer whose outputs the last layer that weighs its inputs takes.

    Layers that hand them on as they are, such as a dropout in prediction, are passed over.

    Args:
        network: Its layers are looked at in their order.
        input_shape: Shape of one preprocessed example.

    Returns:
        The name; "" where no layer that weighs stands before the last one: such a network learns no features.

    Raises:
        InputError: If a layer cannot take what the ones before it put out.

    Example:
        >>> from thalweg.activations.relu import ReLU
        >>> from thalweg.layers.activation import Activation
        >>> from thalweg.layers.dense import Dense
        >>> last_hidden(Sequential((Dense(8), Activation(ReLU()), Dropout(0.5), Dense(2))), (4,))
        'activation_1'
    """
    names, units = network.names(), unit_layers(network, input_shape)
    if len(units) < 2:
        return ""
    place = names.index(units[-1].layer) - 1
    while isinstance(bare(network.layers[place]), _AS_THEY_ARE):
        place -= 1
    return names[place]


def hidden_features(
    objective: Objective, params: Params, state: State, x: np.ndarray, rows: np.ndarray, layer: str
) -> Float[np.ndarray, "n features"]:
    """Return a layer's outputs for some of the examples, in inference mode, each in one row.

    Args:
        objective: Gives the network.
        params: The network's parameters.
        state: The network's state.
        x: (rows, ...) preprocessed examples.
        rows: (n,) which of them, at least one.
        layer: Its name.

    Returns:
        (n, features), in the order of `rows`.

    Example:
        >>> from thalweg.layers.dense import Dense
        >>> from thalweg.losses.squared_error import SquaredError
        >>> objective = Objective(Sequential((Dense(1),)), SquaredError())
        >>> params = {"dense_1": {"w": jnp.ones((2, 1)), "b": jnp.zeros(1)}}
        >>> x = np.array([[1.0, 2.0], [3.0, 4.0]], np.float32)
        >>> hidden_features(objective, params, {"dense_1": {}}, x, np.array([1]), "dense_1").tolist()
        [[7.0]]
    """
    return batched(lambda x: _compiled(objective, params, state, x, layer=layer), x, rows)


def _features(objective: Objective, params: Params, state: State, x: Array, *, layer: str) -> Array:
    context = Context(False, None, jnp.ones(x.shape[0], x.dtype))
    return objective.network.trace(params, state, x, context=context).activations[layer].reshape(len(x), -1)


_compiled = jit(_features, static=("layer",))
