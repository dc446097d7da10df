"""Gradient descent on mini-batches."""

from typing import ClassVar

import jax
import jax.numpy as jnp
import optax

from thalweg.spec import spec, tunable
from thalweg.types import Scalar


@spec
class SGD:
    """Step straight down the gradient.

        x <- x - rate g

    Args:
        rate: Step size, in parameter units per gradient unit; positive.

    Raises:
        InputError: If `rate` is not positive.

    Example:
        >>> rule = SGD(0.5).build()
        >>> params = jnp.array([1.0])
        >>> changes, _ = rule.update(jnp.array([2.0]), rule.init(params))
        >>> (params + changes).tolist()
        [0.0]

    Source: CS231n notes, "Neural Networks Part 3", "Vanilla update"; Goodfellow et al., "Deep Learning",
    algorithm 8.1.
    """

    rate: Scalar = tunable(0.1, low=0.0, open_low=True)

    row_by_row: ClassVar[bool] = True  # what has no gradient stays, and two gradients move it as their sum does

    def build(self) -> optax.GradientTransformation:
        """Return the rule as an Optax transformation; its numbers may be traced."""

        def init(params):
            del params
            return optax.EmptyState()

        def change(g):
            g = jnp.asarray(g)
            return -jnp.asarray(self.rate, g.dtype) * g

        def update(updates, state, params=None):
            del params
            return jax.tree.map(change, updates), state

        return optax.GradientTransformation(init, update)
