"""Madaline's first rule: the output is fixed logic, and the unit that is least sure gives way."""

from types import MappingProxyType
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Num

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
from thalweg.errors import InputError, choose
from thalweg.platform import jit
from thalweg.types import Array

# How many of m units have to say yes for the output to say it.
LOGIC = MappingProxyType({"majority": lambda m: m // 2 + 1, "or": lambda m: 1, "and": lambda m: m})


def train_madaline_rule_one(
    x: Num[np.ndarray, "n d"],
    y: Num[np.ndarray, "..."],
    *,
    units: int = 3,
    logic: str = "majority",
    rate: float = 1.0,
    epochs: int = 100,
    seed: int = 0,
) -> Madaline:
    """Train the units of a Madaline whose output is a vote with fixed weights, by Madaline rule I.

        o_j = sign(w_j . x + b_j),    the output says yes where q or more units do
        majority: q = (m + 1) / 2,    or: q = 1,    and: q = m

    Where the output is right nothing is changed. Where it is wrong, just as many units as it takes are told to change
    their sign: of those that voted wrongly the ones whose sums are nearest to 0. It is the least disturbance, to what
    the units have learned of other rows. Which units those are is decided by the rows that came before; so units come
    to answer for different parts of the rows. The rule need not come to an end, even where there are weights without a
    mistake: then try other seeds, or more units.

    Args:
        x: Rows; finite, and best of one scale.
        y: Class 0 or 1 of each row (n,); both occur.
        units: m, 1 to 64; odd for a majority, which could be even otherwise.
        logic: "majority", "or" or "and".
        rate: Share of the way to the wanted sign that a step goes, above 0 and below 2.
        epochs: Passes over the rows at most, 1 to 1,000,000; an epoch without a mistake is the last.
        seed: Of the first weights and of the orders, a new order each epoch; 0 to 4294967295.

    Returns:
        The Madaline, computed in 64 bits: the weights at the end of the epoch with the fewest rows wrong.

    Raises:
        InputError: If rows and classes do not go together, a number is not finite, there are not two classes, the
            number of units of a majority is even, the logic is unknown, or another number is out of its range.

    Example:
        >>> corners = np.array([[-1, -1], [-1, 1], [1, -1], [1, 1]])
        >>> found = train_madaline_rule_one(corners, np.array([0, 1, 1, 0]), units=2, logic="or")
        >>> found.converged, found.says(corners).tolist()
        (True, [False, True, True, False])

    Source: Ridgway, "An adaptive logic system with generalizing properties", 1962; Widrow and Lehr, "30 years of
    adaptive neural networks", 1990, on Madaline rule I.
    """
    rows, sign = signed_rows("a Madaline", x, y, epochs)
    check_madaline(units, rate)
    choose(logic, LOGIC, what="logic of a Madaline's output")
    if logic == "majority" and units % 2 == 0:
        raise InputError(f"a majority needs an odd number of units; got {units}. Take one more, or one less.")
    enough = LOGIC[logic](units)
    key = order_key(seed)
    with jax.enable_x64(True):
        weights, bias = first_units(seed, rows.shape[1], units)
        # q or more of m signs are 1 just where their sum is above 2 q - m - 1.
        first = Held(weights, bias, jnp.ones(units), jnp.asarray(units - 2.0 * enough + 1))
        arrays = [jnp.asarray(value) for value in (rows, sign, float(rate), enough, epochs)]
        found = _train(first, *arrays, key, room=room_for(epochs))
    return madaline_of(*found)


def _train_plainly(
    first: Held, rows: Array, sign: Array, rate: Array, enough: Array, most: Array, key: Array, room: int
) -> tuple[Any, Array, Array]:
    def visit(held: Held, row: Array) -> tuple[Held, Array]:
        x, want = rows[row], sign[row] > 0
        sums = x @ held.weights + held.bias
        says = sums > 0
        count = says.sum()
        wrong = (count >= enough) != want
        lacking = jnp.where(want, enough - count, count - enough + 1)
        against = says != want
        sure = jnp.where(against, jnp.abs(sums), jnp.inf)
        chosen = wrong & against & (jnp.argsort(jnp.argsort(sure)) < lacking)
        return toward(held, x, jnp.full(len(sums), sign[row]), chosen, rate), wrong

    return train_units(visit, first, rows, sign, most, key, room)


_train = jit(_train_plainly, static=("room",))
