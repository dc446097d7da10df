"""Adam: momentum divided by the running size of the gradient."""

from typing import ClassVar, NamedTuple

import jax
import jax.numpy as jnp
import optax

from thalweg.spec import spec, tunable
from thalweg.types import Array, Params, Scalar
from thalweg.updates.moments import filled, mixed


class AdamState(NamedTuple):
    """State of `Adam`."""

    steps: Array  # taken so far, int32
    mean: Params  # running mean of the gradients, from 0
    square: Params  # running mean of the squared gradients, from 0


@spec
class Adam:
    """Step along the mean gradient in units of its own recent size.

        m <- beta1 m + (1 - beta1) g
        v <- beta2 v + (1 - beta2) g^2
        x <- x - rate m' / (sqrt(v') + epsilon),    m' = m / (1 - beta1^t),  v' = v / (1 - beta2^t)

    Both means begin at 0 and would be too small at first; m' and v' correct that exactly, so the first step
    moves every parameter by the rate whatever its gradient's size. Without the correction (one course leaves
    it out) the first step would be 3.16 times as long. epsilon is outside the root.

    Args:
        rate: About the largest change of a parameter in one step, in parameter units; positive.
        beta1: Share of the mean gradient kept each step, in [0, 1).
        beta2: Share of the mean squared gradient kept each step, in [0, 1).
        epsilon: Keeps a gradient of 0 from dividing by 0; in gradient units, positive.

    Raises:
        InputError: If an argument is outside its range.

    Example:
        >>> rule = Adam(rate=0.1).build()
        >>> changes, state = rule.update(jnp.array([50.0, -2.0]), rule.init(jnp.zeros(2)))
        >>> [round(change, 4) for change in changes.tolist()]
        [-0.1, 0.1]

    Source: Kingma and Ba, "Adam", 2015, algorithm 1; Goodfellow et al., "Deep Learning", algorithm 8.7.
    """

    bounded_steps: ClassVar[bool] = True  # about as long as the rate, whatever the gradient

    rate: Scalar = tunable(1e-3, low=0.0, open_low=True)
    beta1: Scalar = tunable(0.9, low=0.0, high=1.0, open_high=True)
    beta2: Scalar = tunable(0.999, low=0.0, high=1.0, open_high=True)
    epsilon: Scalar = tunable(1e-8, low=0.0, open_low=True)

    def build(self) -> optax.GradientTransformation:
        """Return the rule as an Optax transformation; its numbers may be traced."""

        def init(params):
            zeros = jax.tree.map(jnp.zeros_like, params)
            return AdamState(steps=jnp.zeros((), jnp.int32), mean=zeros, square=zeros)

        def change(m, v, steps):
            rate, epsilon = jnp.asarray(self.rate, m.dtype), jnp.asarray(self.epsilon, m.dtype)
            first, second = filled(self.beta1, steps, m.dtype), filled(self.beta2, steps, m.dtype)
            # The corrections act on two numbers, not on every parameter.
            return -(rate / first) * m / (jnp.sqrt(v) / jnp.sqrt(second) + epsilon)

        def update(updates, state, params=None):
            del params
            steps = state.steps + 1
            mean = jax.tree.map(lambda m, g: mixed(self.beta1, m, g), state.mean, updates)
            square = jax.tree.map(lambda v, g: mixed(self.beta2, v, jnp.square(g)), state.square, updates)
            changes = jax.tree.map(lambda m, v: change(m, v, steps), mean, square)
            return changes, AdamState(steps=steps, mean=mean, square=square)

        return optax.GradientTransformation(init, update)
