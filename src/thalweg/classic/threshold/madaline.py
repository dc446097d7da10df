"""Many Adalines: a layer of threshold units, and one more that answers from their signs."""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Bool, Float, Int, Num

from thalweg.classic.threshold.epochs import run_epochs, visits
from thalweg.errors import InputError
from thalweg.keys import role, root
from thalweg.types import Array

MOST_UNITS = 64


class Madaline(NamedTuple):
    """A layer of units and an output unit that have learned, and their course."""

    weights: Float[np.ndarray, "d m"]  # of m units, as they stood after the epoch that left the fewest rows wrong
    bias: Float[np.ndarray, " m"]
    output_weights: Float[np.ndarray, " m"]
    output_bias: float
    wrong: int  # training rows that these weights get wrong
    mistakes: Int[np.ndarray, " e"]  # rows in each epoch that were wrong when it was their turn

    @property
    def converged(self) -> bool:
        """Whether the last epoch had no mistake."""
        return bool(self.mistakes[-1] == 0)

    def units(self, x: Num[np.ndarray, "n k"]) -> Float[np.ndarray, "n m"]:
        """Return each unit's sign of each row.

            o_j = 1 where w_j . x + b_j > 0, else -1

        Args:
            x: Rows, as wide as those that it learned from.

        Returns:
            1 and -1.

        Raises:
            InputError: If the rows have another width.
        """
        if x.shape[1] != len(self.weights):
            raise InputError(f"the units learned from rows of {len(self.weights)} numbers; got rows of {x.shape[1]}.")
        return np.where(x.astype(np.float64) @ self.weights + self.bias > 0, 1.0, -1.0)

    def says(self, x: Num[np.ndarray, "n k"]) -> Bool[np.ndarray, " n"]:
        """Return whether each row is of class 1.

            v . o + c > 0

        Args:
            x: As for `units`.

        Returns:
            True for class 1.

        Raises:
            InputError: As `units`.
        """
        return self.units(x) @ self.output_weights + self.output_bias > 0


class Held(NamedTuple):
    """What changes while a Madaline learns."""

    weights: Array  # (d, m)
    bias: Array  # (m,)
    output_weights: Array  # (m,)
    output_bias: Array

    def answers(self, x: Array) -> Array:
        """Return whether rows (n, d) are of class 1."""
        signs = jnp.where(x @ self.weights + self.bias[None, :] > 0, 1.0, -1.0)
        return signs @ self.output_weights + self.output_bias > 0


def check_madaline(units: int, rate: float) -> None:
    """Refuse what no Madaline can have.

    Args:
        units: Of the layer.
        rate: Share of the way that a step goes.

    Raises:
        InputError: If there are not 1 to 64 units, or the rate is not above 0 and below 2.
    """
    if not 1 <= units <= MOST_UNITS:
        raise InputError(f"a Madaline has 1 to {MOST_UNITS} units; got {units}.")
    if not 0 < rate < 2:
        raise InputError(
            f"a Madaline's rate must be above 0 and below 2; got {rate}. 1 goes all the way to the target."
        )


def first_units(seed: int, width: int, units: int) -> tuple[Array, Array]:
    """Draw weights for a layer; call it in 64 bits.

        w ~ N(0, 1 / d),    b ~ N(0, 1 / d)

    They must differ: units that are equal see each row alike, and would be turned alike for ever.

    Args:
        seed: 0 to 4294967295.
        width: Numbers in a row, d.
        units: m.

    Returns:
        Weights (d, m) and biases (m,).

    Raises:
        InputError: If the seed is out of its range.
    """
    scale = width**-0.5
    weights, bias = (role(root(seed), name) for name in ("weights", "bias"))
    return scale * jax.random.normal(weights, (width, units)), scale * jax.random.normal(bias, (units,))


def toward(held: Held, x: Array, signs: Array, chosen: Array, rate: Array) -> Held:
    """Move the sums of chosen units towards signs, each as little as can be (alpha-LMS).

        w_j <- w_j + rate (o_j - s_j) x / (|x|^2 + 1),    b_j <- b_j + rate (o_j - s_j) / (|x|^2 + 1)

    Args:
        held: Before.
        x: (d,) the row.
        signs: (m,) what the units are to answer.
        chosen: (m,) bool, which of them learn.
        rate: 1 for a sum that becomes o_j itself.

    Returns:
        After.
    """
    off = signs - (x @ held.weights + held.bias)
    step = jnp.where(chosen, rate * off / (jnp.dot(x, x) + 1), 0.0)
    return held._replace(weights=held.weights + x[:, None] * step[None, :], bias=held.bias + step)


def keep_best(
    held: Held, best: tuple[Held, Array], rows: Array, sign: Array, mistakes: Array
) -> tuple[tuple[Held, Array], Any]:
    """Return the better of the epoch's last weights and the best so far.

    Args:
        held: At the epoch's end.
        best: Weights, and how many rows they get wrong.
        rows: All of them.
        sign: Their classes.
        mistakes: Of the epoch.

    Returns:
        The best, and whether it is the last epoch: it had no mistake.
    """
    left = (held.answers(rows) != (sign > 0)).sum()
    best = jax.tree.map(lambda new, old: jnp.where(left < best[1], new, old), (held, left), best)
    return best, mistakes == 0


def train_units(
    visit: Callable[[Held, Array], tuple[Held, Array]],
    first: Held,
    rows: Array,
    sign: Array,
    most: Array,
    key: Array,
    room: int,
) -> tuple[Any, Array, Array]:
    """Let a rule visit all rows again and again, and keep the weights that got the fewest of them wrong.

    Args:
        visit: The rule: (weights, place of a row) to the weights after it, and whether the answer was wrong.
        first: The weights before.
        rows: (n, d) all of them.
        sign: (n,) their classes, -1 and 1.
        most: Epochs at most, traced; an epoch without a mistake is the last.
        key: Of the orders.
        room: How many epochs can be kept; at least `most`.

    Returns:
        The best weights and how many rows they get wrong; the mistakes of each epoch; how many epochs were run.
    """

    def epoch(state: Any, number: Array) -> tuple[Any, Array, Array]:
        held, best = state
        held, wrong = jax.lax.scan(visit, held, visits(key, number, len(rows), shuffled=True))
        mistakes = wrong.sum()
        best, last = keep_best(held, best, rows, sign, mistakes)
        return (held, best), mistakes, last

    start = (first, (first, (first.answers(rows) != (sign > 0)).sum()))
    (_, best), mistakes, number = run_epochs(epoch, start, most, room)
    return best, mistakes, number


def madaline_of(best: Any, mistakes: Array, number: Array) -> Madaline:
    """Return what a rule found, as NumPy arrays.

    Args:
        best: Weights, and how many rows they get wrong.
        mistakes: Of each epoch, with room for more.
        number: Epochs that were run.

    Returns:
        The Madaline.
    """
    held, wrong = best
    layer, counts = (np.asarray(held.weights), np.asarray(held.bias)), np.asarray(mistakes)[: int(number)]
    return Madaline(*layer, np.asarray(held.output_weights), float(held.output_bias), int(wrong), counts)
