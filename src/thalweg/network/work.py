"""What a network costs, counted on shapes: multiply-adds, numbers to keep, bytes in training. Nothing is computed."""

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax.extend.core import Literal

from thalweg.network.chain import chains
from thalweg.network.named import bare
from thalweg.network.sequential import Sequential, output_shape
from thalweg.types import Context, Params, Shape, State, UpdateRule

_LEAST_STEP = 2e-4  # seconds of the smallest step
_SPEED = 6e10  # of multiply-adds and parameters together that two cores take in a second
_TRAINING = 3  # times the work of the way forward


class LayerWork(NamedTuple):
    """What one layer costs."""

    layer: str
    multiply_adds: int | None  # of one example, forward and in inference; None where they cannot be counted
    output_bytes: int  # of one example


def layer_work(network: Sequential, input_shape: Shape) -> tuple[LayerWork, ...]:
    """Count what each layer costs for one example.

    Multiply-adds are those of matrix products and convolutions: work on single entries, such as an activation's, is
    not counted. Training costs about three times as many, for the gradient takes two products for each. A layer cannot
    be counted that has a loop whose length hangs on its data, mixes the rows of a batch, or takes some batches alone.

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
        each = _of_layer(layer, shape)
        shape = output_shape(layer, shape)
        rows.append(LayerWork(name, each, math.prod(shape) * dtype.itemsize))
    return tuple(rows)


def example_work(network: Sequential, input_shape: Shape) -> int:
    """Return about what one example costs forward, to tell in advance how long something will take.

    Args:
        network: Any layers.
        input_shape: Shape of one preprocessed example.

    Returns:
        The multiply-adds that can be counted, and one for each parameter; at least 1.

    Example:
        >>> from thalweg.layers.dense import Dense
        >>> example_work(Sequential((Dense(3),)), (4,))  # 4 x 3 multiply-adds, 4 x 3 + 3 parameters
        27
    """
    params, _ = jax.eval_shape(lambda: network.init(jax.random.key(0), input_shape))
    counted = sum(row.multiply_adds or 0 for row in layer_work(network, input_shape))
    return max(1, counted + sum(math.prod(leaf.shape) for leaf in jax.tree.leaves(params)))


def step_seconds(work: int, trained: int, passed: float = 0.0) -> float:
    """Return about how long a step of training takes on two cores, to tell in advance how much there is time for.

    The same estimate on every machine, so that nothing that is decided by it hangs on the machine.

    Args:
        work: Of one example; see `example_work`.
        trained: Examples of a step, each gone through forward and back.
        passed: Further examples that are only put through the network, as those that are scored.

    Returns:
        Seconds.

    Example:
        >>> round(step_seconds(1_000_000, 1000) - step_seconds(1_000_000, 0), 9)
        0.05
    """
    return _LEAST_STEP + (_TRAINING * trained + passed) * work / _SPEED


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
        {"parameters": the weights and running averages, "gradients": as many as there are weights, "best weights so
        far": a copy of the first, "update rule": what it remembers, "values for the gradient": what the way forward
        leaves for the way back, for the batch}.

    Raises:
        InputError: If a layer cannot take what the ones before it put out.

    Example:
        >>> from thalweg.layers.dense import Dense
        >>> from thalweg.updates.sgd import SGD
        >>> kept = training_bytes(Sequential((Dense(10),)), SGD(), (784,), batch=32)
        >>> kept["gradients"], kept["update rule"]
        (31400, 0)
    """
    params, state = jax.eval_shape(lambda: network.init(jax.random.key(0), input_shape))
    rule = jax.eval_shape(lambda params: update.build().init(params), params)
    own = _bytes(params)
    return {
        "parameters": own + _bytes(state),
        "gradients": own,
        "best weights so far": own + _bytes(state),
        "update rule": _bytes(rule),
        "values for the gradient": _left_for_the_way_back(network, params, state, (batch, *input_shape)),
    }


