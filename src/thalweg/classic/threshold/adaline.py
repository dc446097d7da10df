"""Adaline: a unit that learns from how far its sum is off, before the sum is cut to a sign.

The perceptron learns from mistakes alone and stops at any plane without one. Adaline goes downhill on a squared error,
which has one lowest point whether or not a plane separates the rows. That point need not be the plane with the fewest
mistakes: a row far on its right side counts as an error, too.
"""

import math
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Int, Num

from thalweg.classic.threshold.epochs import check_rate, order_key, room_for, run_epochs, visits
from thalweg.classic.threshold.labelled_rows import signed_rows
from thalweg.classic.threshold.rate_limits import batch_rate_limit, row_rate_limit
from thalweg.classic.threshold.unit import ThresholdUnit
from thalweg.platform import jit
from thalweg.types import Array

LOST = 1e6  # a mean squared error at which training is given up; that of weights of 0 is 1


class Adaline(NamedTuple):
    """An Adaline that has learned, and its course."""

    unit: ThresholdUnit
    errors: Float[np.ndarray, " e"]  # mean squared error over all rows, after each epoch
    wrong: Int[np.ndarray, " e"]  # rows on the wrong side, after each epoch
    limit: float  # on the rate, of these rows and this way of training
    remark: str  # that it diverged, and what to do; "" if it did not

    @property
    def diverged(self) -> bool:
        """Whether the error grew until training was given up."""
        return bool(self.remark)


def train_adaline(
    x: Num[np.ndarray, "n d"],
    y: Num[np.ndarray, "..."],
    *,
    rate: float,
    epochs: int = 100,
    bias: bool = True,
    seed: int | None = None,
) -> Adaline:
    """Train an Adaline one row at a time, by the rule of Widrow and Hoff (least mean squares, LMS).

        e = t - (w . x + b),    w <- w + rate e x,    b <- b + rate e,    t = 1 for class 1, -1 for class 0

    Both start at 0. With a constant rate the weights end near those of the least squared error, and keep moving about
    them. Many authors write 2 mu for the rate.

    Args:
        x: Rows; finite.
        y: Class 0 or 1 of each row (n,); both occur.
        rate: Above 0; below `row_rate_limit` it is stable in whatever order.
        epochs: Passes over the rows at most, 1 to 1,000,000.
        bias: Whether there is one.
        seed: Of the orders, 0 to 4294967295, a new order each epoch; None for the given order, in all epochs.

    Returns:
        The Adaline, computed in 64 bits; training ends early where the error is beyond 1,000,000.

    Raises:
        InputError: If rows and classes do not go together, a number is not finite, there are not two classes, or
            rate, epochs or seed are out of their range.

    Example:
        >>> found = train_adaline(np.array([[-1.0], [1.0]]), np.array([0, 1]), rate=0.5, bias=False)
        >>> found.unit.weights.tolist(), found.wrong[:2].tolist(), found.limit
        ([1.0], [0, 0], 2.0)

    Source: Widrow and Hoff, "Adaptive switching circuits", 1960; Widrow and Lehr, "30 years of adaptive neural
    networks", 1990, on mu-LMS.
    """
    rows, sign = signed_rows("Adaline", x, y, epochs)
    check_rate("Adaline", rate)
    limit = row_rate_limit(rows, bias=bias) if bias or rows.any() else math.inf
    key = order_key(seed)
    with jax.enable_x64(True):
        arrays = [jnp.asarray(value) for value in (rows, sign, float(bias), float(rate), epochs)]
        found = _by_row(*arrays, key, room=room_for(epochs), shuffled=seed is not None)
    return _told(found, limit, f"a rate of {rate:g}, one row at a time; below {limit:.3g} it is stable in any order")


