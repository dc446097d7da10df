"""Rosenblatt's perceptron: a plane that is turned by the rows on its wrong side, and by no other."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Int, Num

from thalweg.classic.threshold.epochs import order_key, room_for, run_epochs, visits
from thalweg.classic.threshold.labelled_rows import signed_rows
from thalweg.classic.threshold.unit import ThresholdUnit
from thalweg.platform import jit
from thalweg.types import Array


class Perceptron(NamedTuple):
    """A perceptron that has learned, and its course."""

    last: ThresholdUnit  # as the last correction left it
    best: ThresholdUnit  # the one in the pocket; `last` if it has converged
    wrong: int  # training rows that the best gets wrong
    mistakes: Int[np.ndarray, " e"]  # corrections in each epoch

    @property
    def converged(self) -> bool:
        """Whether the last epoch had no mistake: a plane separates the rows, and was found."""
        return bool(self.mistakes[-1] == 0)


class _Pocket(NamedTuple):
    weights: Array
    bias: Array
    run: Array  # visits in succession that they had got right when they were put in
    right: Array  # rows, of all, that it gets right


class _State(NamedTuple):
    weights: Array
    bias: Array
    run: Array  # visits in succession that these weights have got right so far
    asked: Array  # whether these weights have been tried on all rows
    pocket: _Pocket


def train_perceptron(
    x: Num[np.ndarray, "n d"],
    y: Num[np.ndarray, "..."],
    *,
    epochs: int = 100,
    bias: bool = True,
    seed: int | None = None,
) -> Perceptron:
    """Train a perceptron on rows of two classes, one row at a time, until an epoch has no mistake.

        where t (w . x + b) <= 0:    w <- w + t x,    b <- b + t,    t = 1 for class 1, -1 for class 0

    Both start at 0. So a rate would scale both and change no answer, and there is none. Where a plane separates the
    rows, mistakes come to an end, after no more than `mistake_bound` of them. Where none does, the weights wander for
    ever, and the last ones may be bad: the pocket then holds the best that were tried. Weights are tried on all rows
    when they have got as many visits in succession right as those in the pocket had, and are put into it if they get
    more rows right.

    Args:
        x: Rows; finite.
        y: Class 0 or 1 of each row (n,); both occur.
        epochs: Passes over the rows at most, 1 to 1,000,000.
        bias: Whether the plane may lie off the origin.
        seed: Of the orders, 0 to 4294967295, a new order each epoch; None for the given order, in all epochs.

    Returns:
        The perceptron, computed in 64 bits.

    Raises:
        InputError: If rows and classes do not go together, a number is not finite, there are not two classes, or
            epochs or seed are out of their range.

    Example:
        >>> found = train_perceptron(np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 0, 0, 1]))
        >>> found.converged, found.mistakes.tolist(), found.last.weights.tolist(), found.last.bias
        (True, [2, 3, 3, 2, 2, 3, 2, 1, 0], [3.0, 2.0], -4.0)

    Source: Rosenblatt, "Principles of neurodynamics", 1962, chapter 5 (error correction); Gallant, "Perceptron-based
    learning algorithms", 1990, section II (the pocket, with its ratchet).
    """
    rows, sign = signed_rows("the perceptron", x, y, epochs)
    key = order_key(seed)
    with jax.enable_x64(True):
        state, mistakes, number = _train(
            jnp.asarray(rows),
            jnp.asarray(sign),
            jnp.asarray(float(bias)),
            key,
            jnp.asarray(epochs),
            room=room_for(epochs),
            shuffled=seed is not None,
        )
    last, best = _unit(state), _unit(state.pocket)
    counts = np.asarray(mistakes)[: int(number)]
    if counts[-1] == 0:
        return Perceptron(last, last, 0, counts)
    return Perceptron(last, best, len(rows) - int(state.pocket.right), counts)


def _unit(held: Any) -> ThresholdUnit:
    return ThresholdUnit(np.asarray(held.weights), float(held.bias))


def _train_plainly(
    rows: Array, sign: Array, one: Array, key: Array, most: Array, room: int, shuffled: bool
) -> tuple[_State, Array, Array]:
    def right(weights: Array, bias: Array) -> Array:
        return (((rows @ weights + bias) > 0) == (sign > 0)).sum()

    def visit(state: _State, row: Array) -> tuple[_State, Array]:
        x, t = rows[row], sign[row]
        wrong = t * (jnp.dot(x, state.weights) + state.bias) <= 0
        run = state.run + jnp.where(wrong, 0, 1)  # of these weights, which a mistake ends
        ask = (run >= state.pocket.run) & ~state.asked
        count = jax.lax.cond(ask, right, lambda *_: jnp.zeros((), int), state.weights, state.bias)
        taken = _Pocket(state.weights, state.bias, run, count)
        pocket = jax.tree.map(lambda new, old: jnp.where(count > state.pocket.right, new, old), taken, state.pocket)
        push = jnp.where(wrong, t, 0.0)
        weights, bias, asked = state.weights + push * x, state.bias + push * one, (state.asked | ask) & ~wrong
        return _State(weights, bias, jnp.where(wrong, 0, run), asked, pocket), wrong

    def epoch(state: _State, number: Array) -> tuple[_State, Array, Array]:
        state, wrong = jax.lax.scan(visit, state, visits(key, number, len(rows), shuffled))
        mistakes = wrong.sum()
        return state, mistakes, mistakes == 0

    weights, bias, zero = jnp.zeros(rows.shape[1]), jnp.zeros(()), jnp.zeros((), int)
    first = _State(weights, bias, zero, jnp.zeros((), bool), _Pocket(weights, bias, zero, right(weights, bias)))
    return run_epochs(epoch, first, most, room)


_train = jit(_train_plainly, static=("room", "shuffled"))
