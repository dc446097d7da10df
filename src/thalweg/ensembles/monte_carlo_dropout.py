"""Dropout left on at test time: many thinned networks out of one that is trained."""

from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from scipy.special import entr

from thalweg.errors import InputError
from thalweg.keys import role, root
from thalweg.losses.head import scored
from thalweg.network.noise import without_noise
from thalweg.objective import Objective
from thalweg.platform import jit
from thalweg.spec import traced
from thalweg.train.evaluate import rows_together
from thalweg.types import Array, Context, Params, State


class Drawn(NamedTuple):
    """What thinned networks say of each row."""

    mean: np.ndarray  # (n, ...) of their predictions
    deviation: np.ndarray  # (n, ...), the standard deviation of their predictions
    entropy: np.ndarray | None  # of the mean, in nats: (n,), of attributes (n, k); None without probabilities


def predict_with_dropout(
    objective: Objective, params: Params, state: State, x: np.ndarray, *, draws: int = 50, seed: int = 0
) -> Drawn:
    """Predict with dropout on, and average over draws of what is dropped.

        mean = (1/S) sum_s f(x; m_s),    deviation^2 = sum_s (f(x; m_s) - mean)^2 / (S - 1)
        entropy = -sum_c mean_c log mean_c

    Dropout of d units trains 2^d networks that share weights; each draw m_s is one of these, and the same one for all
    rows. So a row's prediction hangs neither on the rows beside it nor on their number. Layers that draw in training
    (`Dropout`, `DropConnect`, `GaussianNoise`) draw; all others do as at inference, and batch normalisation keeps its
    statistics. A layer of the user's own draws nothing. The spread over draws tells what the network does not know; of
    values, the noise of the data comes on top.

    Args:
        objective: Its network has layers that draw noise; its loss's head turns outputs into predictions.
        params: The network's parameters.
        state: The network's state.
        x: Preprocessed inputs (n, ...).
        draws: S, at least 2.
        seed: Of the draws; the k-th is the same however many there are.

    Returns:
        Probabilities (n, C), those of no and yes (n, k, 2), or values (n, k) in the unit that they were trained in:
        their mean and spread, float64.

    Raises:
        InputError: If there are fewer than two draws, or the network draws nothing.

    Source: Gal and Ghahramani, "Dropout as a Bayesian approximation", 2016, equations 6 and 7; Srivastava et al.,
    "Dropout", 2014, section 7.5.
    """
    if draws < 2:
        raise InputError(f"Monte-Carlo dropout needs 2 draws or more; got {draws}.")
    if without_noise(objective.network) == objective.network:
        raise InputError("Monte-Carlo dropout needs a network that draws: one with Dropout, DropConnect or noise.")
    key, together, pieces = role(root(seed), "monte_carlo_dropout"), rows_together(x.shape[1:]), []
    for begin in range(0, max(len(x), 1), together):
        rows = x[begin : begin + together]
        padded = np.concatenate([rows, np.zeros((together - len(rows), *x.shape[1:]), x.dtype)])
        inputs = jnp.asarray(padded, jnp.result_type(float))
        moments = _moments(traced(objective), params, state, inputs, key, jnp.int32(draws))
        pieces.append([np.asarray(each, np.float64)[: len(rows)] for each in moments])
    mean, squares = (np.concatenate(each) for each in zip(*pieces, strict=True))
    probable = objective.loss.head != "linear" and not scored(objective.loss)
    return Drawn(mean, np.sqrt(squares / (draws - 1)), entr(mean).sum(axis=-1) if probable else None)


def _draw(objective: Objective, params: Params, state: State, x: Array, key: jax.Array) -> Array:
    context = Context(False, key, jnp.ones(1), noise=True)

    def of_row(row: Array) -> Array:  # a batch of its own, so that every row meets the same draw
        return objective.network.apply(params, state, row[None], context=context)[0][0]

    return objective.loss.predict(jax.vmap(of_row)(x))


@jit
def _moments(objective: Objective, params: Params, state: State, x: Array, key: jax.Array, draws: Array) -> Any:
    """Return the mean over draws, and the sum of squares around it, by Welford's updates."""
    draw = partial(_draw, objective, params, state, x)

    def add(count, moments):
        mean, squares = moments
        now = draw(jax.random.fold_in(key, count))
        after = mean + (now - mean) / (count + 1)
        return after, squares + (now - mean) * (now - after)

    zero = jnp.zeros_like(draw(key))
    return lax.fori_loop(0, draws, add, (zero, zero))
