"""What recurrent layers share: which steps are padding, and the walk along a sequence."""

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
from jax import lax

from thalweg.errors import InputError
from thalweg.types import Array, Shape


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
