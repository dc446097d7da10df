"""Nesterov's momentum: the gradient is taken where the velocity is about to carry the parameters."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import optax

from thalweg.spec import spec, tunable
from thalweg.types import Params, Scalar


class NesterovState(NamedTuple):
    """State of `Nesterov`."""

    velocity: Params  # decayed sum of past steps, in the unit of the parameters


@spec
class Nesterov:
    """Look where the velocity leads, take the gradient there, then move.

        g at x + mu v
        v <- mu v - rate g
        x <- x + v

    `Momentum` takes the gradient at x and then moves by mu v all the same; here the gradient is that of the place
    where this lands, so an overshoot is corrected a step earlier. Training evaluates the gradient at `gradient_point`;
    the losses it records are those at that point too. `LookAheadNesterov` keeps the point instead and needs no
    second place.

    Args:
        rate: Step size, in parameter units per gradient unit; positive.
        mu: Share of the velocity kept each step, in [0, 1).

    Raises:
        InputError: If an argument is outside its range.

    Example:
        >>> rule, x = Nesterov(rate=0.5, mu=0.5), {"w": jnp.array([1.0])}
        >>> changes, state = rule.build().update({"w": jnp.array([2.0])}, rule.build().init(x))
        >>> x = optax.apply_updates(x, changes)
        >>> x["w"].tolist(), rule.gradient_point(x, state)["w"].tolist()
        ([0.0], [-0.5])

    Source: Goodfellow et al., "Deep Learning", algorithm 8.3; CS231n notes, "Neural Networks Part 3", "Nesterov
    Momentum".
    """

    rate: Scalar = tunable(0.01, low=0.0, open_low=True)
    mu: Scalar = tunable(0.9, low=0.0, high=1.0, open_high=True)

    def build(self) -> optax.GradientTransformation:
        """Return the rule as an Optax transformation of gradients at `gradient_point`; its numbers may be traced."""

        def init(params):
            return NesterovState(velocity=jax.tree.map(jnp.zeros_like, params))

        def moved(v, g):
            return jnp.asarray(self.mu, v.dtype) * v - jnp.asarray(self.rate, v.dtype) * g

        def update(updates, state, params=None):
            del params
            velocity = jax.tree.map(moved, state.velocity, updates)
            return velocity, NesterovState(velocity=velocity)

        return optax.GradientTransformation(init, update)

    def gradient_point(self, params: Params, state: NesterovState) -> Params:
        """Return x + mu v, where the gradient is to be taken.

        Args:
            params: x.
            state: Holds v.

        Returns:
            The point, in the structure of the parameters.
        """
        return jax.tree.map(lambda x, v: x + jnp.asarray(self.mu, v.dtype) * v, params, state.velocity)
