"""RMSprop: a rate of its own for each parameter, by the recent size of its gradient."""

from typing import ClassVar, NamedTuple

import jax
import jax.numpy as jnp
import optax

from thalweg.spec import spec, tunable
from thalweg.types import Params, Scalar
from thalweg.updates.moments import mixed


class RMSpropState(NamedTuple):
    """State of `RMSprop`."""

    square: Params  # running mean of the squared gradients, from 0


@spec
class RMSprop:
    """Divide each gradient by the root of the running mean of its squares.

        r <- rho r + (1 - rho) g^2
        x <- x - rate g / sqrt(delta + r)

    Unlike `Adagrad` it forgets, so its steps do not die out. r begins at 0 and is not corrected for that: the first
    step is 1 / sqrt(1 - rho) = 3.16 times the rate. delta is inside the root (the notes have it outside).

    Args:
        rate: About the length of a step of each parameter; positive.
        rho: Share of the running mean kept each step, in [0, 1).
        delta: Keeps a gradient of 0 from dividing by 0; in squared gradient units, positive.

    Raises:
        InputError: If an argument is outside its range.

    Example:
        >>> rule = RMSprop(rate=0.1).build()
        >>> changes, state = rule.update(jnp.array([50.0, -2.0]), rule.init(jnp.zeros(2)))
        >>> [round(change, 4) for change in changes.tolist()]
        [-0.3162, 0.3162]

    Source: Hinton, lecture 6e, 2012; Goodfellow et al., "Deep Learning", algorithm 8.5.
    """

    bounded_steps: ClassVar[bool] = True  # about as long as the rate, whatever the gradient

    rate: Scalar = tunable(1e-3, low=0.0, open_low=True)
    rho: Scalar = tunable(0.9, low=0.0, high=1.0, open_high=True)
    delta: Scalar = tunable(1e-6, low=0.0, open_low=True)

    def build(self) -> optax.GradientTransformation:
        """Return the rule as an Optax transformation; its numbers may be traced."""

        def init(params):
            return RMSpropState(square=jax.tree.map(jnp.zeros_like, params))

        def change(r, g):
            return -jnp.asarray(self.rate, r.dtype) * g / jnp.sqrt(jnp.asarray(self.delta, r.dtype) + r)

        def update(updates, state, params=None):
            del params
            square = jax.tree.map(lambda r, g: mixed(self.rho, r, jnp.square(g)), state.square, updates)
            return jax.tree.map(change, square, updates), RMSpropState(square=square)

        return optax.GradientTransformation(init, update)