def multiply_adds(jaxpr: Any) -> int | None:
    """Count the multiply-adds of a program's matrix products and convolutions.

    Args:
        jaxpr: What `jax.make_jaxpr` gives.

    Returns:
        The number; None if some are in a loop whose length hangs on its data, or in a product of ragged shape.

    Example:
        >>> multiply_adds(jax.make_jaxpr(lambda a, b: a @ b)(jnp.ones((2, 3)), jnp.ones((3, 4))))
        24
    """
    counts = [_of_equation(equation) for equation in getattr(jaxpr, "jaxpr", jaxpr).eqns]
    return None if None in counts else sum(filter(None, counts))


def _of_layer(layer: Any, shape: Shape) -> int | None:
    held = chains(layer)
    if held:
        counts = [count for layers in held.values() for count in _of_each(layers, shape)]
        return None if None in counts else sum(filter(None, counts))
    params, state = jax.eval_shape(lambda: layer.init(jax.random.key(0), shape))
    if hasattr(bare(layer), "windows") and "w" in params:  # however a machine computes it
        return math.prod(output_shape(layer, shape)[:-1]) * math.prod(params["w"].shape)
    if hasattr(bare(layer), "spreading"):  # each place meets each weight once
        return math.prod(shape[:-1]) * math.prod(params["w"].shape)
    return _of_example(layer, params, state, shape, jnp.zeros(()).dtype)


def _of_each(layers: tuple[Any, ...], shape: Shape) -> Iterator[int | None]:
    for layer in layers:
        yield _of_layer(layer, shape)
        shape = output_shape(layer, shape)


def _of_example(layer: Any, params: Params, state: State, shape: Shape, dtype: Any) -> int | None:
    """Count by how the work grows with the batch: work on the weights alone is no example's."""
    try:
        counts = [_of_batch(layer, params, state, (n, *shape), dtype) for n in (2, 3, 4)]
    except Exception:  # a layer of the user's that does not take every batch
        return None
    two, three, four = counts
    if two is None or three is None or four is None or four - three != three - two:
        return None
    return three - two


def _of_batch(layer: Any, params: Params, state: State, shape: Shape, dtype: Any) -> int | None:
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


def _of_equation(equation: Any) -> int | None:
    name, params = equation.primitive.name, equation.params
    if name == "dot_general":
        contracted, size = params["dimension_numbers"][0][0], math.prod(equation.outvars[0].aval.shape)
        return size * math.prod(equation.invars[0].aval.shape[axis] for axis in contracted)
    if name == "conv_general_dilated":
        kernel = equation.invars[1].aval.shape
        size = math.prod(equation.outvars[0].aval.shape)
        # A transposed convolution is written as one over inputs with zeros between them, which cost nothing.
        spread = math.prod(params["lhs_dilation"])
        return size * math.prod(kernel) // kernel[params["dimension_numbers"].rhs_spec[0]] // spread
    if name.startswith("ragged_dot"):
        return None
    if name == "scan" and params["length"] == 0:
        return 0
    inner = [multiply_adds(program) for program in _programs(params)]
    if name == "while" and any(count != 0 for count in inner):
        return None
    if None in inner:
        return None
    counted = [count for count in inner if count]
    if name == "cond":  # one branch is taken; the dearest is counted
        return max(counted, default=0)
    return sum(counted) * (params["length"] if name == "scan" else 1)


def _programs(params: dict[str, Any]) -> Iterator[Any]:
    """Find the programs inside an equation: of calls, loops, branches and functions with a gradient of their own."""
    for value in params.values():
        for item in value if isinstance(value, tuple | list) else (value,):
            if hasattr(getattr(item, "jaxpr", item), "eqns"):
                yield item


def _bytes(tree: Any) -> int:
    return sum(math.prod(leaf.shape) * leaf.dtype.itemsize for leaf in jax.tree.leaves(tree))
