"""Adagrad: a rate of its own for each parameter, falling with all it has moved by."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import optax

from thalweg.spec import spec, tunable
from thalweg.types import Params, Scalar


class AdagradState(NamedTuple):
    """State of `Adagrad`."""

    total: Params  # sum of all squared gradients, from 0


@spec
class Adagrad:
    """Divide each gradient by the root of the sum of all its squares so far.

        r <- r + g^2
        x <- x - rate g / (delta + sqrt(r))

    Parameters with rare or small gradients take as large steps as others. r never falls, so the steps shrink like
    1 / sqrt(t); on deep networks often too soon. r begins at 0 and delta stands outside the root, as in the book
    (Optax begins at 0.1 and has it inside).

    Args:
        rate: The first step's length, whatever the gradient's size; positive.
        delta: Keeps a gradient of 0 from dividing by 0; in gradient units, positive.

    Raises:
        InputError: If an argument is outside its range.

    Example:
        >>> rule = Adagrad(rate=0.1).build()
        >>> changes, state = rule.update(jnp.array([50.0, -2.0]), rule.init(jnp.zeros(2)))
        >>> [round(change, 4) for change in changes.tolist()]
        [-0.1, 0.1]

    Source: Duchi, Hazan and Singer, 2011; Goodfellow et al., "Deep Learning", algorithm 8.4.
    """

    rate: Scalar = tunable(0.01, low=0.0, open_low=True)
    delta: Scalar = tunable(1e-7, low=0.0, open_low=True)

    def build(self) -> optax.GradientTransformation:
        """Return the rule as an Optax transformation; its numbers may be traced."""

        def init(params):
            return AdagradState(total=jax.tree.map(jnp.zeros_like, params))

        def change(r, g):
            return -jnp.asarray(self.rate, r.dtype) * g / (jnp.asarray(self.delta, r.dtype) + jnp.sqrt(r))

        def update(updates, state, params=None):
            del params
            total = jax.tree.map(lambda r, g: r + jnp.square(g), state.total, updates)
            return jax.tree.map(change, total, updates), AdagradState(total=total)

        return optax.GradientTransformation(init, update)
