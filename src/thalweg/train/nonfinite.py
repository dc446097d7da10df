"""Find the step and the tensor where numbers stopped being finite, by replaying the chunk."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from thalweg.platform import jit
from thalweg.train.population import each
from thalweg.train.state import Batches, Member
from thalweg.train.step import rows_of, take_step
from thalweg.trees import named_leaves
from thalweg.types import Array


class Bad(NamedTuple):
    """The first number that was not finite."""

    step: int  # from 0
    tensor: str  # such as "the gradient of dense_1/w"


def _finite(tree: Any) -> Any:
    return jax.tree.map(lambda leaf: jnp.all(jnp.isfinite(leaf)), tree)


def _all_finite(members: Member) -> Array:
    def one(carry):
        return jnp.all(jnp.stack(jax.tree.leaves(_finite((carry.params, carry.loss_sum)))))

    return each(one, members.carry)


_compiled_all_finite = jit(_all_finite)


def all_finite(members: Member) -> np.ndarray:
    """Say of every member whether its parameters and its epoch's loss are finite; (m,) bool."""
    return np.asarray(_compiled_all_finite(members))


def _replay(member: Member, batches: Batches, clock: Array, count: Array) -> tuple[Array, Any]:
    steps = 1 if batches.order is None else batches.order.shape[0]

    def look(moment, carry):
        row = moment % steps
        after, view = take_step(member, carry, rows_of(batches, batches.order, batches.mask, row), new_epoch=row == 0)
        found = {"the loss": view.evaluated.data, "the penalty": view.evaluated.penalty}
        return after, _finite((found, view.gradients, view.after))

    _, shapes = jax.eval_shape(look, clock, member.carry)
    fine = jax.tree.map(lambda s: jnp.ones(s.shape, s.dtype), shapes)

    def going(state):
        moment, _, flags = state
        return (moment < clock + count) & jnp.all(jnp.stack(jax.tree.leaves(flags)))

    def onward(state):
        moment, carry, _ = state
        return moment + 1, *look(moment, carry)

    moment, _, flags = lax.while_loop(going, onward, (clock, member.carry, fine))
    return moment - 1, flags


_compiled_replay = jit(_replay)


def first_bad(before: Member, position: int, batches: Batches, *, clock: int, count: int) -> Bad:
    """Replay a chunk for one member and name the first tensor that is not finite.

    Measuring never changes training, so the replay meets the same numbers.

    Args:
        before: The population before the chunk.
        position: The member.
        batches: The chunk's data.
        clock: As for `advance`.
        count: As for `advance`.

    Returns:
        The step, counted over the member's life, and the tensor; losses are named before gradients, gradients
        before weights, each in network order.
    """
    member = jax.tree.map(lambda leaf: leaf[position], before)
    own = batches
    if batches.order is not None and batches.mask is not None:
        own = batches._replace(order=batches.order[position], mask=batches.mask[position])
    moment, (losses, gradients, params) = _compiled_replay(member, own, jnp.int32(clock), jnp.int32(count))
    named = [(name, flag) for name, flag in losses.items()]
    named += [(f"the gradient of {name}", flag) for name, flag in named_leaves(gradients).items()]
    named += [(name, flag) for name, flag in named_leaves(params).items()]
    culprit = next((name for name, flag in named if not flag), "the running loss")
    return Bad(int(member.carry.step) + int(moment) - clock, culprit)
