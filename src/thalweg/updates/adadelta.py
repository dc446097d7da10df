"""Adadelta: steps in the unit of the parameters, without a rate of their own."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import optax

from thalweg.spec import spec, tunable
from thalweg.types import Params, Scalar
from thalweg.updates.moments import mixed


class AdadeltaState(NamedTuple):
    """State of `Adadelta`."""

    square: Params  # running mean of the squared gradients, from 0
    moved: Params  # running mean of the squared steps, from 0


@spec
class Adadelta:
    """Scale each gradient by the size of recent steps over the size of recent gradients.

        r <- rho r + (1 - rho) g^2
        d  = sqrt(s + epsilon) / sqrt(r + epsilon) g
        s <- rho s + (1 - rho) d^2
        x <- x - rate d

    d has the unit of the parameters, so the rate has none and is 1 in the paper. It begins slowly, for s begins at 0
    and only epsilon gets it going.

    Args:
        rate: What each step is multiplied by; positive.
        rho: Share of the running means kept each step, in [0, 1).
        epsilon: Inside both roots; it sets the length of the first steps; positive.

    Raises:
        InputError: If an argument is outside its range.

    Example:
        >>> rule = Adadelta(epsilon=1e-2).build()
        >>> changes, state = rule.update(jnp.array([50.0, -2.0]), rule.init(jnp.zeros(2)))
        >>> [round(change, 4) for change in changes.tolist()]
        [-0.4472, 0.4364]

    Source: Zeiler, "ADADELTA: an adaptive learning rate method", 2012, algorithm 1.
    """

    rate: Scalar = tunable(1.0, low=0.0, open_low=True)
    rho: Scalar = tunable(0.95, low=0.0, high=1.0, open_high=True)
    epsilon: Scalar = tunable(1e-6, low=0.0, open_low=True)

    def build(self) -> optax.GradientTransformation:
        """Return the rule as an Optax transformation; its numbers may be traced."""

        def init(params):
            zeros = jax.tree.map(jnp.zeros_like, params)
            return AdadeltaState(square=zeros, moved=zeros)

        def step(s, r, g):
            epsilon = jnp.asarray(self.epsilon, r.dtype)
            return jnp.sqrt(s + epsilon) / jnp.sqrt(r + epsilon) * g

        def update(updates, state, params=None):
            del params
            square = jax.tree.map(lambda r, g: mixed(self.rho, r, jnp.square(g)), state.square, updates)
            steps = jax.tree.map(step, state.moved, square, updates)
            moved = jax.tree.map(lambda s, d: mixed(self.rho, s, jnp.square(d)), state.moved, steps)
            changes = jax.tree.map(lambda d: -jnp.asarray(self.rate, d.dtype) * d, steps)
            return changes, AdadeltaState(square=square, moved=moved)

        return optax.GradientTransformation(init, update)
