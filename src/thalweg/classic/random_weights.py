"""A linear classifier found without gradients: by guessing weights, or by guessing steps."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from thalweg.classic.threshold.labelled_rows import labelled_rows
from thalweg.errors import InputError
from thalweg.keys import role, root
from thalweg.losses.multiclass_hinge import MulticlassHinge
from thalweg.platform import jit

SPREAD = 1e-4  # standard deviation of guesses, and of steps
_AT_ONCE = 16  # guesses that are scored by one product of matrices


class Guessed(NamedTuple):
    """The best weights of all that were tried."""

    weights: Float[np.ndarray, "d_and_1 c"]  # of each input, and in the last row the bias
    losses: Float[np.ndarray, " tries"]  # the lowest after each try

    def scores(self, x: Float[np.ndarray, "n d"]) -> Float[np.ndarray, "n c"]:
        """Return each class's score of rows.

        Args:
            x: Rows.

        Returns:
            x W + b.
        """
        return x @ self.weights[:-1] + self.weights[-1]


def guess_weights(
    x: Float[np.ndarray, "n d"],
    y: Int[np.ndarray, " n"],
    *,
    tries: int = 1000,
    spread: float = SPREAD,
    seed: int = 0,
) -> Guessed:
    """Draw weights again and again, and keep those of the lowest loss.

        W_t ~ N(0, spread^2),    W = argmin_t  mean_i sum_(j != y_i) max(0, s_j - s_(y_i) + 1),    s = x_i W_t

    Args:
        x: Training rows, float32.
        y: Their classes, from 0, of two or more.
        tries: How many weights to draw; at least 1.
        spread: Standard deviation of each; above 0.
        seed: Of the draws; 0 to 4294967295.

    Returns:
        The best.

    Raises:
        InputError: If there is nothing to try, or to learn from.

    Example:
        >>> x = np.array([[1.0, 0.0], [0.0, 1.0]], np.float32)
        >>> found = guess_weights(x, np.array([0, 1]), tries=200, spread=1.0)
        >>> found.scores(x).argmax(axis=1).tolist()
        [0, 1]

    Source: CS231n notes, "Optimization", "Strategy #1: Random search".
    """
    given = _given(x, y, tries, spread)
    rounds = -(-tries // _AT_ONCE)
    keys = jax.random.split(role(root(seed), "guessed weights"), rounds)
    weights, losses = _guess(*given, keys, np.float32(spread), np.int32(tries), classes=int(y.max()) + 1)
    return Guessed(np.asarray(weights), np.asarray(losses)[:tries])


def guess_steps(
    x: Float[np.ndarray, "n d"],
    y: Int[np.ndarray, " n"],
    *,
    tries: int = 1000,
    spread: float = SPREAD,
    seed: int = 0,
) -> Guessed:
    """Draw a step from the best weights again and again, and take it where the loss falls.

        W' = W + N(0, spread^2),    W <- W' if the loss of W' is lower

    Args:
        x: As for `guess_weights`.
        y: As for `guess_weights`.
        tries: How many steps to draw; at least 1.
        spread: Standard deviation of the first weights and of each step; above 0.
        seed: Of the draws; 0 to 4294967295.

    Returns:
        Where it arrived.

    Raises:
        InputError: As `guess_weights`.

    Source: CS231n notes, "Optimization", "Strategy #2: Random Local Search".
    """
    given = _given(x, y, tries, spread)
    keys = jax.random.split(role(root(seed), "guessed steps"), tries)
    weights, losses = _step(*given, keys, np.float32(spread), classes=int(y.max()) + 1)
    return Guessed(np.asarray(weights), np.asarray(losses))


def _given(x: np.ndarray, y: np.ndarray, tries: int, spread: float) -> tuple[np.ndarray, np.ndarray]:
    if tries < 1 or not 0 < spread < np.inf:
        raise InputError(f"guessing needs a try and a spread above 0; got {tries} tries and a spread of {spread:g}.")
    rows, classes = labelled_rows("guessing", x, y, 1)
    ones = np.ones((len(rows), 1), np.float32)  # what the bias weighs
    return np.concatenate([rows.astype(np.float32), ones], axis=1), classes.astype(np.int32)


def _loss(scores: Array, y: Array) -> Array:
    return jnp.mean(MulticlassHinge()(scores, y))


def _guessed(x: Array, y: Array, keys: Array, spread: Array, tries: Array, classes: int) -> tuple[Array, Array]:
    shape = (_AT_ONCE, x.shape[1], classes)

    def some(best: tuple[Array, Array], given: tuple[Array, Array]) -> tuple[tuple[Array, Array], Array]:
        key, first = given
        drawn = spread * jax.random.normal(key, shape, x.dtype)
        scores = jnp.matmul(x, jnp.moveaxis(drawn, 0, 1).reshape(x.shape[1], -1)).reshape(len(x), _AT_ONCE, classes)
        losses = jax.vmap(_loss, (1, None))(scores, y)
        losses = jnp.where(first + jnp.arange(_AT_ONCE) < tries, losses, jnp.inf)  # the last round may be too long
        place = jnp.argmin(losses)
        lower = losses[place] < best[1]
        weights = jnp.where(lower, drawn[place], best[0])
        so_far = jnp.minimum(jax.lax.cummin(losses), best[1])
        return (weights, jnp.minimum(losses[place], best[1])), so_far

    begin = jnp.zeros(shape[1:], x.dtype), jnp.asarray(jnp.inf, x.dtype)
    firsts = jnp.arange(len(keys), dtype=jnp.int32) * _AT_ONCE
    (weights, _), losses = jax.lax.scan(some, begin, (keys, firsts))
    return weights, losses.reshape(-1)


def _stepped(x: Array, y: Array, keys: Array, spread: Array, classes: int) -> tuple[Array, Array]:
    def draw(key: Array) -> Array:
        return spread * jax.random.normal(key, (x.shape[1], classes), x.dtype)

    def step(best: tuple[Array, Array], key: Array) -> tuple[tuple[Array, Array], Array]:
        weights = best[0] + draw(key)
        loss = _loss(jnp.matmul(x, weights), y)
        lower = loss < best[1]
        best = jnp.where(lower, weights, best[0]), jnp.minimum(loss, best[1])
        return best, best[1]

    begin = jnp.zeros((x.shape[1], classes), x.dtype), jnp.asarray(jnp.inf, x.dtype)  # the first is always taken
    (weights, _), losses = jax.lax.scan(step, begin, keys)
    return weights, losses


_guess = jit(_guessed, static=("classes",))
_step = jit(_stepped, static=("classes",))
