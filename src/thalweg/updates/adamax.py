"""Adamax: Adam with the largest recent gradient in place of the mean square."""

from typing import ClassVar, NamedTuple

import jax
import jax.numpy as jnp
import optax

from thalweg.spec import spec, tunable
from thalweg.types import Array, Params, Scalar
from thalweg.updates.moments import filled, mixed


class AdamaxState(NamedTuple):
    """State of `Adamax`."""

    steps: Array  # taken so far, int32
    mean: Params  # running mean of the gradients, from 0
    largest: Params  # decayed maximum of their sizes, from 0


@spec
class Adamax:
    """Step along the mean gradient in units of its largest recent size.

        m <- beta1 m + (1 - beta1) g
        u <- max(beta2 u, |g| + epsilon)
        x <- x - rate m / (1 - beta1^t) / u

    The maximum needs no correction. epsilon keeps a gradient that was always 0 from dividing by 0; the paper has none.

    Args:
        rate: The largest change of a parameter in one step, in parameter units; positive.
        beta1: Share of the mean gradient kept each step, in [0, 1).
        beta2: Share of the maximum kept each step, in [0, 1).
        epsilon: Added to the size of a gradient; in gradient units, positive.

    Raises:
        InputError: If an argument is outside its range.

    Example:
        >>> rule = Adamax(rate=0.1).build()
        >>> changes, state = rule.update(jnp.array([50.0, -2.0]), rule.init(jnp.zeros(2)))
        >>> [round(change, 4) for change in changes.tolist()]
        [-0.1, 0.1]

    Source: Kingma and Ba, "Adam", 2015, algorithm 2.
    """

    bounded_steps: ClassVar[bool] = True  # about as long as the rate, whatever the gradient

    rate: Scalar = tunable(2e-3, low=0.0, open_low=True)
    beta1: Scalar = tunable(0.9, low=0.0, high=1.0, open_high=True)
    beta2: Scalar = tunable(0.999, low=0.0, high=1.0, open_high=True)
    epsilon: Scalar = tunable(1e-8, low=0.0, open_low=True)

    def build(self) -> optax.GradientTransformation:
        """Return the rule as an Optax transformation; its numbers may be traced."""

        def init(params):
            zeros = jax.tree.map(jnp.zeros_like, params)
            return AdamaxState(steps=jnp.zeros((), jnp.int32), mean=zeros, largest=zeros)

        def larger(u, g):
            beta2, epsilon = jnp.asarray(self.beta2, u.dtype), jnp.asarray(self.epsilon, u.dtype)
            return jnp.maximum(beta2 * u, jnp.abs(g) + epsilon)

        def update(updates, state, params=None):
            del params
            steps = state.steps + 1
            mean = jax.tree.map(lambda m, g: mixed(self.beta1, m, g), state.mean, updates)
            largest = jax.tree.map(larger, state.largest, updates)

            def change(m, u):
                return -(jnp.asarray(self.rate, m.dtype) / filled(self.beta1, steps, m.dtype)) * m / u

            return jax.tree.map(change, mean, largest), AdamaxState(steps=steps, mean=mean, largest=largest)

        return optax.GradientTransformation(init, update)
