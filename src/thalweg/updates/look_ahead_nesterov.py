"""Nesterov's momentum written for the point that is looked ahead to."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import optax

from thalweg.spec import spec, tunable
from thalweg.types import Params, Scalar


class LookAheadState(NamedTuple):
    """State of `LookAheadNesterov`."""

    velocity: Params  # decayed sum of past steps, in the unit of the parameters


@spec
class LookAheadNesterov:
    """Keep the point where the gradient is taken, and move that.

        u <- mu v - rate g
        x <- x - mu v + (1 + mu) u
        v <- u

    With x for the x + mu v of `Nesterov` its two lines become these: the same path, seen from the point that is looked
    ahead to. The gradient is taken at the parameters themselves. This is the form of most libraries; Optax's
    `sgd(nesterov=True)` has the rate outside the velocity, which is the same at a constant rate.

    Args:
        rate: Step size, in parameter units per gradient unit; positive.
        mu: Share of the velocity kept each step, in [0, 1).

    Raises:
        InputError: If an argument is outside its range.

    Example:
        >>> rule = LookAheadNesterov(rate=0.5, mu=0.5).build()
        >>> changes, state = rule.update(jnp.array([2.0]), rule.init(jnp.array([1.0])))
        >>> changes.tolist()
        [-1.5]

    Source: CS231n notes, "Neural Networks Part 3", "Nesterov Momentum"; Bengio, Boulanger-Lewandowski and Pascanu,
    "Advances in optimizing recurrent networks", 2013, section 3.5.
    """

    rate: Scalar = tunable(0.01, low=0.0, open_low=True)
    mu: Scalar = tunable(0.9, low=0.0, high=1.0, open_high=True)

    def build(self) -> optax.GradientTransformation:
        """Return the rule as an Optax transformation; its numbers may be traced."""

        def init(params):
            return LookAheadState(velocity=jax.tree.map(jnp.zeros_like, params))

        def moved(v, g):
            return jnp.asarray(self.mu, v.dtype) * v - jnp.asarray(self.rate, v.dtype) * g

        def change(v, u):
            mu = jnp.asarray(self.mu, v.dtype)
            return (1 + mu) * u - mu * v

        def update(updates, state, params=None):
            del params
            velocity = jax.tree.map(moved, state.velocity, updates)
            return jax.tree.map(change, state.velocity, velocity), LookAheadState(velocity=velocity)

        return optax.GradientTransformation(init, update)
