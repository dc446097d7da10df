"""What a network costs, counted on shapes: multiply-adds, numbers to keep, bytes in training. Nothing is computed."""

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax.extend.core import Literal

from thalweg.network.named import bare
from thalweg.network.sequential import Sequential, output_shape
from thalweg.types import Context, Params, Shape, State, UpdateRule


class LayerWork(NamedTuple):
    """What one layer costs."""

    layer: str
    multiply_adds: int  # of one example, forward and in inference; -1 where a loop's length hangs on its data
    output_bytes: int  # of one example


def layer_work(network: Sequential, input_shape: Shape) -> tuple[LayerWork, ...]:
    """Count what each layer costs for one example.

    Multiply-adds are those of matrix products and convolutions: work on single entries, such as an activation's, is
    not counted. Training costs about three times as many, for the gradient takes two products for each.

    Args:
        network: Any layers, a user's own among them.
        input_shape: Shape of one preprocessed example.

    Returns:
        A row a layer, in order.

    Raises:
        InputError: If a layer cannot take what the ones before it put out.

    Example:
        >>> from thalweg.layers.dense import Dense
        >>> layer_work(Sequential((Dense(256), Dense(10))), (784,))[0]
        LayerWork(layer='dense_1', multiply_adds=200704, output_bytes=1024)

    Source: CS231n notes, "Convolutional Networks", "Computational considerations".
    """
    rows, shape, dtype = [], input_shape, jnp.zeros(()).dtype
    for name, layer in zip(network.names(), network.layers, strict=True):
        params, state = jax.eval_shape(lambda layer=layer, shape=shape: layer.init(jax.random.key(0), shape))
        # What does not grow with the batch, such as work on the weights alone, is no example's.
        two, three = (_of_batch(layer, params, state, (n, *shape), dtype) for n in (2, 3))
        shape = output_shape(layer, shape)
        each = -1 if min(two, three) < 0 else three - two
        rows.append(LayerWork(name, each, math.prod(shape) * dtype.itemsize))
    return tuple(rows)


def training_bytes(network: Sequential, update: UpdateRule, input_shape: Shape, batch: int) -> dict[str, int]:
    """Count the bytes that training keeps at once, but for the data.

    What is kept for the gradient is read off the backward pass, so that it holds each step of a recurrent layer, the
    pieces of a maxout and what a user's own layer needs. A compiler may compute some of it anew or need room to work.

    Args:
        network: The network.
        update: Its rule keeps numbers of its own for the parameters.
        input_shape: Shape of one preprocessed example.
        batch: Examples a step.

    Returns:
        {"parameters": the weights and running averages, "gradients": as many as there are weights, "update rule": what
        it remembers, "values for the gradient": what the way forward leaves for the way back, for the batch}.

    Raises:
        InputError: If a layer cannot take what the ones before it put out.

    Example:
        >>> from thalweg.layers.dense import Dense
        >>> from thalweg.updates.sgd import SGD
        >>> training_bytes(Sequential((Dense(10),)), SGD(), (784,), batch=32)
        {'parameters': 31400, 'gradients': 31400, 'update rule': 0, 'values for the gradient': 0}
    """
    params, state = jax.eval_shape(lambda: network.init(jax.random.key(0), input_shape))
    rule = jax.eval_shape(lambda params: update.build().init(params), params)
    own = _bytes(params)
    return {
        "parameters": own + _bytes(state),
        "gradients": own,
        "update rule": _bytes(rule),
        "values for the gradient": _left_for_the_way_back(network, params, state, (batch, *input_shape)),
    }


def multiply_adds(jaxpr: Any) -> int:
    """Count the multiply-adds of a program's matrix products and convolutions.

    Args:
        jaxpr: What `jax.make_jaxpr` gives.

    Returns:
        The number; -1 if a loop holds some whose length hangs on its data.

    Example:
        >>> multiply_adds(jax.make_jaxpr(lambda a, b: a @ b)(jnp.ones((2, 3)), jnp.ones((3, 4))))
        24
    """
    counts = [_of_equation(equation) for equation in getattr(jaxpr, "jaxpr", jaxpr).eqns]
    return -1 if min(counts, default=0) < 0 else sum(counts)


def _of_batch(layer: Any, params: Params, state: State, shape: Shape, dtype: Any) -> int:
    def forward(params, state, x):
        return layer.apply(params, state, x, context=Context(False, None, jnp.ones(shape[0])))[0]

    return multiply_adds(jax.make_jaxpr(forward)(params, state, jax.ShapeDtypeStruct(shape, dtype)))


def _left_for_the_way_back(network: Sequential, params: Params, state: State, shape: Shape) -> int:
    def kept(params, state, x, key, targets):
        context = Context(True, key, jnp.ones(shape[0]), targets)
        return jax.vjp(lambda params: network.apply(params, state, x, context=context)[0], params)[1]

    # A last layer that gives logs of probabilities computes those of the targets alone in training.
    asks = getattr(bare(network.layers[-1]), "log_probable", False)
    targets = jax.ShapeDtypeStruct(shape[:1], jnp.int32) if asks else None
    x, key = jax.ShapeDtypeStruct(shape, jnp.zeros(()).dtype), jax.eval_shape(lambda: jax.random.key(0))
    program = jax.make_jaxpr(kept)(params, state, x, key, targets).jaxpr
    moving = set(program.invars)
    for equation in program.eqns:
        if any(not isinstance(source, Literal) and source in moving for source in equation.invars):
            moving.update(equation.outvars)
    # Parameters and data are counted elsewhere, and a constant, such as the 0 of a relu, is made where it is needed.
    left = {value for value in program.outvars if not isinstance(value, Literal) and value in moving}
    return _bytes([value.aval for value in left - set(program.invars)])


def _of_equation(equation: Any) -> int:
    name, params = equation.primitive.name, equation.params
    if name == "dot_general":
        contracted, size = params["dimension_numbers"][0][0], math.prod(equation.outvars[0].aval.shape)
        return size * math.prod(equation.invars[0].aval.shape[axis] for axis in contracted)
    if name == "conv_general_dilated":
        kernel = equation.invars[1].aval.shape
        size = math.prod(equation.outvars[0].aval.shape)
        return size * math.prod(kernel) // kernel[params["dimension_numbers"].rhs_spec[0]]
    inner = [multiply_adds(program) for program in _programs(params)]
    if name == "cond":  # one branch is taken; the dearest is counted
        return -1 if min(inner) < 0 else max(inner)
    if name == "while":
        return -1 if any(inner) else 0
    total = -1 if min(inner, default=0) < 0 else sum(inner)
    return total * params["length"] if name == "scan" and total > 0 else total


def _programs(params: dict[str, Any]) -> Iterator[Any]:
    """Find the programs inside an equation: of calls, loops, branches and functions with a gradient of their own."""
    for value in params.values():
        for item in value if isinstance(value, tuple | list) else (value,):
            if hasattr(getattr(item, "jaxpr", item), "eqns"):
                yield item


def _bytes(tree: Any) -> int:
    return sum(math.prod(leaf.shape) * leaf.dtype.itemsize for leaf in jax.tree.leaves(tree))