def train_batch_adaline(
    x: Num[np.ndarray, "n d"], y: Num[np.ndarray, "..."], *, rate: float, epochs: int = 100, bias: bool = True
) -> Adaline:
    """Train an Adaline on all rows at a time: steepest descent on the mean squared error.

        w <- w + rate mean_i(e_i x_i),    b <- b + rate mean_i(e_i),    e_i = t_i - (w . x_i + b)

    The mean, not the sum: so the rate does not hang on the number of rows. Both start at 0.

    Args:
        x: Rows; finite.
        y: Class 0 or 1 of each row (n,); both occur.
        rate: Above 0; from `batch_rate_limit` on it diverges, and half of that is a good beginning.
        epochs: Steps at most, 1 to 1,000,000.
        bias: Whether there is one.

    Returns:
        The Adaline, computed in 64 bits; training ends early where the error is beyond 1,000,000.

    Raises:
        InputError: If rows and classes do not go together, a number is not finite, there are not two classes, or
            rate or epochs are out of their range.

    Example:
        >>> x, y = np.array([[-1.0, 0.0], [1.0, 2.0], [0.0, 1.0]]), np.array([0, 1, 1])
        >>> found = train_batch_adaline(x, y, rate=2.0)
        >>> found.remark
        'the mean squared error grew beyond 1e+06 at a rate of 2, all rows at a time; it must be below 0.785. Lower it.'

    Source: Widrow and Lehr, "30 years of adaptive neural networks", 1990, on steepest descent.
    """
    rows, sign = signed_rows("Adaline", x, y, epochs)
    check_rate("Adaline", rate)
    limit = batch_rate_limit(rows, bias=bias) if bias or rows.any() else math.inf
    with jax.enable_x64(True):
        arrays = [jnp.asarray(value) for value in (rows, sign, float(bias), float(rate), epochs)]
        found = _by_all(*arrays, room=room_for(epochs))
    return _told(found, limit, f"a rate of {rate:g}, all rows at a time; it must be below {limit:.3g}")


def _told(found: Any, limit: float, how: str) -> Adaline:
    (weights, bias), (errors, wrong), number = found
    errors, wrong = (np.asarray(value)[: int(number)] for value in (errors, wrong))
    remark = "" if errors[-1] <= LOST else f"the mean squared error grew beyond {LOST:g} at {how}. Lower it."
    return Adaline(ThresholdUnit(np.asarray(weights), float(bias)), errors, wrong, limit, remark)


def _judged(rows: Array, sign: Array, held: Any) -> tuple[Any, tuple[Array, Array], Array]:
    scores = rows @ held[0] + held[1]
    error = jnp.square(sign - scores).mean()
    return held, (error, ((scores > 0) != (sign > 0)).sum()), ~(error <= LOST)


def _by_row_plainly(
    rows: Array, sign: Array, one: Array, rate: Array, most: Array, key: Array, room: int, shuffled: bool
) -> tuple[Any, Any, Array]:
    def visit(held: tuple[Array, Array], row: Array) -> tuple[tuple[Array, Array], None]:
        weights, bias = held
        step = rate * (sign[row] - (jnp.dot(rows[row], weights) + bias))
        return (weights + step * rows[row], bias + step * one), None

    def epoch(held: Any, number: Array) -> tuple[Any, Any, Array]:
        held, _ = jax.lax.scan(visit, held, visits(key, number, len(rows), shuffled))
        return _judged(rows, sign, held)

    return run_epochs(epoch, (jnp.zeros(rows.shape[1]), jnp.zeros(())), most, room)


def _by_all_plainly(
    rows: Array, sign: Array, one: Array, rate: Array, most: Array, room: int
) -> tuple[Any, Any, Array]:
    def epoch(held: Any, number: Array) -> tuple[Any, Any, Array]:
        del number
        step = rate * (sign - (rows @ held[0] + held[1])) / len(rows)
        return _judged(rows, sign, (held[0] + step @ rows, held[1] + step.sum() * one))

    return run_epochs(epoch, (jnp.zeros(rows.shape[1]), jnp.zeros(())), most, room)


_by_row, _by_all = jit(_by_row_plainly, static=("room", "shuffled")), jit(_by_all_plainly, static=("room",))
