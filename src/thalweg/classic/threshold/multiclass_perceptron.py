"""The perceptron of several classes: the right class is pulled towards a mistaken row, the one it said is pushed away.

Not one perceptron a class against the rest: that needs every class to lie apart from all others together, where this
rule needs only that the largest score can be the right one.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Int, Num

from thalweg.classic.threshold.epochs import order_key, room_for, run_epochs, visits
from thalweg.classic.threshold.labelled_rows import labelled_rows
from thalweg.errors import InputError
from thalweg.platform import jit
from thalweg.types import Array


class MulticlassPerceptron(NamedTuple):
    """Weights of several classes, and how they came about."""

    weights: Float[np.ndarray, "d c"]  # of the epoch's end with the fewest wrong rows, the first of equals
    bias: Float[np.ndarray, " c"]
    wrong: int  # training rows that they get wrong
    mistakes: Int[np.ndarray, " e"]  # corrections in each epoch

    @property
    def converged(self) -> bool:
        """Whether the last epoch had no mistake."""
        return bool(self.mistakes[-1] == 0)

    def classes(self, x: Num[np.ndarray, "n k"]) -> Int[np.ndarray, " n"]:
        """Return the class with the largest score, the first of equals.

        Args:
            x: Rows, as wide as those that it learned from.

        Returns:
            Class numbers.

        Raises:
            InputError: If the rows have another width.
        """
        if x.shape[1] != len(self.weights):
            raise InputError(f"the classes were learned from rows of {len(self.weights)} numbers; got {x.shape[1]}.")
        return (x.astype(np.float64) @ self.weights + self.bias).argmax(axis=1)


def train_multiclass_perceptron(
    x: Num[np.ndarray, "n d"], y: Num[np.ndarray, "..."], *, epochs: int = 100, seed: int | None = None
) -> MulticlassPerceptron:
    """Train a perceptron on rows of two classes or more, one row at a time, until an epoch has no mistake.

        r = the largest s_c over c other than y,    s_c = w_c . x + b_c
        where s_y <= s_r:    w_y <- w_y + x,    b_y <- b_y + 1,    w_r <- w_r - x,    b_r <- b_r - 1

    All start at 0. With two classes the mistakes are those of `train_perceptron`, and w_1 - w_0 is twice its weights.

    Args:
        x: Rows; finite.
        y: Class number of each row (n,), from 0; two classes or more.
        epochs: Passes over the rows at most, 1 to 1,000,000.
        seed: Of the orders, 0 to 4294967295, a new order each epoch; None for the given order, in all epochs.

    Returns:
        The classes' weights, computed in 64 bits.

    Raises:
        InputError: If rows and classes do not go together, a number is not finite, there is one class, or epochs or
            seed are out of their range.

    Example:
        >>> x = np.array([[2.0, 0.0], [-1.0, 2.0], [-1.0, -2.0]])
        >>> found = train_multiclass_perceptron(x, np.array([0, 1, 2]))
        >>> found.converged, found.classes(x).tolist()
        (True, [0, 1, 2])

    Source: Duda, Hart and Stork, "Pattern classification", 2001, section 5.12.1 (Kesler's construction); Crammer and
    Singer, "Ultraconservative online algorithms for multiclass problems", 2003.
    """
    rows, classes = labelled_rows("the perceptron of several classes", x, y, epochs)
    key = order_key(seed)
    with jax.enable_x64(True):
        best, mistakes, number = _train(
            jnp.asarray(rows),
            jnp.asarray(classes),
            key,
            jnp.asarray(epochs),
            count=int(classes.max()) + 1,
            room=room_for(epochs),
            shuffled=seed is not None,
        )
    weights, bias, wrong = best
    return MulticlassPerceptron(
        np.asarray(weights), np.asarray(bias), int(wrong), np.asarray(mistakes)[: int(number)]
    )  # fmt: skip


def _train_plainly(
    rows: Array, classes: Array, key: Array, most: Array, count: int, room: int, shuffled: bool
) -> tuple[tuple[Array, Array, Array], Array, Array]:
    def visit(held: tuple[Array, Array], row: Array) -> tuple[tuple[Array, Array], Array]:
        (weights, bias), x, right = held, rows[row], classes[row]
        scores = x @ weights + bias
        rival = scores.at[right].set(-jnp.inf).argmax()
        wrong = scores[right] <= scores[rival]
        push = jnp.where(wrong, jnp.zeros(count).at[right].set(1.0).at[rival].set(-1.0), 0.0)
        return (weights + x[:, None] * push[None, :], bias + push), wrong

    def epoch(state: tuple, number: Array) -> tuple[tuple, Array, Array]:
        held, best = state
        held, wrong = jax.lax.scan(visit, held, visits(key, number, len(rows), shuffled))
        left = ((rows @ held[0] + held[1][None, :]).argmax(axis=1) != classes).sum()
        mistakes = wrong.sum()
        # Weights that made no mistake all epoch long have no even scores either: they replace whatever was best.
        better = (left < best[2]) | (mistakes == 0)
        best = jax.tree.map(lambda new, old: jnp.where(better, new, old), (*held, left), best)
        return (held, best), mistakes, mistakes == 0

    held = (jnp.zeros((rows.shape[1], count)), jnp.zeros(count))
    state, mistakes, number = run_epochs(epoch, (held, (*held, jnp.asarray(len(rows) + 1))), most, room)
    return state[1], mistakes, number


_train = jit(_train_plainly, static=("count", "room", "shuffled"))
