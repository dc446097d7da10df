"""Layers that move at rates of their own, and those that do not move at all."""

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp

from thalweg.types import Array, Params, State


def scaled(updates: Params, factors: Mapping[str, Any]) -> Params:
    """Return updates times their layers' factors.

    Args:
        updates: Arrays by name, nested by layer.
        factors: By layer; 1 for a layer that is not in it.

    Returns:
        The updates, in their structure.
    """
    return _by_layer(lambda factor, update: factor * update, factors, updates)


def shifted(point: Params, params: Params, factors: Mapping[str, Any]) -> Params:
    """Return where a rule would take the gradient if each layer had moved at its own rate.

    A rule that looks ahead by its velocity does so as if the layer were to follow it at the full rate.

    Args:
        point: Where the rule looks.
        params: Where the parameters are.
        factors: By layer; 1 for a layer that is not in it.

    Returns:
        The point, in the structure of the parameters.
    """
    return _by_layer(lambda factor, ahead, x: x + factor * (ahead - x), factors, point, params)


def felt(gradients: Params, factors: Mapping[str, Any]) -> Params:
    """Return gradients with those of frozen layers at 0, so that no norm and no velocity holds them.

    Args:
        gradients: Arrays by name, nested by layer.
        factors: By layer; 0 for a frozen one.

    Returns:
        The gradients, in their structure.
    """
    return _by_layer(lambda factor, g: jnp.where(factor > 0, g, 0), factors, gradients)


def kept(after: Params, before: Params, factors: Mapping[str, Any]) -> Params:
    """Return the parameters after a step, those of frozen layers as they were before, bit for bit.

    Args:
        after: Where the step and the limits on weights brought them.
        before: Where they were.
        factors: By layer; 0 for a frozen one.

    Returns:
        The parameters, in their structure.
    """
    return _by_layer(lambda factor, new, old: jnp.where(factor > 0, new, old), factors, after, before)


def with_followers(factors: Mapping[str, Any], layers: tuple[str, ...], params: Params, state: State) -> dict[str, Any]:
    """Return factors with those of layers that learn nothing and remember something, each that of the layer before it.

    Such a one, a batch normalisation without parameters of its own, has no rate to freeze it by; what it remembers is
    of the outputs of the layer before, so that it is frozen with that one. One before all layers that learn goes with
    the first of these, which wants its inputs as they were.

    Args:
        factors: By layer.
        layers: The network's layers in order.
        params: By layer.
        state: By layer.

    Returns:
        The factors; those of layers that learn are as they were.
    """
    learning = [name for name in layers if jax.tree.leaves(params[name])]
    made, before = dict(factors), factors.get(learning[0]) if learning else None
    for name in layers:
        if name in learning:
            before = factors.get(name)
        elif before is not None and jax.tree.leaves(state[name]):
            made[name] = before
    return made


def frozen(factors: Mapping[str, Any]) -> dict[str, Array] | None:
    """Return which layers are frozen, as the layers themselves may know it.

    Args:
        factors: By layer; 0 for a frozen one.

    Returns:
        Whether each of these layers is; None where no layer has a factor of its own.
    """
    return {name: jnp.asarray(factor) == 0 for name, factor in factors.items()} or None


def remembered(after: State, before: State, factors: Mapping[str, Any]) -> State:
    """Return what layers remember after a step, of frozen ones what they remembered before.

    Args:
        after: By layer, as the step left it.
        before: By layer.
        factors: By layer; 0 for a frozen one.

    Returns:
        The state, in its structure.
    """
    still = frozen(factors) or {}

    def one(name: str) -> Any:
        return jax.tree.map(lambda new, old: jnp.where(still[name], old, new), after[name], before[name])

    return {name: one(name) if name in still else layer for name, layer in after.items()}


def _by_layer(function: Any, factors: Mapping[str, Any], tree: Params, *rest: Params) -> Params:
    def one(name: str) -> Any:
        def leaf(first: Array, *others: Array) -> Array:
            first = jnp.asarray(first)
            return function(jnp.asarray(factors[name], first.dtype), first, *others)

        return jax.tree.map(leaf, tree[name], *(other[name] for other in rest))

    return {name: one(name) if name in factors else layer for name, layer in tree.items()}
