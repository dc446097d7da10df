"""Layers one after the other."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

import jax
import jax.numpy as jnp

from thalweg.errors import InputError
from thalweg.keys import role
from thalweg.network.initialization import chosen
from thalweg.network.named import Named, bare
from thalweg.spec import kind_of, part, spec
from thalweg.types import Array, Context, Layer, Params, Shape, State


class Traced(NamedTuple):
    """What a network computed on the way."""

    outputs: Array  # (n, ...)
    state: dict[str, State]
    activations: dict[str, Array]  # each layer's output by layer name, in order


@spec
class Sequential:
    """Apply layers one after the other.

        y = f_k( ... f_2(f_1(x)))

    Parameters and state are dicts by layer name; a layer's name is the one `Named` gives it, else its kind
    and place among its kind: "dense_1", "activation_1", "dense_2".

    In bfloat16 a layer's parameters and inputs are rounded to 8 significant bits as it is entered, so that its matrix
    products run in 16 bits: faster on GPUs and TPUs, and on most CPUs no faster. The parameters themselves, their
    gradients, normalisations, softmaxes and the network's outputs stay in full.

    Args:
        layers: At least one; the last one's outputs are the network's raw scores.
        precision: "full" computes in the type of the inputs, which is float32; "bfloat16" in that type.

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
        twice = [name for name, count in Counter(self.names()).items() if count > 1]
        if twice:
            raise InputError(f"Sequential.layers: two layers are called {twice[0]!r}; give one another name.")

    def names(self) -> tuple[str, ...]:
        """Return the layers' names in order."""
        seen: Counter[str] = Counter()
        names = []
        for layer in self.layers:
            if isinstance(layer, Named):
                names.append(layer.name)
                continue
            kind = kind_of(type(layer))
            seen[kind] += 1
            names.append(f"{kind}_{seen[kind]}")
        return tuple(names)

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
        params, state, shape = {}, {}, input_shape
        for name, layer in zip(self.names(), chosen(self.layers), strict=True):
            try:
                params[name], state[name] = layer.init(role(key, name), shape)
                shape = _output_shape(layer, params[name], state[name], shape)
            except InputError as error:
                raise InputError(f"{name}: {error}") from None
        return params, state

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
        after, activations = {}, {}
        full = x = jnp.asarray(x)
        for name, layer in zip(self.names(), self.layers, strict=True):
            key = None if context.key is None else role(context.key, name)
            entered, own = x, params[name]
            if self.precision == "bfloat16":
                wanted = full.dtype if _full(layer) else jnp.bfloat16
                entered, own = x.astype(wanted), jax.tree.map(lambda leaf, t=wanted: jnp.asarray(leaf, t), own)
            x, after[name] = layer.apply(own, state[name], entered, context=context._replace(key=key))
            x = x.astype(full.dtype)  # XLA drops this and the next layer's rounding where nothing lies between
            if taps is not None and name in taps:
                x = x + taps[name]
            activations[name] = x
        return Traced(x, after, activations)


def _full(layer: Any) -> bool:
    """Say whether a layer adds up what 16 bits would lose; it is one that says so itself, or whose activation does."""
    inner = bare(layer)
    return any(getattr(one, "full_precision", False) for one in (inner, getattr(inner, "function", None)))


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
    return _output_shape(network, params, state, input_shape)


def _output_shape(layer: Any, params: Params, state: State, shape: Shape) -> Shape:
    def forward(params, state, x):
        return layer.apply(params, state, x, context=Context(False, None, jnp.ones(2)))[0]

    # Two examples, for a batch of one could be taken for a feature axis by a careless layer.
    return jax.eval_shape(forward, params, state, jax.ShapeDtypeStruct((2, *shape), jnp.zeros(()).dtype)).shape[1:]
