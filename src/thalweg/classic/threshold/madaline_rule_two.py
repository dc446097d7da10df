"""Madaline's second rule: try what comes of changing the signs of the units that are least sure, and keep what helps.

No gradient is needed, and none exists: signs have no slope. Back-propagation needs units that have one, and replaced
this rule. What is left out: that units which give way too often are spared (their "usage"), and more than one layer.
"""

import itertools
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Bool, Num

from thalweg.classic.threshold.epochs import order_key, room_for
from thalweg.classic.threshold.labelled_rows import signed_rows
from thalweg.classic.threshold.madaline import (
    Held,
    Madaline,
    check_madaline,
    first_units,
    madaline_of,
    toward,
    train_units,
)
from thalweg.errors import InputError
from thalweg.keys import role, root
from thalweg.platform import jit
from thalweg.types import Array

MOST_TOGETHER = 3


def train_madaline_rule_two(
    x: Num[np.ndarray, "n d"],
    y: Num[np.ndarray, "..."],
    *,
    units: int = 4,
    together: int = 3,
    rate: float = 1.0,
    epochs: int = 100,
    seed: int = 0,
) -> Madaline:
    """Train a Madaline whose output unit learns, too, by Madaline rule II.

        o_j = sign(w_j . x + b_j),    the output says yes where v . o + c > 0

    Where the output is right nothing is changed. Where it is wrong, signs of units are changed on trial: of each one
    alone, the least sure first; where none helps, of each two, then of each three. The first change that makes the
    output right is the least disturbance that does, and the units in it learn their new signs. Where none helps, the
    output unit learns its own. It begins with weights between 1/2 and 1, so that no unit outvotes two others: one that
    outvotes all would decide alone, and the others never learn. The rule need not come to an end, even where there are
    weights without a mistake: then try other seeds, or more units.

    Args:
        x: Rows; finite, and best of one scale.
        y: Class 0 or 1 of each row (n,); both occur.
        units: m, 1 to 64; 3 or more, for of two the one with the larger weight decides.
        together: How many signs are changed at a time, at most; 1 to 3.
        rate: Share of the way to the new sign that a step goes, above 0 and below 2.
        epochs: Passes over the rows at most, 1 to 1,000,000; an epoch without a mistake is the last.
        seed: Of the first weights and of the orders, a new order each epoch; 0 to 4294967295.

    Returns:
        The Madaline, computed in 64 bits: the weights at the end of the epoch with the fewest rows wrong.

    Raises:
        InputError: If rows and classes do not go together, a number is not finite, there are not two classes, or
            another number is out of its range.

    Example:
        >>> corners = np.array([[-1, -1], [-1, 1], [1, -1], [1, 1]])
        >>> found = train_madaline_rule_two(corners, np.array([0, 1, 1, 0]))
        >>> found.converged, found.says(corners).tolist()
        (True, [False, True, True, False])

    Source: Winter and Widrow, "Madaline rule II: a training algorithm for neural networks", 1988; Widrow and Lehr,
    "30 years of adaptive neural networks", 1990, on Madaline rule II.
    """
    rows, sign = signed_rows("a Madaline", x, y, epochs)
    check_madaline(units, rate)
    if not 1 <= together <= MOST_TOGETHER:
        raise InputError(f"Madaline rule II changes 1 to {MOST_TOGETHER} signs together; got {together}.")
    key = order_key(seed)
    with jax.enable_x64(True):
        first = Held(*first_units(seed, rows.shape[1], units), first_votes(seed, units), jnp.zeros(()))
        arrays = [jnp.asarray(value) for value in (rows, sign, float(rate), trials_of(units, together), epochs)]
        found = _train(first, *arrays, key, room=room_for(epochs))
    return madaline_of(*found)


def first_votes(seed: int, units: int) -> Array:
    """Draw the output unit's first weights, between 1/2 and 1; call it in 64 bits.

    Args:
        seed: 0 to 4294967295.
        units: m.

    Returns:
        (m,) weights.

    Raises:
        InputError: If the seed is out of its range.
    """
    return jax.random.uniform(role(root(seed), "output"), (units,), minval=0.5, maxval=1.0)


def trials_of(units: int, together: int) -> Bool[np.ndarray, "trials m"]:
    """Return which signs each trial changes: every one, every two and so on.

    Args:
        units: m.
        together: At most so many, and no more than there are.

    Returns:
        A row a trial.

    Example:
        >>> trials_of(3, 2).astype(int).tolist()
        [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0], [1, 0, 1], [0, 1, 1]]
    """
    sets = [s for size in range(1, min(together, units) + 1) for s in itertools.combinations(range(units), size)]
    masks = np.zeros((len(sets), units), bool)
    for mask, chosen in zip(masks, sets, strict=True):
        mask[list(chosen)] = True
    return masks


def _train_plainly(
    first: Held, rows: Array, sign: Array, rate: Array, trials: Array, most: Array, key: Array, room: int
) -> tuple[Any, Array, Array]:
    size = trials.sum(axis=1).astype(rows.dtype)

    def visit(held: Held, row: Array) -> tuple[Held, Array]:
        x, want = rows[row], sign[row] > 0
        sums = x @ held.weights + held.bias
        signs = jnp.where(sums > 0, 1.0, -1.0)
        output = jnp.dot(signs, held.output_weights) + held.output_bias
        wrong = (output > 0) != want
        changed = jnp.where(trials, -signs[None, :], signs[None, :])
        helps = (changed @ held.output_weights + held.output_bias > 0) == want
        # The fewest units first, and of as many the ones whose sums are nearest to 0 together: a share below 1.
        sure = jnp.where(trials, jnp.abs(sums)[None, :], 0.0).sum(axis=1) / (1 + jnp.abs(sums).sum())
        chosen = jnp.where(helps, size + sure, jnp.inf).argmin()
        any_helps = helps.any()
        learned = toward(held, x, -signs, trials[chosen] & wrong & any_helps, rate)
        step = jnp.where(wrong & ~any_helps, rate * (sign[row] - output) / (len(signs) + 1), 0.0)
        return learned._replace(
            output_weights=held.output_weights + step * signs, output_bias=held.output_bias + step
        ), wrong  # fmt: skip

    return train_units(visit, first, rows, sign, most, key, room)


_train = jit(_train_plainly, static=("room",))
