"""Stochastic gradient descent with a velocity."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import optax

from thalweg.spec import spec, tunable
from thalweg.types import Params, Scalar


class VelocityState(NamedTuple):
    """State of `Momentum`."""

    velocity: Params  # decayed sum of past steps, in the unit of the parameters


@spec
class Momentum:
    """Step along a decaying sum of past steps.

        v <- mu v - rate g
        x <- x + v

    The rate is inside the velocity, as in the notes, so a change of rate acts on new gradients only; Optax's
    `sgd` rescales the whole velocity. At a constant rate the two agree.

    Args:
        rate: Step size, in parameter units per gradient unit; positive. A steady gradient ends up moving
            the parameters by rate / (1 - mu) times itself a step.
        mu: Share of the velocity kept each step, in [0, 1). Steps older than about 1 / (1 - mu) are forgotten.

    Raises:
        InputError: If an argument is outside its range.

    Example:
        >>> rule = Momentum(rate=0.5, mu=0.9).build()
        >>> changes, state = rule.update(jnp.array([2.0]), rule.init(jnp.array([1.0])))
        >>> changes.tolist()
        [-1.0]

    Source: CS231n notes, "Neural Networks Part 3", "Momentum update"; Goodfellow et al., "Deep Learning",
    algorithm 8.2.
    """

    rate: Scalar = tunable(0.01, low=0.0, open_low=True)
    mu: Scalar = tunable(0.9, low=0.0, high=1.0, open_high=True)

    def build(self) -> optax.GradientTransformation:
        """Return the rule as an Optax transformation; its numbers may be traced."""

        def init(params):
            return VelocityState(velocity=jax.tree.map(jnp.zeros_like, params))

        def moved(v, g):
            return jnp.asarray(self.mu, v.dtype) * v - jnp.asarray(self.rate, v.dtype) * g

        def update(updates, state, params=None):
            del params
            velocity = jax.tree.map(moved, state.velocity, updates)
            return velocity, VelocityState(velocity=velocity)

        return optax.GradientTransformation(init, update)
