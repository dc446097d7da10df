"""Adam down the mean loss of some rows, inside a compiled program."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import optax

from thalweg.pretrain.passes import pass_over
from thalweg.types import Array, Params, Scalar
from thalweg.updates.adam import Adam


def descend(
    losses: Callable[[Params, Array, Any], Array],
    params: Params,
    weight: Array,
    *,
    rate: Scalar,
    batch: int,
    epochs: Scalar,
    key: Any,
) -> Params:
    """Return parameters after some epochs of Adam.

        J = sum_i w_i L_i / sum_i w_i

    Args:
        losses: Of the parameters, the places of a batch's rows (b,) and a key, for draws: the loss of each (b,).
        params: To start from.
        weight: (n,) how much each row counts; batches in which none does are passed by.
        rate: Of Adam; it may be traced.
        batch: Rows a step.
        epochs: Passes over the rows; it may be traced.
        key: A JAX key.

    Returns:
        The parameters, in their structure.
    """
    rule = Adam(rate).build()

    def step(carry, places, real, own):
        params, memory = carry
        counts = weight[places] * real.astype(weight.dtype)
        whole = counts.sum()

        def objective(params):
            return jnp.sum(counts * losses(params, places, own)) / jnp.where(whole > 0, whole, 1)

        updates, after = rule.update(jax.grad(objective)(params), memory, params)
        moved = optax.apply_updates(params, updates)
        return jax.tree.map(lambda new, old: jnp.where(whole > 0, new, old), (moved, after), (params, memory))

    begun = jax.tree.map(jnp.asarray, params)
    return pass_over(step, (begun, rule.init(begun)), rows=len(weight), batch=batch, epochs=epochs, key=key)[0]
