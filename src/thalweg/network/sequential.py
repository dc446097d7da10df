"""Layers one after the other."""

from collections.abc import Mapping
from typing import Any, Literal

import jax
import jax.numpy as jnp

from thalweg.errors import InputError
from thalweg.network.chain import Traced, begin, check_names, follow, layer_names, shape_after
from thalweg.network.initialization import chosen
from thalweg.network.sixteen_bits import rounded_product
from thalweg.spec import part, spec
from thalweg.types import Array, Context, Layer, Params, Shape, State


@spec
class Sequential:
    """Apply layers one after the other.

        y = f_k( ... f_2(f_1(x)))

    Parameters and state are dicts by layer name; a layer's name is the one `Named` gives it, else its kind
    and place among its kind: "dense_1", "activation_1", "dense_2".

    In bfloat16, which has 8 significant bits, the products of inputs and weights are of rounded entries, and so are
    those that give the gradients; their sums, and all else, stay in full: parameters, biases, normalisations,
    activations and what goes from layer to layer. That is faster on GPUs and TPUs, and on most CPUs no faster. The
    outputs of a hierarchical softmax are always in full. A layer of the user's takes part by `context.product`.

    Args:
        layers: At least one; the last one's outputs are the network's raw scores.
        precision: Of matrix products: "full", the type of the inputs, which is float32; or "bfloat16".

    Raises:
        InputError: If there is no layer, two have one name, or `precision` is neither.

    Example:
        >>> from thalweg.activations.relu import ReLU
        >>> from thalweg.layers.activation import Activation
        >>> from thalweg.layers.dense import Dense
        >>> Sequential((Dense(64), Activation(ReLU()), Dense(10))).names()
        ('dense_1', 'activation_1', 'dense_2')

    Source: CS231n notes, "Neural Networks Part 1", "Neural network architectures"; bfloat16: Kalamkar et al., "A study
    of bfloat16 for deep learning training", 2019.
    """

    layers: tuple[Layer, ...] = part(family="layer")
    precision: Literal["full", "bfloat16"] = "full"

    def __post_init__(self):
        """Check that there are layers, each with a name of its own."""
        if not self.layers:
            raise InputError("Sequential.layers must hold at least one layer; got ().")
        check_names(self.layers, "Sequential.layers")

    def names(self) -> tuple[str, ...]:
        """Return the layers' names in order."""
        return layer_names(self.layers)

    def init(self, key: Any, input_shape: Shape) -> tuple[dict[str, Params], dict[str, State]]:
        """Draw all parameters and states for examples of `input_shape` (no batch axis).

        Args:
            key: Random key; each layer draws from its own branch, named by the layer.
            input_shape: Shape of one example.

        Returns:
            (params, state), dicts by layer name.

        Raises:
            InputError: If a layer cannot take what the ones before it put out; the message begins with its name.
        """
        return begin(chosen(self.layers), key, input_shape)[:2]

    def apply(self, params: Params, state: State, x: Array, *, context: Context) -> tuple[Array, dict[str, State]]:
        """Return (outputs, next state).

        Args:
            params: By layer name.
            state: By layer name.
            x: A batch (n, ...).
            context: Its `key`, if any, is branched by layer name.

        Returns:
            The last layer's outputs (n, ...), and the next state by layer name.
        """
        outputs, after, _ = self.trace(params, state, x, context=context)
        return outputs, after

    def trace(
        self,
        params: Params,
        state: State,
        x: Array,
        *,
        context: Context,
        taps: Mapping[str, Array] | None = None,
    ) -> Traced:
        """Apply the network and keep every layer's output.

        Args:
            params: By layer name.
            state: By layer name.
            x: A batch (n, ...).
            context: Its `key`, if any, is branched by layer name.
            taps: Arrays added to the outputs of the layers they name; the gradient with respect to a tap of
                zeros is the gradient with respect to that layer's output.

        Returns:
            Outputs, next state and activations.
        """
        if self.precision == "bfloat16":
            context = context._replace(product=rounded_product, rounding=jnp.bfloat16)
        return follow(self.layers, params, state, x, context=context, taps=taps)


def output_shape(network: Any, input_shape: Shape) -> Shape:
    """Return the shape of one example's outputs, computing nothing.

    Args:
        network: A spec with `init` and `apply`.
        input_shape: Shape of one example.

    Returns:
        Shape without the batch axis.

    Raises:
        InputError: If a layer cannot take what the ones before it put out.
    """
    params, state = jax.eval_shape(lambda: network.init(jax.random.key(0), input_shape))
    return shape_after(network, params, state, input_shape)
