"""Passes over the rows as one compiled loop: row after row, until an epoch says that it was the last."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

from thalweg.errors import InputError
from thalweg.keys import role, root
from thalweg.types import Array


def run_epochs(
    epoch: Callable[[Any, Array], tuple[Any, Any, Array]], carry: Any, most: Array, room: int
) -> tuple[Any, Any, Array]:
    """Repeat an epoch, and keep what each one tells.

    Args:
        epoch: (carry, number from 0) to the carry after it, what to keep of it (a tree of scalars), and whether it was
            the last.
        carry: Before the first.
        most: Epochs at most, traced.
        room: How many epochs can be kept; at least `most`.

    Returns:
        The last carry; what was kept, with a first axis of length `room`; how many epochs were run.
    """
    kept = jax.tree.map(
        lambda told: jnp.zeros((room, *told.shape), told.dtype), jax.eval_shape(epoch, carry, jnp.zeros((), int))[1]
    )

    def step(state: Any) -> Any:
        carry, kept, number, _ = state
        carry, told, last = epoch(carry, number)
        return carry, jax.tree.map(lambda all, one: all.at[number].set(one), kept, told), number + 1, last

    state = (carry, kept, jnp.zeros((), int), jnp.zeros((), bool))
    carry, kept, number, _ = jax.lax.while_loop(lambda state: (state[2] < most) & ~state[3], step, state)
    return carry, kept, number


def room_for(epochs: int) -> int:
    """Return the power of two from `epochs` on: so that few lengths of the record are ever compiled.

    Example:
        >>> room_for(1), room_for(100), room_for(128)
        (1, 128, 128)
    """
    return 1 << (epochs - 1).bit_length()


def order_key(seed: int | None) -> Array:
    """Return the key of the orders in which rows come.

    Args:
        seed: 0 to 4294967295; None for the given order, which needs none.

    Returns:
        A key.

    Raises:
        InputError: If the seed is out of its range.
    """
    return role(root(0 if seed is None else seed), "order")


def visits(key: Array, number: Array, rows: int, shuffled: bool) -> Array:
    """Return the order in which an epoch visits the rows.

    Args:
        key: See `order_key`.
        number: Of the epoch.
        rows: How many.
        shuffled: Whether each epoch has an order of its own; else rows come as they were given.

    Returns:
        (rows,) their places.
    """
    if not shuffled:
        return jnp.arange(rows)
    return jax.random.permutation(jax.random.fold_in(key, number), rows)


def check_rate(owner: str, rate: float) -> None:
    """Refuse a rate that is no positive number.

    Args:
        owner: Who asks, for the message.
        rate: Share of the error that a step takes back.

    Raises:
        InputError: If it is not above 0, or not finite.
    """
    if not 0 < rate < float("inf"):
        raise InputError(f"{owner} needs a rate above 0; got {rate}.")
