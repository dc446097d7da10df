"""Trained weights that a network begins with, and how the inputs and targets they were trained on were made."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from thalweg.types import Params, State

Weights = tuple[Params, State]  # by layer name, of the same layers


class Pretrained(NamedTuple):
    """What one run takes over from another."""

    preprocess: Any  # the spec, or a tuple of specs
    fitted: Any  # what it learned from the other run's training rows
    target_fitted: Any  # the same of the targets' scaling; None where the last layer is drawn anew
    params: Params  # of the layers that are taken over, by name
    state: State  # of the same ones

    @property
    def weights(self) -> Weights:
        """What a network begins with: (params, state)."""
        return self.params, self.state


def fitting(params: Params, state: State, trained: Weights) -> tuple[str, ...]:
    """Return which trained layers a network can take over.

    Args:
        params: The network's own, by layer name, or their shapes.
        state: The same of its states.
        trained: Of the layers that are offered.

    Returns:
        The names of those that the network has in the same shapes, in order.
    """
    return tuple(
        name
        for name in trained[0]
        if name in params and _shapes((params[name], state[name])) == _shapes(tuple(part[name] for part in trained))
    )


def with_weights(params: Params, state: State, trained: Weights) -> Weights:
    """Return what a network drew, with trained weights in the place of its own.

    Args:
        params: Drawn, by layer name.
        state: Drawn, by layer name.
        trained: Of `Pretrained.weights`; a layer that the network has in another shape, as one that was changed since
            may, stays as drawn.

    Returns:
        (params, state), in the structure of those that were drawn.
    """
    names = fitting(params, state, trained)
    cast = [
        {name: jax.tree.map(lambda old, new: jnp.asarray(new, old.dtype), own[name], taken[name]) for name in names}
        for own, taken in zip((params, state), trained, strict=True)
    ]
    return {**params, **cast[0]}, {**state, **cast[1]}


def _shapes(tree: Any) -> Any:
    return jax.tree.structure(tree), [leaf.shape for leaf in jax.tree.leaves(tree)]
