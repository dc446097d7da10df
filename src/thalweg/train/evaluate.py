"""How well members do on rows they are not trained on at this moment: sums, from which scores follow."""

import math
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from thalweg.data.batches import plain_order
from thalweg.losses.head import surprise
from thalweg.objective import Objective
from thalweg.platform import jit
from thalweg.train.population import each
from thalweg.train.state import Member, evaluated_weights
from thalweg.types import Array, Context, Params, Shape, State

BATCH = 1024  # rows an evaluation step at most
NUMBERS = 2**22  # of inputs together: a network keeps many times as many between its layers
LEAST = 16
TOP = 5  # classes among which the right one is looked for, beside the first alone


class Sums(NamedTuple):
    """Weighted sums over the rows of a part; what they are over depends on the loss's head."""

    weight: Array  # ()
    loss: Array  # ()
    # Classes: (C,), weight of the rows of each class that are predicted right; attributes: (k, 2), of those of each
    # answer; regression: (1,) of |error|.
    hits: Array
    totals: Array  # classes: (C,), attributes: (k, 2), weight of all these rows; regression: (1,) of error squared
    surprise: Array  # (), minus the log of the right class's probability; NaN where there are no probabilities
    whole: Array  # (), weight of the rows with nothing predicted wrong; NaN for regression
    near: Any = np.nan  # (), weight of the rows whose class is among the first five; NaN but for classes


class Part(NamedTuple):
    """Rows laid out for evaluation."""

    x: Array  # (n, ...)
    y: Array  # (n,) classes, or (n, k): amounts, answers, or shares of each class
    weight: Array  # (n,)
    order: Array  # (steps, batch) int32; (k, steps, batch) where each member has one of k sets of rows
    mask: Array  # the same, 0 for padding


