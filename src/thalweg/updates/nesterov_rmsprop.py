"""RMSprop with Nesterov's momentum."""

from typing import ClassVar, NamedTuple

import jax
import jax.numpy as jnp
import optax

from thalweg.spec import spec, tunable
from thalweg.types import Params, Scalar
from thalweg.updates.moments import mixed


class NesterovRmspropState(NamedTuple):
    """State of `NesterovRmsprop`."""

    velocity: Params  # decayed sum of past steps, in the unit of the parameters
    square: Params  # running mean of the squared gradients, from 0


@spec
class NesterovRmsprop:
    """Scale each gradient by its recent size, and let a velocity carry it on.

        g at x + mu v
        r <- rho r + (1 - rho) g^2
        v <- mu v - rate g / sqrt(r)
        x <- x + v

    There is no delta: r is 0 only where every gradient so far was 0, and there 0 / 0 is taken for 0. A steady gradient
    ends up moving a parameter by rate / (1 - mu) a step.

    Args:
        rate: About what one gradient moves a parameter by, in parameter units; positive.
        mu: Share of the velocity kept each step, in [0, 1).
        rho: Share of the mean square kept each step, in [0, 1).

    Raises:
        InputError: If an argument is outside its range.

    Example:
        >>> rule = NesterovRmsprop(rate=0.1).build()
        >>> changes, state = rule.update(jnp.array([50.0, 0.0]), rule.init(jnp.zeros(2)))
        >>> [round(change, 4) for change in changes.tolist()]
        [-0.3162, 0.0]

    Source: Goodfellow et al., "Deep Learning", algorithm 8.6.
    """

    bounded_steps: ClassVar[bool] = True  # about as long as the rate, whatever the gradient

    rate: Scalar = tunable(1e-4, low=0.0, open_low=True)
    mu: Scalar = tunable(0.9, low=0.0, high=1.0, open_high=True)
    rho: Scalar = tunable(0.9, low=0.0, high=1.0, open_high=True)

    def build(self) -> optax.GradientTransformation:
        """Return the rule as an Optax transformation of gradients at `gradient_point`; its numbers may be traced."""

        def init(params):
            zeros = jax.tree.map(jnp.zeros_like, params)
            return NesterovRmspropState(velocity=zeros, square=zeros)

        def moved(v, r, g):
            seen = r > 0
            scaled = jnp.where(seen, g / jnp.sqrt(jnp.where(seen, r, 1)), 0)
            return jnp.asarray(self.mu, v.dtype) * v - jnp.asarray(self.rate, v.dtype) * scaled

        def update(updates, state, params=None):
            del params
            square = jax.tree.map(lambda r, g: mixed(self.rho, r, jnp.square(g)), state.square, updates)
            velocity = jax.tree.map(moved, state.velocity, square, updates)
            return velocity, NesterovRmspropState(velocity=velocity, square=square)

        return optax.GradientTransformation(init, update)

    def gradient_point(self, params: Params, state: NesterovRmspropState) -> Params:
        """Return x + mu v, where the gradient is to be taken.

        Args:
            params: x.
            state: Holds v.

        Returns:
            The point, in the structure of the parameters.
        """
        return jax.tree.map(lambda x, v: x + jnp.asarray(self.mu, v.dtype) * v, params, state.velocity)
