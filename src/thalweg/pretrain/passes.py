"""Steps over batches, epoch after epoch, inside a compiled program."""

from collections.abc import Callable
from typing import Any, TypeVar

import jax
import jax.numpy as jnp
from jax import lax

from thalweg.keys import role
from thalweg.types import Array, Scalar

T = TypeVar("T")


def pass_over(
    step: Callable[[T, Array, Array, Any], T], carry: T, *, rows: int, batch: int, epochs: Scalar, key: Any
) -> T:
    """Take a step on every batch of every epoch, each epoch in an order of its own.

    Args:
        step: Of the carry, the places of the batch's rows (b,), 1 for real rows and 0 for padding (b,), and a key.
        carry: What goes on from step to step.
        rows: How many there are.
        batch: Rows a step; more than there are count as all. The last batch of an epoch is padded.
        epochs: A whole number; it may be traced, and then another one compiles nothing.
        key: A JAX key.

    Returns:
        The carry after the last step.

    Example:
        >>> count = lambda carry, places, real, key: carry + real.sum()
        >>> pass_over(count, jnp.zeros(()), rows=5, batch=2, epochs=3, key=jax.random.key(0)).item()
        15.0
    """
    size, steps = min(batch, rows), steps_of(rows, batch)
    spare = size * steps - rows
    real = jnp.concatenate([jnp.ones(rows), jnp.zeros(spare)]).reshape(steps, size)

    def epoch(number: Array, carry: T) -> T:
        own = jax.random.fold_in(key, number)
        order = jax.random.permutation(role(own, "order"), rows)
        places = jnp.concatenate([order, jnp.zeros(spare, order.dtype)]).reshape(steps, size)
        keys = jax.random.split(role(own, "steps"), steps)
        return lax.scan(lambda carry, given: (step(carry, *given), None), carry, (places, real, keys))[0]

    return lax.fori_loop(0, jnp.asarray(epochs).astype(jnp.int32), epoch, carry)


def steps_of(rows: int, batch: int) -> int:
    """Return the steps of an epoch.

    Args:
        rows: How many there are.
        batch: Rows a step; more than there are count as all.

    Returns:
        The steps.
    """
    return -(-rows // min(batch, rows))