def rows_together(example: Shape) -> int:
    """Return how many rows are evaluated together; their shape alone decides, so that each always gets the same bits.

    Args:
        example: Shape of one.

    Returns:
        1,024 for examples of up to 4,096 numbers; fewer for larger ones, as many as make up 4 million numbers, 16 at
        least.

    Example:
        >>> rows_together((32, 32, 3)), rows_together((224, 224, 3))
        (1024, 27)
    """
    return max(LEAST, min(BATCH, NUMBERS // max(1, math.prod(example))))


def part_of(x: Array, y: Array, weight: Array, rows: np.ndarray) -> Part:
    """Lay out `rows` of a data set for evaluation, in their order.

    Args:
        x: Inputs (n, ...), on the device.
        y: Targets.
        weight: (n,).
        rows: Integer positions; at least one.

    Returns:
        The part; the arrays are shared, not copied.

    Raises:
        InputError: If there are no rows.
    """
    order = plain_order(rows, rows_together(x.shape[1:]))
    return Part(x, y, weight, jnp.asarray(order.index), jnp.asarray(order.weight, weight.dtype))


def among_first(outputs: Any, classes: Any, most: int) -> Any:
    """Say of which examples the right class is among those with the largest outputs.

    Of equal outputs that of the lower class comes first, as in an argmax, so that the answer never hangs on chance.

    Args:
        outputs: (n, C) of NumPy or JAX.
        classes: (n,) the right ones.
        most: How many classes count as first.

    Returns:
        (n,) bool; false where the right class's output is not a number.

    Example:
        >>> outputs = np.array([[0.2, 0.5, 0.3], [0.1, 0.1, 0.8], [0.1, 0.1, 0.8]])
        >>> among_first(outputs, np.array([2, 0, 1]), 2).tolist()
        [True, True, False]
    """
    own = outputs[np.arange(len(outputs)), classes][:, None]
    lower = np.arange(outputs.shape[1], dtype=classes.dtype)[None, :] < classes[:, None]
    ahead = (outputs > own) | ((outputs == own) & lower)
    return (ahead.sum(axis=1) < most) & (own[:, 0] == own[:, 0])


def _sums(objective: Objective, outputs: Array, y: Array, losses: Array, weight: Array) -> Sums:
    predicted = objective.loss.predict(outputs)
    if objective.loss.head == "linear":
        error = predicted - y
        absolute, squared = (jnp.sum(weight[:, None] * e) for e in (jnp.abs(error), jnp.square(error)))
        hits, totals = absolute[None], squared[None]
        surprised = whole = near = jnp.full((), jnp.nan, weight.dtype)
    elif predicted.ndim == 3:  # of each attribute, no and yes
        known = jax.nn.one_hot(y, 2, dtype=weight.dtype)
        right = (jnp.argmax(predicted, axis=2).astype(y.dtype) == y).astype(weight.dtype)
        hits, totals = (jnp.sum(weight[:, None, None] * w * known, axis=0) for w in (right[:, :, None], 1))
        whole, near = jnp.sum(weight * jnp.min(right, axis=1)), jnp.full((), jnp.nan, weight.dtype)
        surprised = jnp.sum(weight * surprise(objective.loss, outputs, y))
    else:
        classes = y if y.ndim == 1 else jnp.argmax(y, axis=1)  # of shares the largest
        known = jax.nn.one_hot(classes, predicted.shape[1], dtype=weight.dtype)
        right = (jnp.argmax(predicted, axis=1).astype(classes.dtype) == classes).astype(weight.dtype)
        # Sums, not matrix products: those may be rounded to fewer digits on a GPU.
        hits, totals = (jnp.sum(w[:, None] * known, axis=0) for w in (weight * right, weight))
        whole = jnp.sum(weight * right)
        near = jnp.sum(weight * among_first(predicted, classes, TOP).astype(weight.dtype))
        surprised = jnp.sum(weight * surprise(objective.loss, outputs, y))
    return Sums(jnp.sum(weight), jnp.sum(weight * losses), hits, totals, surprised, whole, near)


def _forward(objective: Objective, params: Params, state: State, part: Part, row: Any) -> tuple[Array, Array, Array]:
    index, mask = part.order[row], part.mask[row]
    outputs, _ = objective.network.apply(params, state, part.x[index], context=Context(False, None, mask))
    return outputs, part.y[index], part.weight[index] * mask


def _assess(members: Member, parts: tuple[Part, ...], among: Array, which: Array | None) -> tuple[Sums, ...]:
    def one(given: tuple[Member, Array, Array | None]) -> tuple[Sums, ...]:
        member, wanted, own = given
        objective, (params, state) = member.learner.objective, evaluated_weights(member)

        def over(part: Part) -> Sums:
            if own is not None:
                part = part._replace(order=part.order[own], mask=part.mask[own])

            def add(row, sums):
                outputs, y, weight = _forward(objective, params, state, part, row)
                new = _sums(objective, outputs, y, objective.loss(outputs, y), weight)
                return jax.tree.map(jnp.add, sums, new)

            shapes = jax.eval_shape(lambda: add(0, Sums(*(jnp.zeros(()),) * len(Sums._fields))))
            zeros = jax.tree.map(lambda s: jnp.zeros(s.shape, s.dtype), shapes)
            return lax.fori_loop(0, jnp.where(wanted, part.order.shape[0], 0), add, zeros)

        return tuple(map(over, parts))

    return each(one, (members, among, which))


_compiled_assess = jit(_assess)


def assess(
    members: Member, parts: tuple[Part, ...], among: np.ndarray | None = None, which: np.ndarray | None = None
) -> tuple[Sums, ...]:
    """Return every member's sums over rows it is not trained on at this moment, in inference mode.

    Args:
        members: A population.
        parts: What to evaluate on; shared by all members, or several sets of rows in each.
        among: (m,) bool, the members that are wanted; one after the other the rest take no time. None for all.
        which: (m,) the set of rows of each member; None where all members share one.

    Returns:
        The sums over each part; every leaf (m, ...), 0 for a member that is not wanted.
    """
    wanted = np.ones(len(members.alive), bool) if among is None else among
    return _compiled_assess(members, parts, jnp.asarray(wanted), None if which is None else jnp.asarray(which))


_compiled_penalties = jit(lambda members: each(lambda m: m.learner.objective.penalty(evaluated_weights(m)[0]), members))


def penalties(members: Member) -> Array:
    """Return every member's penalty.

    Args:
        members: A population.

    Returns:
        (m,), as it is added to the loss.
    """
    return _compiled_penalties(members)


def _outputs(objective: Objective, params: Params, state: State, x: Array) -> Array:
    outputs, _ = objective.network.apply(params, state, x, context=Context(False, None, jnp.ones(x.shape[0])))
    return objective.loss.predict(outputs)


_predict = jit(_outputs)


def predict(objective: Objective, params: Params, state: State, x: np.ndarray) -> np.ndarray:
    """Return predictions for any number of rows.

    Every batch has the same shape, the last one padded, so there is one compile and a row's prediction does
    not depend on how many rows come with it.

    Args:
        objective: Traced; its loss's head turns outputs into predictions.
        params: The network's parameters, without a population axis.
        state: The network's state.
        x: Preprocessed inputs (n, ...).

    Returns:
        Probabilities (n, C), those of no and yes (n, k, 2), or values (n, k).
    """
    pieces, together = [], rows_together(x.shape[1:])
    for begin in range(0, max(len(x), 1), together):
        rows = x[begin : begin + together]
        padded = np.concatenate([rows, np.zeros((together - len(rows), *x.shape[1:]), x.dtype)])
        outputs = _predict(objective, params, state, jnp.asarray(padded, jnp.result_type(float)))
        pieces.append(np.asarray(outputs)[: len(rows)])
    return np.concatenate(pieces)


def _keep_best(members: Member, better: Array) -> Member:
    now = jax.vmap(evaluated_weights)(members)

    def pick(new, old):
        return jnp.where(better.reshape(-1, *[1] * (new.ndim - 1)), new, old)

    return members._replace(best=jax.tree.map(pick, now, members.best))


_compiled_keep_best = jit(_keep_best)


def keep_best(members: Member, better: np.ndarray) -> Member:
    """Return the members with their present weights as their best ones where they are better.

    Args:
        members: A population.
        better: (m,) bool.

    Returns:
        The population; its carries are as they were.
    """
    return _compiled_keep_best(members, jnp.asarray(better))
