"""Lion: the sign of a mean gradient."""

from typing import ClassVar, NamedTuple

import jax
import jax.numpy as jnp
import optax

from thalweg.errors import InputError
from thalweg.spec import spec, tunable
from thalweg.trees import is_weight, map_named
from thalweg.types import Params, Scalar
from thalweg.updates.moments import mixed


class LionState(NamedTuple):
    """State of `Lion`."""

    mean: Params  # running mean of the gradients, from 0


@spec
class Lion:
    """Step every parameter by the rate, in the direction of its mean gradient.

        c  = beta1 m + (1 - beta1) g
        x <- x - rate (sign(c) + decay x)     (weights; without the decay for all others)
        m <- beta2 m + (1 - beta2) g

    Every entry moves by the same length, so the rate wants to be 3 to 10 times smaller than Adam's. One mean is kept
    instead of two.

    Args:
        rate: The change of each parameter in one step, in parameter units; positive.
        beta1: Share of the mean in the direction, in [0, 1).
        beta2: Share of the mean kept each step, in [0, 1).
        decay: Share of a weight taken off, per unit of rate; at least 0.

    Raises:
        InputError: If an argument is outside its range.

    Example:
        >>> rule = Lion(rate=0.1).build()
        >>> params = jnp.zeros(2)
        >>> changes, state = rule.update(jnp.array([50.0, -2.0]), rule.init(params), params)
        >>> [round(change, 4) for change in changes.tolist()]
        [-0.1, 0.1]

    Source: Chen et al., "Symbolic discovery of optimization algorithms", 2023, program 1.
    """

    bounded_steps: ClassVar[bool] = True  # about as long as the rate, whatever the gradient

    rate: Scalar = tunable(3e-4, low=0.0, open_low=True)
    beta1: Scalar = tunable(0.9, low=0.0, high=1.0, open_high=True)
    beta2: Scalar = tunable(0.99, low=0.0, high=1.0, open_high=True)
    decay: Scalar = tunable(0.0, low=0.0)

    def build(self) -> optax.GradientTransformation:
        """Return the rule as an Optax transformation, whose update needs the parameters; its numbers may be traced.

        Raises:
            InputError: If the update is not given the parameters.
        """

        def init(params):
            return LionState(mean=jax.tree.map(jnp.zeros_like, params))

        def update(updates, state, params=None):
            if params is None:
                raise InputError("Lion shrinks the weights, so its update needs them; got none. Give params too.")
            direction = jax.tree.map(lambda m, g: jnp.sign(mixed(self.beta1, m, g)), state.mean, updates)
            mean = jax.tree.map(lambda m, g: mixed(self.beta2, m, g), state.mean, updates)

            def change(path, sign, x):
                x = jnp.asarray(x)
                pull = sign + jnp.asarray(self.decay, x.dtype) * x if is_weight(path) else sign
                return -jnp.asarray(self.rate, x.dtype) * pull

            return map_named(change, direction, params), LionState(mean=mean)

        return optax.GradientTransformation(init, update)
