"""Nadam: Adam that looks ahead along its mean, as Nesterov's momentum does."""

from typing import ClassVar, NamedTuple

import jax
import jax.numpy as jnp
import optax

from thalweg.spec import spec, tunable
from thalweg.types import Array, Params, Scalar
from thalweg.updates.moments import filled, mixed


class NadamState(NamedTuple):
    """State of `Nadam`."""

    steps: Array  # taken so far, int32
    mean: Params  # running mean of the gradients, from 0
    square: Params  # running mean of the squared gradients, from 0


@spec
class Nadam:
    """Step along the mean gradient as it will be one step later, in units of its recent size.

        m <- beta1 m + (1 - beta1) g
        v <- beta2 v + (1 - beta2) g^2
        m' = beta1 m / (1 - beta1^(t+1)) + (1 - beta1) g / (1 - beta1^t)
        x <- x - rate m' / (sqrt(v / (1 - beta2^t)) + epsilon)

    beta1 is the same at every step (the paper also gives a warming form). Each part of m' is corrected by itself, so
    the first step is longer than Adam's: 1 + beta1 / (1 + beta1) = 1.474 times the rate at beta1 = 0.9.

    Args:
        rate: About the largest change of a parameter in one step, in parameter units; positive.
        beta1: Share of the mean gradient kept each step, in [0, 1).
        beta2: Share of the mean squared gradient kept each step, in [0, 1).
        epsilon: Keeps a gradient of 0 from dividing by 0; in gradient units, positive.

    Raises:
        InputError: If an argument is outside its range.

    Example:
        >>> rule = Nadam(rate=0.1).build()
        >>> changes, state = rule.update(jnp.array([50.0, -2.0]), rule.init(jnp.zeros(2)))
        >>> [round(change, 4) for change in changes.tolist()]
        [-0.1474, 0.1474]

    Source: Dozat, "Incorporating Nesterov momentum into Adam", 2016, algorithm 8 with one beta1.
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
            return NadamState(steps=jnp.zeros((), jnp.int32), mean=zeros, square=zeros)

        def update(updates, state, params=None):
            del params
            steps = state.steps + 1
            mean = jax.tree.map(lambda m, g: mixed(self.beta1, m, g), state.mean, updates)
            square = jax.tree.map(lambda v, g: mixed(self.beta2, v, jnp.square(g)), state.square, updates)

            def change(m, v, g):
                rate, epsilon = jnp.asarray(self.rate, m.dtype), jnp.asarray(self.epsilon, m.dtype)
                beta1 = jnp.asarray(self.beta1, m.dtype)
                ahead = beta1 / filled(self.beta1, steps + 1, m.dtype) * m
                ahead = ahead + (1 - beta1) / filled(self.beta1, steps, m.dtype) * g
                return -rate * ahead / (jnp.sqrt(v) / jnp.sqrt(filled(self.beta2, steps, m.dtype)) + epsilon)

            return jax.tree.map(change, mean, square, updates), NadamState(steps=steps, mean=mean, square=square)

        return optax.GradientTransformation(init, update)
