"""Rates for each layer that follow from how far it moves."""

from collections.abc import Mapping
from typing import NamedTuple

import jax.numpy as jnp

from thalweg.spec import spec, tunable
from thalweg.trees import norm, weights_of
from thalweg.types import Array, Params, Scalar


class AutomaticRatesState(NamedTuple):
    """State of `AutomaticRates`."""

    steps: Mapping[str, Array]  # in which the layer's ratio was measured, by layer, int32
    mean: Mapping[str, Array]  # running mean of the logarithm of its ratio, from 0


@spec
class AutomaticRates:
    """Multiply each layer's updates so that all layers change their weights by the same share.

        r_l   = |u_l| / |w_l|                       update ratio of the layer's weights, before the factor
        m_l  <- memory m_l + (1 - memory) log r_l,  m'_l = m_l / (1 - memory^t)
        f_l   = exp(mean over layers of m' - m'_l), kept in [1 / limit, limit]
        x_l  <- x_l + f_l u_l

    The common share is the geometric mean of what the layers would have moved by, so the update rule's rate still says
    how fast the whole moves. The factors are those of the steps before; at the first step they are 1. A step in which
    a layer's weights or updates are all 0 has no ratio and is left out; layers without weights (scales, shifts,
    slopes) keep the factor 1.

    Args:
        memory: Share of the mean kept each step, in [0, 1).
        limit: Largest factor, and 1 over the smallest; at least 1. At 1 nothing changes.

    Raises:
        InputError: If an argument is outside its range.

    Example:
        >>> rates, params = AutomaticRates(), {"a": {"w": jnp.ones(1)}, "b": {"w": jnp.ones(1)}}
        >>> updates = {"a": {"w": jnp.array([0.04])}, "b": {"w": jnp.array([0.01])}}
        >>> state = rates.following(rates.init(params), params, updates)
        >>> [round(f.item(), 4) for f in rates.factors(params, state, layers=("a", "b")).values()]
        [0.5, 2.0]

    Source: CS231n notes, "Neural Networks Part 3", "Ratio of weights:updates"; You, Gitman and Ginsburg, "Large batch
    training of convolutional networks", 2017, which sets each layer's ratio by itself.
    """

    memory: Scalar = tunable(0.99, low=0.0, high=1.0, open_high=True)
    limit: Scalar = tunable(100.0, low=1.0)

    def init(self, params: Params) -> AutomaticRatesState:
        """Return a state that has seen no step.

        Args:
            params: Arrays by name, nested by layer.

        Returns:
            The state, with an entry for each layer that has weights.
        """
        weighted = {name: weights for name, layer in params.items() if (weights := list(weights_of(layer).values()))}
        mean = {name: jnp.zeros_like(norm(jnp.asarray(weights[0]))) for name, weights in weighted.items()}
        return AutomaticRatesState({name: jnp.zeros((), jnp.int32) for name in weighted}, mean)

    def factors(self, params: Params, state: AutomaticRatesState, *, layers: tuple[str, ...]) -> dict[str, Array]:
        """Return the factors that the steps so far ask for.

        Args:
            params: Not used.
            state: Of the steps so far.
            layers: Not used: all layers with weights have a factor.

        Returns:
            Factors by layer.
        """
        del params, layers
        means = {name: mean / self._filled(state.steps[name], mean.dtype) for name, mean in state.mean.items()}
        known = {name: state.steps[name] > 0 for name in means}
        count = sum(known[name].astype(mean.dtype) for name, mean in means.items())
        common = sum(means.values()) / jnp.maximum(count, 1)  # an unknown one is 0

        def factor(name, mean):
            limit = jnp.asarray(self.limit, mean.dtype)
            return jnp.where(known[name], jnp.clip(jnp.exp(common - mean), 1 / limit, limit), 1)

        return {name: factor(name, mean) for name, mean in means.items()}

    def following(self, state: AutomaticRatesState, params: Params, updates: Params) -> AutomaticRatesState:
        """Return the state after a step.

        Args:
            state: Before the step.
            params: Before the step.
            updates: What the rule would add to them, before any factor.

        Returns:
            The state, with this step's ratios in it.
        """
        steps, means = {}, {}
        for name, old in state.mean.items():
            weight, change = (_length(tree[name], old.dtype) for tree in (params, updates))
            ratio = change / jnp.where(weight > 0, weight, 1)
            seen = (weight > 0) & (ratio > 0) & jnp.isfinite(ratio)
            memory = jnp.asarray(self.memory, old.dtype)
            new = memory * old + (1 - memory) * jnp.log(jnp.where(seen, ratio, 1))
            steps[name] = state.steps[name] + seen.astype(jnp.int32)
            means[name] = jnp.where(seen, new, old)
        return AutomaticRatesState(steps, means)

    def _filled(self, steps: Array, dtype: jnp.dtype) -> Array:
        memory = jnp.asarray(self.memory, dtype)
        return jnp.where(steps > 0, -jnp.expm1(steps.astype(dtype) * jnp.log1p(-(1 - memory))), 1)


def _length(layer: Params, dtype: jnp.dtype) -> Array:
    return norm(jnp.stack([norm(jnp.asarray(w)).astype(dtype) for w in weights_of(layer).values()]))
