"""Steps that touch a few rows of a large table, and leave the others where they are.

A layer of very many classes reads the rows on its targets' paths. Written as a gradient, these few rows become a
table of zeros as large as the layer's own, which is then multiplied and added whole. Where the update rule would do
nothing to the other rows, the rows themselves are differentiated and moved.
"""

from typing import Any

import jax
import jax.numpy as jnp
import optax

from thalweg.clips.no_clip import NoClip
from thalweg.network.named import bare
from thalweg.penalties.no_penalty import NoPenalty
from thalweg.projections.no_projection import NoProjection
from thalweg.rates.same_rates import SameRates
from thalweg.train.state import Learner
from thalweg.types import Array, Params

Rows = dict[str, Array]  # by layer: which rows of its parameters a batch hangs on, some perhaps twice


def rows_touched(learner: Learner, targets: Array) -> Rows:
    """Return the rows that a step may move by themselves.

    Args:
        learner: Its last layer may have `rows(targets)`. Its rule must move each number by its own gradient alone,
            gradients that are added up by what each would move it, and none by nothing; nothing else may look at the
            gradient or the parameters as a whole.
        targets: Of the batch.

    Returns:
        The rows by the layer's name; {} where every parameter has to be moved.
    """
    alone = (
        getattr(learner.update, "row_by_row", False)
        and isinstance(learner.clip, NoClip)
        and isinstance(learner.projection, NoProjection)
        and isinstance(learner.rates, SameRates)
        and isinstance(learner.objective.penalty, NoPenalty)
    )
    network = learner.objective.network
    last = bare(network.layers[-1])
    return {network.names()[-1]: last.rows(targets)} if alone and hasattr(last, "rows") else {}


def taken(params: Params, rows: Rows) -> Params:
    """Return the parameters with only the rows of those layers, one entry for each place in `rows`.

    Args:
        params: By layer name.
        rows: Of some layers.

    Returns:
        The parameters; those of other layers as they are.
    """
    return {
        name: jax.tree.map(lambda leaf, at=rows[name]: leaf[at], own) if name in rows else own
        for name, own in params.items()
    }


def spread(gradients: Params, rows: Rows, params: Params) -> Params:
    """Return the gradient of whole parameters from that of the rows taken.

    Args:
        gradients: Shaped as `taken` gave the parameters.
        rows: The same.
        params: The whole parameters.

    Returns:
        The gradient in their shape.
    """
    zeros = {name: jax.tree.map(jnp.zeros_like, params[name]) for name in rows}
    return {**gradients, **_added(zeros, rows, {name: gradients[name] for name in rows})}


def moved(params: Params, rows: Rows, updates: Params) -> Any:
    """Return the parameters with the updates added.

    Args:
        params: The whole parameters.
        rows: The same as for `taken`.
        updates: Shaped as `taken` gave them.

    Returns:
        The parameters.
    """
    if not rows:
        return optax.apply_updates(params, updates)  # type: ignore[arg-type]  # any mapping is a tree
    others = {name: own for name, own in params.items() if name not in rows}
    plain: Any = optax.apply_updates(others, {name: updates[name] for name in others})
    few = _added({name: params[name] for name in rows}, rows, {name: updates[name] for name in rows})
    return {name: few[name] if name in rows else plain[name] for name in params}


def _added(whole: Params, rows: Rows, parts: Params) -> Params:
    return {
        name: jax.tree.map(lambda leaf, part, at=rows[name]: leaf.at[at].add(part), whole[name], parts[name])
        for name in rows
    }
