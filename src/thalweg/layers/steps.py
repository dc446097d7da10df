"""What recurrent layers share: weights a gate, which steps are padding, and the walk along a sequence."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from thalweg.errors import InputError
from thalweg.types import Array, Context, Initializer, Params, Shape


def drawn(
    key: Any, weights: Initializer, recurrent: Initializer, *, features: int, units: int, gates: int
) -> dict[str, Array]:
    """Draw the parameters of a recurrent layer, gate by gate, side by side.

    Args:
        key: Random key.
        weights: Draws what each gate makes of the inputs.
        recurrent: Draws what each gate makes of the state.
        features: Of a step.
        units: Of the state.
        gates: How many.

    Returns:
        {"w_input": (features, gates units), "w_recurrent": (units, gates units), "b": (gates units,) zeros}.
    """

    def beside(initializer, key, rows):
        keys = jax.random.split(key, gates)
        return jnp.concatenate([initializer(k, (rows, units), fan_in=rows, fan_out=units) for k in keys], axis=1)

    of_input, of_state = jax.random.split(key)
    w_input = beside(weights, of_input, features)
    return {
        "w_input": w_input,
        "w_recurrent": beside(recurrent, of_state, units),
        "b": jnp.zeros(gates * units, w_input.dtype),
    }


def of_inputs(name: str, params: Params, x: Array, context: Context) -> Array:
    """Return what the gates get from the inputs alone, of all steps in one product.

        x_t W + b

    Args:
        name: Of the layer, for the messages.
        params: What `drawn` gave, or what training made of it.
        x: (n, steps, features).
        context: Its product is taken.

    Returns:
        (n, steps, gates units).

    Raises:
        InputError: If `x` holds no sequences, or not as many features a step as the weights were drawn for.
    """
    _, features = sequence_shape(name, x.shape[1:])
    known = params["w_input"].shape[0]
    if features != known:
        raise InputError(
            f"{name} was initialised for {known} features a step; got {features} (input of shape {x.shape}). Call init "
            f"with input_shape={x.shape[1:]}."
        )
    return context.product(x, params["w_input"]) + params["b"][None, None, :]


def sequence_shape(name: str, input_shape: Shape) -> Shape:
    """Return the (steps, features) of an example, if it is a sequence.

    Args:
        name: Of the layer, for the message.
        input_shape: Shape of one example.

    Returns:
        The same shape.

    Raises:
        InputError: If it is not (steps, features), each at least 1.
    """
    if len(input_shape) != 2 or 0 in input_shape:
        raise InputError(
            f"{name} needs sequences: examples of shape (steps, features), each at least 1; got "
            f"input_shape={input_shape}."
        )
    return input_shape


def real_steps(x: Array) -> Array:
    """Say which steps of padded sequences are real: those up to the last one that holds a number other than 0.

    Args:
        x: (n, steps, features).

    Returns:
        (n, steps), true for a real step.
    """
    holds = jnp.any(x != 0, axis=2)
    # A step is real if it, or any after it, holds something.
    return jnp.flip(lax.cummax(jnp.flip(holds, 1).astype(jnp.int32), axis=1), 1) > 0


def walk(cell: Callable[[Any, Array], Any], before: Any, given: Array, real: Array, *, every_step: bool) -> Array:
    """Walk along sequences, and stand still at padding.

    Args:
        cell: From (what is remembered, (n, k) inputs of a step) to what is remembered next; the first entry of what is
            remembered is the output (n, units).
        before: What is remembered before the first step; a tuple of (n, units) arrays.
        given: (n, steps, k), what the cell gets at each step.
        real: (n, steps), false for padding.
        every_step: Whether the outputs of all steps are wanted, or the last real one's alone.

    Returns:
        (n, steps, units), 0 at padding; or (n, units).
    """

    def step(carry, now):
        inputs, here = now
        after = cell(carry, inputs)
        carry = tuple(jnp.where(here[:, None], new, old) for new, old in zip(after, carry, strict=True))
        return carry, jnp.where(here[:, None], carry[0], jnp.zeros((), carry[0].dtype))

    # Outputs that nobody asks for are left out by the compiler.
    last, outputs = lax.scan(step, before, (jnp.swapaxes(given, 0, 1), real.T))
    return jnp.swapaxes(outputs, 0, 1) if every_step else last[0]
