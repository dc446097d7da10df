"""Adam as one course writes it: without the correction of its means."""

from typing import ClassVar, NamedTuple

import jax
import jax.numpy as jnp
import optax

from thalweg.spec import spec, tunable
from thalweg.types import Params, Scalar
from thalweg.updates.moments import mixed


class UncorrectedAdamState(NamedTuple):
    """State of `UncorrectedAdam`."""

    mean: Params  # running mean of the gradients, from 0
    square: Params  # running mean of the squared gradients, from 0


@spec
class UncorrectedAdam:
    """Step along the mean gradient over the root of the mean square, both taken as they are.

        m <- beta1 m + (1 - beta1) g
        v <- beta2 v + (1 - beta2) g^2
        x <- x - rate m / (sqrt(v) + epsilon)

    Both means begin at 0, the square's farther from filled than the gradient's: the first step is
    (1 - beta1) / sqrt(1 - beta2) = 3.16 times as long as that of `Adam`, and the next dozens are too long as well. Use
    `Adam`, unless a course's numbers are to be met.

    Args:
        rate: About the largest change of a parameter in one late step, in parameter units; positive.
        beta1: Share of the mean gradient kept each step, in [0, 1).
        beta2: Share of the mean squared gradient kept each step, in [0, 1).
        epsilon: Keeps a gradient of 0 from dividing by 0; in gradient units, positive.

    Raises:
        InputError: If an argument is outside its range.

    Example:
        >>> rule = UncorrectedAdam(rate=0.1).build()
        >>> changes, state = rule.update(jnp.array([50.0, -2.0]), rule.init(jnp.zeros(2)))
        >>> [round(change, 4) for change in changes.tolist()]
        [-0.3162, 0.3162]

    Source: CS231n notes, "Neural Networks Part 3", "Per-parameter adaptive learning rate methods", Adam without its
    full update.
    """

    bounded_steps: ClassVar[bool] = True  # about as long as the rate, whatever the gradient

    rate: Scalar = tunable(1e-3, low=0.0, open_low=True)
    beta1: Scalar = tunable(0.9, low=0.0, high=1.0, open_high=True)
    beta2: Scalar = tunable(0.999, low=0.0, high=1.0, open_high=True)
    epsilon: Scalar = tunable(1e-7, low=0.0, open_low=True)

    def build(self) -> optax.GradientTransformation:
        """Return the rule as an Optax transformation; its numbers may be traced."""

        def init(params):
            zeros = jax.tree.map(jnp.zeros_like, params)
            return UncorrectedAdamState(mean=zeros, square=zeros)

        def change(m, v):
            return -jnp.asarray(self.rate, m.dtype) * m / (jnp.sqrt(v) + jnp.asarray(self.epsilon, m.dtype))

        def update(updates, state, params=None):
            del params
            mean = jax.tree.map(lambda m, g: mixed(self.beta1, m, g), state.mean, updates)
            square = jax.tree.map(lambda v, g: mixed(self.beta2, v, jnp.square(g)), state.square, updates)
            return jax.tree.map(change, mean, square), UncorrectedAdamState(mean=mean, square=square)

        return optax.GradientTransformation(init, update)
